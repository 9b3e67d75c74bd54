package org.apache.hadoop.fs;

/** Stands where ORC's writer wants a file system although it is given its stream. */
public class FileSystem {}
