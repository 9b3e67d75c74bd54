/**
 * Data Streams: streams, shards, hash ranges, sequence numbers, iterators, retention and resharding.
 *
 * <p>Does not know HTTP or files.
 */
@NullMarked
package io.millrace.streams;

import org.jspecify.annotations.NullMarked;
