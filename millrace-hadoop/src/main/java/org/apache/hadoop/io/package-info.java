/** A name among the ancestors of ORC's batches. */
package org.apache.hadoop.io;
