package io.millrace.firehose.source;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/**
 * What one reading of a source shard gave.
 *
 * @param records in the shard's order; empty when the wait was over first
 * @param nextOffset where the next reading goes on
 * @param behindLatest how far the last record read is behind the shard's tail; zero at the tail
 * @param ended the shard is closed and read to its end: it will never give more
 * @param lost how many records before the first one were gone from the source when they were to be read
 * @param lag how many records of the shard come after these, where the source says so
 */
public record SourceChunk(
        List<SourceRecord> records,
        long nextOffset,
        Duration behindLatest,
        boolean ended,
        long lost,
        OptionalLong lag) {

    /** A reading that went on where the one before it ended. */
    public SourceChunk(List<SourceRecord> records, long nextOffset, Duration behindLatest, boolean ended) {
        this(records, nextOffset, behindLatest, ended, 0, OptionalLong.empty());
    }

    /** The same, after so many records that are gone. */
    public SourceChunk withLost(long count) {
        return new SourceChunk(records, nextOffset, behindLatest, ended, count, lag);
    }
}
