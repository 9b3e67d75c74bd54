package io.millrace.log;

/**
 * Where a batch went.
 *
 * @param firstOffset the offset of its first record; the others follow without gaps
 * @param arrivalMillis when it arrived, in milliseconds since the epoch; never earlier than the shard's record before
 */
public record AppendResult(long firstOffset, long arrivalMillis) {}
