package io.millrace.bench.firehose;

import io.millrace.bench.latency.Latencies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** When numbered records were sent, and when they were first seen. Safe for use by several threads. */
final class Arrivals {
    private static final long NOT_SEEN = -1;

    private final List<Long> sentNanos = new ArrayList<>();
    private final List<Long> tookNanos = new ArrayList<>();
    private int missing;

    /** Returns the number of the record that is sent now. */
    synchronized int sent() {
        sentNanos.add(System.nanoTime());
        tookNanos.add(NOT_SEEN);
        missing++;
        return sentNanos.size() - 1;
    }

    /** Takes note of the records in these lines, each of which begins with its number. */
    synchronized void seen(String lines) {
        long now = System.nanoTime();
        lines.lines().forEach(line -> {
            int number = Integer.parseInt(line.substring(0, line.indexOf(' ')));
            if (tookNanos.get(number) == NOT_SEEN) {
                tookNanos.set(number, now - sentNanos.get(number));
                missing--;
            }
        });
        notifyAll();
    }

    synchronized int count() {
        return sentNanos.size();
    }

    synchronized int missing() {
        return missing;
    }

    /** False if some were not seen in time. */
    synchronized boolean awaitAll(Duration wait) throws InterruptedException {
        long giveUpAt = System.nanoTime() + wait.toNanos();
        while (missing > 0) {
            long left = giveUpAt - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            wait(Math.max(1, Duration.ofNanos(left).toMillis()));
        }
        return true;
    }

    /** Of those that were sent after so many others. */
    synchronized Latencies latencies(int from) {
        var latencies = new Latencies();
        tookNanos.subList(from, tookNanos.size()).stream()
                .filter(took -> took != NOT_SEEN)
                .forEach(latencies::record);
        return latencies;
    }
}
