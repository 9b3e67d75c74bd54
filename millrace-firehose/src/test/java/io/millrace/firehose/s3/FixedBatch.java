package io.millrace.firehose.s3;

import io.millrace.firehose.delivery.Batch;
import io.millrace.firehose.delivery.DeliveryRecord;
import io.millrace.firehose.delivery.StreamIdentity;
import io.millrace.firehose.source.Origin;
import io.millrace.firehose.source.RecordPosition;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A batch of these records. */
record FixedBatch(UUID id, Instant oldestArrival, Map<String, String> partitionKeys, List<byte[]> data)
        implements Batch {
    @Override
    public StreamIdentity stream() {
        return new StreamIdentity("000000000000", "us-east-1", "logs", "arn", "3");
    }

    @Override
    public String shard() {
        return "shardId-000000000000";
    }

    @Override
    public long lastOffset() {
        return data.size() - 1L;
    }

    @Override
    public int count() {
        return data.size();
    }

    @Override
    public long bytes() {
        return data.stream().mapToLong(one -> one.length).sum();
    }

    @Override
    public Records records() {
        var left = data.iterator();
        return new Records() {
            private long offset;

            @Override
            public boolean hasNext() {
                return left.hasNext();
            }

            @Override
            public DeliveryRecord next() {
                return new DeliveryRecord(
                        new RecordPosition(shard(), offset++, 0),
                        oldestArrival,
                        left.next(),
                        new Origin.DirectPut(),
                        Map.of());
            }

            @Override
            public void close() {
                // Nothing is open.
            }
        };
    }
}
