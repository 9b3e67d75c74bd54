package io.millrace.bench.push;

import io.millrace.bench.latency.Latencies;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.URI;
import java.util.concurrent.CountDownLatch;

/**
 * Reads one subscription from beginning to end on a thread of its own. Its counts are read by others when the thread has
 * ended.
 */
final class Subscriber {
    private static final int PRELUDE_BYTES = 12;
    private static final int CHECKSUM_BYTES = 4;

    private final Http http;
    private final String consumerArn;
    private final String shardId;
    private final int recordChars;
    private final CountDownLatch subscribed;
    private final Thread thread;

    private final Latencies sincePut = new Latencies();
    private volatile long measureFromNanos = Long.MAX_VALUE;
    private volatile long records;
    private long bytes;
    private String failure = "";

    /**
     * @param recordBytes how large each record's data is
     * @param subscribed counted down with the first message, or with the end if there is none
     */
    Subscriber(URI endpoint, String consumerArn, String shardId, int recordBytes, CountDownLatch subscribed)
            throws IOException {
        this.http = new Http(endpoint);
        this.consumerArn = consumerArn;
        this.shardId = shardId;
        this.recordChars = (recordBytes + 2) / 3 * 4;
        this.subscribed = subscribed;
        thread = Thread.ofVirtual().name("subscriber").start(this::run);
    }

    private void run() {
        try (var events = new DataInputStream(http.open("SubscribeToShard", """
                {"ConsumerARN": "%s", "ShardId": "%s", "StartingPosition": {"Type": "TRIM_HORIZON"}}""".formatted(consumerArn, shardId)))) {
            while (true) {
                read(events);
            }
        } catch (EOFException | SocketException _) {
            // The driver has seen enough, or the five minutes are over.
        } catch (IOException | RuntimeException e) {
            failure = e.toString();
        } finally {
            subscribed.countDown();
        }
    }

    private void read(DataInputStream events) throws IOException {
        int length = events.readInt();
        int headersLength = events.readInt();
        events.readInt();
        var rest = new byte[length - PRELUDE_BYTES];
        events.readFully(rest);
        subscribed.countDown();
        take(rest, headersLength, rest.length - CHECKSUM_BYTES, System.nanoTime());
        bytes += length;
    }

    private void take(byte[] message, int from, int to, long nowNanos) {
        long expected = records;
        for (int at = find(message, from, to); at >= 0; at = find(message, at + recordChars, to)) {
            var marker = Marker.of(message, at);
            if (marker.number() != expected) {
                throw new IllegalStateException(
                        "record " + marker.number() + " came in place of " + expected + " on " + shardId);
            }
            if (marker.sentNanos() >= measureFromNanos) {
                sincePut.record(nowNanos - marker.sentNanos());
            }
            expected++;
        }
        records = expected;
    }

    /** Where the next record's base64 begins, or -1. */
    private static int find(byte[] message, int from, int to) {
        for (int at = from; at + Marker.BEFORE.length + Marker.BASE64_CHARS <= to; at++) {
            if (message[at] == '"' && startsWith(message, at)) {
                return at + Marker.BEFORE.length;
            }
        }
        return -1;
    }

    private static boolean startsWith(byte[] message, int at) {
        for (int i = 0; i < Marker.BEFORE.length; i++) {
            if (message[at + i] != Marker.BEFORE[i]) {
                return false;
            }
        }
        return true;
    }

    /** Records put before that do not count as measured. */
    void measureFrom(long nanos) {
        measureFromNanos = nanos;
    }

    long records() {
        return records;
    }

    /** Ends the subscription and waits for the thread. */
    void stop() throws IOException, InterruptedException {
        http.close();
        thread.join();
    }

    Latencies sincePut() {
        return sincePut;
    }

    long bytes() {
        return bytes;
    }

    /** Empty if nothing went wrong. */
    String failure() {
        return failure;
    }
}
