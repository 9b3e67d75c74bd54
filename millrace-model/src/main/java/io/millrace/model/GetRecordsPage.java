package io.millrace.model;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.model.ChildShard;
import software.amazon.awssdk.services.kinesis.model.EncryptionType;

/**
 * What GetRecords answers.
 *
 * @param nextShardIterator absent once a closed shard has been read to its end
 * @param childShards non-empty exactly when {@code nextShardIterator} is absent
 */
public record GetRecordsPage(
        List<DeliveredRecord> records,
        @Nullable String nextShardIterator,
        long millisBehindLatest,
        List<ChildShard> childShards) {

    /**
     * One record on its way to a consumer. The buffers are read-only views of the log's memory, positioned at the
     * value; readers use absolute gets or a duplicate.
     *
     * @param encryptionType as it was when the record was put
     */
    public record DeliveredRecord(
            String sequenceNumber,
            long arrivalMillis,
            ByteBuffer partitionKeyUtf8,
            ByteBuffer data,
            EncryptionType encryptionType) {}
}
