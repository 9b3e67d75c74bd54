package io.millrace.firehose.source;

import java.time.Instant;

/**
 * One record as its source has it. The array is the record's own and is never changed.
 *
 * @param arrival the approximate arrival time, to the millisecond
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record SourceRecord(RecordPosition position, Instant arrival, byte[] data, Origin origin) {}
