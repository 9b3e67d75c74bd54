package org.apache.hadoop.io;

/** What can be sent and has an order. */
@SuppressWarnings("ComparableType")
public interface WritableComparable<T> extends Writable, Comparable<T> {}
