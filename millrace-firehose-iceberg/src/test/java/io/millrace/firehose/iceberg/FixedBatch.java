package io.millrace.firehose.iceberg;

import io.millrace.firehose.delivery.Batch;
import io.millrace.firehose.delivery.DeliveryRecord;
import io.millrace.firehose.delivery.StreamIdentity;
import io.millrace.firehose.source.Origin;
import io.millrace.firehose.source.RecordPosition;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/** A batch in memory. */
record FixedBatch(UUID id, List<DeliveryRecord> all) implements Batch {
    static final StreamIdentity STREAM = new StreamIdentity(
            "000000000000",
            "us-east-1",
            "orders",
            "arn:aws:firehose:us-east-1:000000000000:deliverystream/orders",
            "1");
    private static final Instant ARRIVAL = Instant.parse("2030-01-01T23:30:00Z");

    /** Records of which processing said nothing. */
    static FixedBatch of(long id, String... records) {
        return new FixedBatch(
                id, Stream.of(records).map(record -> new Sent(record, Map.of())).toList());
    }

    static FixedBatch of(long id, Sent... records) {
        return new FixedBatch(id, List.of(records));
    }

    private FixedBatch(long id, List<Sent> records) {
        this(new UUID(7, id), numbered(records));
    }

    /** A record and what processing said of it. */
    record Sent(String data, Map<String, String> table) {}

    static Sent sent(String operation, String data) {
        return new Sent(data, Map.of("operation", operation));
    }

    static Sent to(String table, String data) {
        return new Sent(data, Map.of("destinationDatabaseName", "shop", "destinationTableName", table));
    }

    private static List<DeliveryRecord> numbered(List<Sent> records) {
        var all = new ArrayList<DeliveryRecord>();
        for (var record : records) {
            all.add(new DeliveryRecord(
                    new RecordPosition("direct", all.size(), 0),
                    ARRIVAL,
                    record.data.getBytes(StandardCharsets.UTF_8),
                    new Origin.DirectPut(),
                    record.table));
        }
        return all;
    }

    /** As the engine has it when only these are tried again. */
    FixedBatch only(List<DeliveryRecord> records) {
        return new FixedBatch(id, records);
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
        return ARRIVAL;
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
