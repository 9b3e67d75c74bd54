package io.millrace.bench.logload;

import io.millrace.log.RecordBatch;
import io.millrace.log.ShardAppend;
import io.millrace.log.ShardKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What the writers append. */
enum Workload {
    /** As a PutRecords of 500 records comes to the log: one append with a part for each of the stream's shards. */
    BATCHES("log: 500 x 1 KiB", 4, 4, 500, 1024),
    /** The same for a stream of many shards: most records go to another shard than the one before, and are regrouped later. */
    SPREAD("log: 500 x 1 KiB, spread", 1_000, 4, 500, 1024),
    /** As many PutRecord calls come: each to some shard, each answered by itself. */
    SINGLES("log: 1 x 100 B", 10_000, 256, 1, 100);

    /** So many different batches that they do not live in a core's cache. */
    private static final int BATCHES_BYTES = 16 << 20;

    private static final int SEED = 4567;
    private static final int NO_HASH_KEY = -1;

    private final String label;
    private final int shards;
    private final int writers;
    private final int records;
    private final int recordBytes;

    Workload(String label, int shards, int writers, int records, int recordBytes) {
        this.label = label;
        this.shards = shards;
        this.writers = writers;
        this.records = records;
        this.recordBytes = recordBytes;
    }

    String label() {
        return label;
    }

    int shards() {
        return shards;
    }

    /** How many appends are under way at any time. */
    int writers() {
        return writers;
    }

    int records() {
        return records;
    }

    int payloadBytes() {
        return records * recordBytes;
    }

    /** The appends to make, in turn, again and again; at least one for each shard. */
    List<List<ShardAppend>> appends() {
        var random = new Random(SEED);
        int parts = Math.min(shards, records);
        int count = Math.max(shards / parts, BATCHES_BYTES / payloadBytes());
        var appends = new ArrayList<List<ShardAppend>>(count);
        for (int append = 0; append < count; append++) {
            var to = new ArrayList<ShardAppend>(parts);
            for (int part = 0; part < parts; part++) {
                // A stride without a common divisor visits the shards in no order that the disk could like.
                int shard = (int) ((append * (long) parts + part) * 7_919 % shards);
                to.add(new ShardAppend(new ShardKey(shard), batch(records / parts, random)));
            }
            appends.add(List.copyOf(to));
        }
        return appends;
    }

    private RecordBatch batch(int count, Random random) {
        var key = "partition-key-%06d".formatted(random.nextInt(1_000_000)).getBytes(StandardCharsets.US_ASCII);
        var bytes = new byte[count * recordBytes + key.length];
        random.nextBytes(bytes);
        System.arraycopy(key, 0, bytes, 0, key.length);
        var index = new int[count * RecordBatch.INTS_PER_RECORD];
        int at = 0;
        for (int record = 0; record < count; record++) {
            index[at++] = 0;
            index[at++] = key.length;
            index[at++] = 0;
            index[at++] = NO_HASH_KEY;
            index[at++] = key.length + record * recordBytes;
            index[at++] = recordBytes;
        }
        return new RecordBatch(bytes, index, count);
    }
}
