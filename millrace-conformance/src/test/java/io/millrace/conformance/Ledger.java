package io.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.conformance.Kinesis.Put;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.Record;

/**
 * What was sent to one stream and what of it the server has acknowledged: the other half of the promise, kept where no kill
 * reaches it. Writers add to it side by side; it is compared with the stream while they rest.
 */
final class Ledger {
    private static final int FILLING_MAX_BYTES = 700;

    private final AtomicLong nextId = new AtomicLong();
    private final Set<Long> sent = ConcurrentHashMap.newKeySet();
    private final Map<Long, Put> acknowledged = new ConcurrentHashMap<>();

    /** Data that says who it is and whether it is whole. Layout: id:8 checksum:8 filling:rest. */
    SdkBytes newData(SplittableRandom random) {
        long id = nextId.getAndIncrement();
        sent.add(id);
        var filling = new byte[random.nextInt(FILLING_MAX_BYTES)];
        random.nextBytes(filling);
        return SdkBytes.fromByteArray(ByteBuffer.allocate(Long.BYTES * 2 + filling.length)
                .putLong(id)
                .putLong(checksum(id, filling))
                .put(filling)
                .array());
    }

    void acknowledge(SdkBytes data, Put put) {
        acknowledged.put(data.asByteBuffer().getLong(), put);
    }

    int acknowledgedCount() {
        return acknowledged.size();
    }

    /** Checks everything that the shards hold against what was sent and acknowledged. */
    void assertKept(Map<String, List<Record>> recordsByShard) {
        var seen = new HashSet<Long>();
        var found = new HashMap<Long, Put>();
        recordsByShard.forEach((shardId, records) -> {
            var last = BigInteger.ZERO;
            for (var record : records) {
                long id = idOfWhole(record);
                // Not contains(): that walks through all that was ever sent.
                assertThat(sent.contains(id)).as("record %d was sent", id).isTrue();
                assertThat(seen.add(id)).as("record %d is there twice", id).isTrue();
                found.put(id, new Put(shardId, record.sequenceNumber()));
                var number = new BigInteger(record.sequenceNumber());
                assertThat(number).as("order in %s", shardId).isGreaterThan(last);
                last = number;
            }
        });
        acknowledged.forEach((id, put) ->
                assertThat(found.get(id)).as("acknowledged record %d", id).isEqualTo(put));
    }

    private static long idOfWhole(Record record) {
        var data = record.data().asByteBuffer();
        assertThat(data.remaining()).as("length of %s", record.sequenceNumber()).isGreaterThanOrEqualTo(Long.BYTES * 2);
        long id = data.getLong();
        long checksum = data.getLong();
        var filling = new byte[data.remaining()];
        data.get(filling);
        assertThat(checksum(id, filling)).as("checksum of record %d", id).isEqualTo(checksum);
        return id;
    }

    private static long checksum(long id, byte[] filling) {
        var checksum = new CRC32C();
        checksum.update(ByteBuffer.allocate(Long.BYTES).putLong(0, id));
        checksum.update(filling);
        return checksum.getValue();
    }
}
