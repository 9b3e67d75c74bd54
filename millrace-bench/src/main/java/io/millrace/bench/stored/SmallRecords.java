package io.millrace.bench.stored;

import io.millrace.bench.latency.Latencies;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/** Puts batches of small records into one stream, from some threads that each wait for their reply. */
final class SmallRecords {
    static final int BATCH_RECORDS = 500;
    static final int RECORD_BYTES = 20;

    private static final int THREADS = 4;
    private static final int DIFFERENT_BATCHES = 32;
    private static final int SEED = 4567;
    private static final byte[] ALL_TAKEN = "\"FailedRecordCount\":0".getBytes(StandardCharsets.US_ASCII);

    private final List<byte[]> bodies = new ArrayList<>();

    SmallRecords(String stream) {
        var random = new Random(SEED);
        for (int batch = 0; batch < DIFFERENT_BATCHES; batch++) {
            bodies.add(body(stream, random).getBytes(StandardCharsets.US_ASCII));
        }
    }

    private static String body(String stream, Random random) {
        var body = new StringBuilder("{\"StreamName\":\"").append(stream).append("\",\"Records\":[");
        var data = new byte[RECORD_BYTES];
        for (int record = 0; record < BATCH_RECORDS; record++) {
            random.nextBytes(data);
            body.append(record == 0 ? "" : ",")
                    .append("{\"Data\":\"")
                    .append(Base64.getEncoder().encodeToString(data))
                    .append("\",\"PartitionKey\":\"")
                    .append(Integer.toHexString(random.nextInt()))
                    .append("\"}");
        }
        return body.append("]}").toString();
    }

    /** What was acknowledged, and how long each batch took. */
    record Put(long records, Duration took, Latencies latencies) {
        double perSecond() {
            return records * 1e9 / took.toNanos();
        }
    }

    /** Puts so many records, rounded up to whole batches. */
    Put put(Client client, long records) throws IOException, InterruptedException {
        return put(client, (records + BATCH_RECORDS - 1) / BATCH_RECORDS, Long.MAX_VALUE);
    }

    Put putFor(Client client, Duration time) throws IOException, InterruptedException {
        return put(client, Long.MAX_VALUE, time.toNanos());
    }

    private Put put(Client client, long batches, long nanos) throws IOException, InterruptedException {
        long began = System.nanoTime();
        var left = new AtomicLong(batches);
        var all = new Latencies();
        try (var threads = Executors.newFixedThreadPool(THREADS)) {
            var parts = new ArrayList<Future<Latencies>>();
            for (int thread = 0; thread < THREADS; thread++) {
                int first = thread * DIFFERENT_BATCHES / THREADS;
                parts.add(threads.submit(() -> putSome(client, first, left, began, nanos)));
            }
            for (var part : parts) {
                all.add(part.get());
            }
        } catch (ExecutionException e) {
            throw new IOException("a put failed: " + e.getCause(), e);
        }
        return new Put(all.count() * BATCH_RECORDS, Duration.ofNanos(System.nanoTime() - began), all);
    }

    private Latencies putSome(Client client, int first, AtomicLong left, long began, long nanos) throws IOException {
        var latencies = new Latencies();
        int next = first;
        while (System.nanoTime() - began < nanos && left.getAndDecrement() > 0) {
            long sentAt = System.nanoTime();
            var reply = client.call("PutRecords", bodies.get(next));
            latencies.record(System.nanoTime() - sentAt);
            if (Texts.count(reply, ALL_TAKEN) != 1) {
                throw new IOException("records of a batch were refused");
            }
            next = (next + 1) % DIFFERENT_BATCHES;
        }
        return latencies;
    }
}
