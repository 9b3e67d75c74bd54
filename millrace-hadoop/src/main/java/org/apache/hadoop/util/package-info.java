/** Which Hadoop this claims to be. */
package org.apache.hadoop.util;
