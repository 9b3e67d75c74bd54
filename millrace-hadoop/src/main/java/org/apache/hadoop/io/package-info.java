/** Strings and bytes that ORC keeps its statistics in: as much of them as it uses. */
package org.apache.hadoop.io;
