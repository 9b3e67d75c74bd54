package io.millrace.firehose.engine;

import io.millrace.firehose.delivery.Batch;
import io.millrace.firehose.delivery.DeliveryRecord;
import io.millrace.firehose.delivery.StreamIdentity;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** A batch of which each record is made into another one as it is read. */
record MappedBatch(UUID id, Batch whole, UnaryOperator<DeliveryRecord> mapping) implements Batch {
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
        return whole.count();
    }

    @Override
    public long bytes() {
        return whole.bytes();
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
        var records = whole.records();
        return new Records() {
            @Override
            public boolean hasNext() {
                return records.hasNext();
            }

            @Override
            public DeliveryRecord next() {
                return mapping.apply(records.next());
            }

            @Override
            public void close() {
                records.close();
            }
        };
    }
}
