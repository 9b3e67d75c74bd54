package io.millrace.bench.stored;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A consumer that stands at the end of every shard of a stream and reads what comes after. One thread at a time. */
final class Tail {
    private static final int LIMIT_RECORDS = 10_000;
    private static final Duration READ_WAIT_MAX = Duration.ofSeconds(30);
    private static final byte[] RECORD = "\"PartitionKey\"".getBytes(StandardCharsets.US_ASCII);

    private final List<String> iterators;

    private Tail(List<String> iterators) {
        this.iterators = iterators;
    }

    static Tail of(Client client, String stream, int shards) throws IOException {
        var iterators = new ArrayList<String>();
        for (int shard = 0; shard < shards; shard++) {
            iterators.add(iterator(client, stream, shard, "LATEST"));
        }
        return new Tail(iterators);
    }

    static String iterator(Client client, String stream, int shard, String type) throws IOException {
        var asked = "{\"StreamName\":\"%s\",\"ShardId\":\"shardId-%012d\",\"ShardIteratorType\":\"%s\"}"
                .formatted(stream, shard, type);
        return Texts.member(
                client.call("GetShardIterator", asked.getBytes(StandardCharsets.US_ASCII)), "ShardIterator");
    }

    static byte[] read(Client client, String iterator, int limit) throws IOException {
        var asked = "{\"ShardIterator\":\"" + iterator + "\",\"Limit\":" + limit + "}";
        return client.call("GetRecords", asked.getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * Reads exactly so many records that were put since the last time; returns how long that took.
     *
     * @throws IOException if they are not there, or others are
     */
    Duration read(Client client, long records) throws IOException {
        long began = System.nanoTime();
        var atEnd = new boolean[iterators.size()];
        long found = 0;
        while (!allOf(atEnd)) {
            for (int shard = 0; shard < atEnd.length; shard++) {
                var reply = read(client, iterators.get(shard), LIMIT_RECORDS);
                iterators.set(shard, Texts.member(reply, "NextShardIterator"));
                int count = Texts.count(reply, RECORD);
                found += count;
                atEnd[shard] = count == 0;
            }
            if (System.nanoTime() - began > READ_WAIT_MAX.toNanos()) {
                break;
            }
        }
        if (found != records) {
            throw new IOException(found + " records came at the tail, where " + records + " were put");
        }
        return Duration.ofNanos(System.nanoTime() - began);
    }

    private static boolean allOf(boolean[] flags) {
        for (var flag : flags) {
            if (!flag) {
                return false;
            }
        }
        return true;
    }
}
