package io.millrace.firehose.delivery;

import io.millrace.firehose.source.Origin;
import io.millrace.firehose.source.RecordPosition;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A batch in memory, for tests of destinations. */
public record TestBatch(UUID id, List<DeliveryRecord> all) implements Batch {
    public static final StreamIdentity STREAM = new StreamIdentity(
            "000000000000",
            "us-east-1",
            "orders",
            "arn:aws:firehose:us-east-1:000000000000:deliverystream/orders",
            "1");
    public static final Instant ARRIVAL = Instant.parse("2030-01-01T23:30:00Z");

    public static TestBatch of(String... records) {
        var all = new ArrayList<DeliveryRecord>();
        for (var record : records) {
            all.add(record(all.size(), ARRIVAL, record));
        }
        return new TestBatch(new UUID(1, records.length), all);
    }

    public static DeliveryRecord record(long offset, Instant arrival, String data) {
        return new DeliveryRecord(
                new RecordPosition("direct", offset, 0),
                arrival,
                data.getBytes(StandardCharsets.UTF_8),
                new Origin.DirectPut(),
                Map.of());
    }

    @Override
    public StreamIdentity stream() {
        return STREAM;
    }

    @Override
    public String shard() {
        return "direct";
    }

    @Override
    public long lastOffset() {
        return all.size() - 1L;
    }

    @Override
    public int count() {
        return all.size();
    }

    @Override
    public long bytes() {
        return all.stream().mapToLong(record -> record.data().length).sum();
    }

    @Override
    public Instant oldestArrival() {
        return all.getFirst().arrival();
    }

    @Override
    public Map<String, String> partitionKeys() {
        return Map.of();
    }

    @Override
    public Records records() {
        var iterator = all.iterator();
        return new Records() {
            @Override
            public boolean hasNext() {
                return iterator.hasNext();
            }

            @Override
            public DeliveryRecord next() {
                return iterator.next();
            }

            @Override
            public void close() {}
        };
    }
}
