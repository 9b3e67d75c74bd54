package io.millrace.cli;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/** The records of one PutRecords call while they are collected. */
final class Batch {
    static final int RECORDS_MAX_COUNT = 500;
    // The service takes 10 MiB since late 2025; older ones, and other implementations, take 5.
    static final int RECORDS_MAX_BYTES = 5 * 1024 * 1024;

    /** A record, and its size as the service counts it: data and partition key. */
    record Entry(PutRecordsRequestEntry record, int bytes) {
        int dataBytes() {
            return record.data().asByteArrayUnsafe().length;
        }

        static Entry of(byte[] data, String partitionKey) {
            return of(data, partitionKey, Optional.empty());
        }

        static Entry of(byte[] data, String partitionKey, Optional<BigInteger> explicitHashKey) {
            var record = PutRecordsRequestEntry.builder()
                    .data(SdkBytes.fromByteArrayUnsafe(data))
                    .partitionKey(partitionKey)
                    .explicitHashKey(explicitHashKey.map(BigInteger::toString).orElse(null))
                    .build();
            return new Entry(record, data.length + partitionKey.getBytes(StandardCharsets.UTF_8).length);
        }
    }

    private final Instant begun;
    private final CallOrder order;
    private final Set<String> keys = new HashSet<>();
    private final List<Entry> entries = new ArrayList<>();
    private int bytes;

    Batch(Instant begun, CallOrder order) {
        this.begun = begun;
        this.order = order;
    }

    /** When its first record came. */
    Instant begun() {
        return begun;
    }

    List<Entry> entries() {
        return entries;
    }

    /** Whether one more record fits. An empty batch takes any: a record larger than a batch should be travels alone. */
    boolean fits(Entry entry) {
        if (entries.isEmpty()) {
            return true;
        }
        boolean hasRoom = entries.size() < RECORDS_MAX_COUNT && bytes + entry.bytes() <= RECORDS_MAX_BYTES;
        return hasRoom
                && switch (order) {
                    case STRICT -> !keys.contains(entry.record().partitionKey());
                    case RELAXED -> true;
                };
    }

    void add(Entry entry) {
        assert fits(entry) : entries.size();
        entries.add(entry);
        keys.add(entry.record().partitionKey());
        bytes += entry.bytes();
    }

    boolean isFull() {
        return entries.size() >= RECORDS_MAX_COUNT || bytes >= RECORDS_MAX_BYTES;
    }
}
