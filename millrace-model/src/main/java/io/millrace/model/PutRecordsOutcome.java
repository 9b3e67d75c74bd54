package io.millrace.model;

import java.util.List;

/** What became of each record of a {@link PutRecordsBatch}, in request order. */
public record PutRecordsOutcome(List<RecordOutcome> records) {

    /** One record's fate. */
    public sealed interface RecordOutcome {}

    /** The record is durable. */
    public record Stored(String shardId, String sequenceNumber) implements RecordOutcome {}

    /** The record was not stored; {@code errorCode} is one of PutRecords' per-record codes. */
    public record Failed(String errorCode, String errorMessage) implements RecordOutcome {}
}
