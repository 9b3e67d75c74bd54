package io.millrace.model;

import java.util.List;
import software.amazon.awssdk.services.kinesis.model.EncryptionType;

/**
 * What became of each record of a {@link PutRecordsBatch}, in request order.
 *
 * @param records may be made as they are asked for, so each is best asked for once
 * @param failed how many of them were not stored
 * @param encryptionType how the records were stored, all alike
 */
public record PutRecordsOutcome(List<RecordOutcome> records, int failed, EncryptionType encryptionType) {

    public PutRecordsOutcome(List<RecordOutcome> records, EncryptionType encryptionType) {
        this(records, (int) records.stream().filter(Failed.class::isInstance).count(), encryptionType);
    }

    /** One record's fate. */
    public sealed interface RecordOutcome {}

    /** The record is durable. */
    public record Stored(String shardId, String sequenceNumber, EncryptionType encryptionType)
            implements RecordOutcome {}

    /** The record was not stored; {@code errorCode} is one of PutRecords' per-record codes. */
    public record Failed(String errorCode, String errorMessage) implements RecordOutcome {}
}
