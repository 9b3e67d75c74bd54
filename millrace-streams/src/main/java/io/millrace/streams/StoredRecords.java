package io.millrace.streams;

import io.millrace.log.AppendResult;
import io.millrace.model.PutRecordsOutcome.RecordOutcome;
import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;
import software.amazon.awssdk.services.kinesis.model.EncryptionType;

/**
 * The outcomes of a batch that was stored, as far as its shards had capacity. Sequence numbers are spelled out only
 * when a record's outcome is asked for, one by one while the answer is written, so that none of them is kept: the batch
 * completes on the put's executor, in the server an event loop, where many answers may wait to be written.
 */
final class StoredRecords extends AbstractList<RecordOutcome> implements RandomAccess {
    private final RoutedBatch batch;
    private final List<AppendResult> results;

    StoredRecords(RoutedBatch batch, List<AppendResult> results) {
        this.batch = batch;
        this.results = results;
    }

    EncryptionType encryptionType() {
        return batch.encryptionType();
    }

    @Override
    public RecordOutcome get(int record) {
        return batch.outcome(record, results);
    }

    @Override
    public int size() {
        return batch.count();
    }

    /** How many of them were not stored, for want of capacity. */
    int throttled() {
        return batch.refused();
    }

    long throttledBytes() {
        return batch.refusedBytes();
    }
}
