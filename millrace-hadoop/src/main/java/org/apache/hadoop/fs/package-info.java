/**
 * Hadoop's files, as far as the writers of ORC and Parquet name them. Parquet writes to its own OutputFile and ORC to the
 * stream it is given, so no file system is ever asked for a file.
 */
package org.apache.hadoop.fs;
