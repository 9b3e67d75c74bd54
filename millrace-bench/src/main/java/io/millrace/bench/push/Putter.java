package io.millrace.bench.push;

import io.millrace.bench.latency.Latencies;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Puts numbered records to one shard, at a pace, on a thread of its own. */
final class Putter {
    private final Http http;
    private final String stream;
    private final BigInteger hashKey;
    private final PushOptions options;
    private final Thread thread;

    private final Latencies putToAnswer = new Latencies();
    private long records;
    private long recordsMeasured;
    private String failure = "";

    Putter(URI endpoint, String stream, int shardIndex, PushOptions options) throws IOException {
        this.http = new Http(endpoint);
        this.stream = stream;
        this.hashKey = BigInteger.TWO
                .pow(128)
                .divide(BigInteger.valueOf(options.shards()))
                .multiply(BigInteger.valueOf(shardIndex));
        this.options = options;
        thread = Thread.ofPlatform().name("putter").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        long begin = System.nanoTime();
        long measureFrom = begin + options.warmUp().toNanos();
        long end = measureFrom + options.measured().toNanos();
        long batches = 0;
        try (http) {
            while (System.nanoTime() < end) {
                long sentAt = System.nanoTime();
                http.call("PutRecords", body(sentAt));
                records += options.batchRecords();
                if (sentAt >= measureFrom) {
                    putToAnswer.record(System.nanoTime() - sentAt);
                    recordsMeasured += options.batchRecords();
                }
                batches++;
                pause(begin, batches);
            }
        } catch (IOException e) {
            failure = e.toString();
        }
    }

    private void pause(long begin, long batches) {
        if (options.batchesPerSecond() > 0) {
            long due = begin + batches * TimeUnit.SECONDS.toNanos(1) / options.batchesPerSecond();
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
        }
    }

    private String body(long sentAt) {
        var body = new StringBuilder(options.batchRecords() * (options.recordBytes() * 2 + 120))
                .append("{\"StreamName\":\"")
                .append(stream)
                .append("\",\"Records\":[");
        for (int i = 0; i < options.batchRecords(); i++) {
            body.append(i == 0 ? "" : ",")
                    .append("{\"PartitionKey\":\"push\",\"ExplicitHashKey\":\"")
                    .append(hashKey)
                    .append("\",\"Data\":\"")
                    .append(new Marker(records + i, sentAt).record(options.recordBytes()))
                    .append("\"}");
        }
        return body.append("]}").toString();
    }

    /** Waits for the last answer. */
    void join() throws InterruptedException {
        thread.join();
    }

    long records() {
        return records;
    }

    long recordsMeasured() {
        return recordsMeasured;
    }

    Latencies putToAnswer() {
        return putToAnswer;
    }

    String failure() {
        return failure;
    }
}
