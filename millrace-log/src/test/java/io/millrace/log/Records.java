package io.millrace.log;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Batches as tests speak of them, and back. */
final class Records {
    private Records() {}

    /** A record's three strings; the hash key may be absent. */
    record Plain(String key, @Nullable String hashKey, String data) {}

    static Plain of(String data) {
        return new Plain("key", null, data);
    }

    static Plain any(SplittableRandom random, int dataMaxBytes) {
        var data = new char[random.nextInt(dataMaxBytes + 1)];
        Arrays.fill(data, (char) ('a' + random.nextInt(26)));
        return new Plain(
                "k" + random.nextInt(1000),
                random.nextInt(3) == 0 ? Long.toString(random.nextLong(1L << 60)) : null,
                new String(data) + random.nextLong());
    }

    static RecordBatch batch(String... data) {
        return batch(Arrays.stream(data).map(Records::of).toList());
    }

    static RecordBatch batch(List<Plain> records) {
        return batch(records, (short) 0);
    }

    static RecordBatch batch(List<Plain> records, short flags) {
        var bytes = new ByteArrayOutputStream();
        var index = new int[records.size() * RecordBatch.INTS_PER_RECORD];
        int slot = 0;
        for (var record : records) {
            slot = put(bytes, index, slot, record.key);
            slot = put(bytes, index, slot, record.hashKey);
            slot = put(bytes, index, slot, record.data);
        }
        return new RecordBatch(bytes.toByteArray(), index, records.size(), flags);
    }

    private static int put(ByteArrayOutputStream bytes, int[] index, int slot, @Nullable String text) {
        index[slot] = bytes.size();
        if (text == null) {
            index[slot + 1] = -1;
        } else {
            var encoded = text.getBytes(StandardCharsets.UTF_8);
            bytes.writeBytes(encoded);
            index[slot + 1] = encoded.length;
        }
        return slot + 2;
    }

    static Plain plain(RecordRun.StoredRecord record) {
        return new Plain(
                text(record.key()), record.hashKey() == null ? null : text(record.hashKey()), text(record.data()));
    }

    static String text(ByteBuffer buffer) {
        return StandardCharsets.UTF_8.decode(buffer.duplicate()).toString();
    }

    /** Reads all from the offset on, in pieces of the given size, lent as to those who read in bulk. */
    static List<Plain> readAll(Log log, ShardKey shard, long fromOffset, int recordsAtOnce) {
        var all = new ArrayList<Plain>();
        long next = fromOffset;
        while (true) {
            try (var run = log.lend(shard, next, new ReadLimits(recordsAtOnce, Long.MAX_VALUE))) {
                run.records().forEach(record -> all.add(plain(record)));
                next = run.nextOffset();
                if (run.atTail()) {
                    return all;
                }
            }
        }
    }

    static List<String> data(Log log, ShardKey shard) {
        return readAll(log, shard, 0, 100).stream().map(Plain::data).toList();
    }

    /** Appends to one shard and waits until it is durable. */
    static AppendResult append(Log log, ShardKey shard, String... data) {
        return append(log, shard, batch(data));
    }

    static AppendResult append(Log log, ShardKey shard, RecordBatch batch) {
        return append(log, List.of(new ShardAppend(shard, batch))).getFirst();
    }

    static List<AppendResult> append(Log log, List<ShardAppend> appends) {
        return await(log.append(appends));
    }

    static List<AppendResult> append(Log log, SpreadAppend append) {
        return await(log.append(append, Runnable::run));
    }

    private static List<AppendResult> await(CompletionStage<List<AppendResult>> appended) {
        try {
            return appended.toCompletableFuture().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }
}
