package io.millrace.firehose.engine;

import io.millrace.firehose.delivery.Batch;
import io.millrace.firehose.delivery.DeliveryRecord;
import io.millrace.firehose.delivery.StreamIdentity;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Some records in place of a whole batch: those that a destination did not take, or the lines that tell of them.
 *
 * @param id the whole batch's where it is the same batch again
 */
record PartBatch(UUID id, Batch whole, List<DeliveryRecord> list, long bytes) implements Batch {
    static PartBatch of(UUID id, Batch whole, List<DeliveryRecord> list) {
        long bytes = 0;
        for (var record : list) {
            bytes += record.data().length;
        }
        return new PartBatch(id, whole, List.copyOf(list), bytes);
    }

    @Override
    public StreamIdentity stream() {
        return whole.stream();
    }

    @Override
    public String shard() {
        return whole.shard();
    }

    @Override
    public long lastOffset() {
        return whole.lastOffset();
    }

    @Override
    public int count() {
        return list.size();
    }

    @Override
    public Instant oldestArrival() {
        return whole.oldestArrival();
    }

    @Override
    public Map<String, String> partitionKeys() {
        return whole.partitionKeys();
    }

    @Override
    public Records records() {
        return new Buffer.Listed(list.iterator());
    }
}
