/** Hadoop's settings, as far as ORC asks for them. */
package org.apache.hadoop.conf;
