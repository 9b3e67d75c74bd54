package io.millrace.model;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.model.ChildShard;
import software.amazon.awssdk.services.kinesis.model.EncryptionType;

/**
 * What GetRecords answers. Whoever writes it out closes it then: the records lie in memory that is wanted again.
 *
 * @param nextShardIterator absent once a closed shard has been read to its end
 * @param childShards non-empty exactly when {@code nextShardIterator} is absent
 * @param returning gives the records' memory back
 */
public record GetRecordsPage(
        List<DeliveredRecord> records,
        @Nullable String nextShardIterator,
        long millisBehindLatest,
        List<ChildShard> childShards,
        Runnable returning)
        implements AutoCloseable {
    /** A page whose records stay as long as they are held. */
    public GetRecordsPage(
            List<DeliveredRecord> records,
            @Nullable String nextShardIterator,
            long millisBehindLatest,
            List<ChildShard> childShards) {
        this(records, nextShardIterator, millisBehindLatest, childShards, () -> {});
    }

    /** Nobody looks at the records any more. Once only. */
    @Override
    public void close() {
        returning.run();
    }

    /**
     * One record on its way to a consumer. The buffers are read-only views of the log's memory, positioned at the
     * value and valid until the page is closed; readers use absolute gets or a duplicate.
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
