/**
 * Sequence numbers: the decimal numbers that name a record's place in its shard.
 *
 * <p>Owns their layout and both ways between text and fields. Does not know which shards exist.
 */
@NullMarked
package io.millrace.streams.sequence;

import org.jspecify.annotations.NullMarked;
