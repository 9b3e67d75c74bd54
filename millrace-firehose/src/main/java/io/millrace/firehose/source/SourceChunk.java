package io.millrace.firehose.source;

import java.time.Duration;
import java.util.List;

/**
 * What one reading of a source shard gave.
 *
 * @param records in the shard's order; empty when the wait was over first
 * @param nextOffset where the next reading goes on
 * @param behindLatest how far the last record read is behind the shard's tail; zero at the tail
 * @param ended the shard is closed and read to its end: it will never give more
 */
public record SourceChunk(List<SourceRecord> records, long nextOffset, Duration behindLatest, boolean ended) {}
