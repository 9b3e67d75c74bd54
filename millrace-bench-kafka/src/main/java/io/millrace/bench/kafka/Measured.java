package io.millrace.bench.kafka;

import io.millrace.bench.latency.Latencies;
import java.time.Duration;

/** What one thread counted within the window; merged when the threads have ended. */
final class Measured {
    private final long startNanos;
    private final long endNanos;
    private final Latencies latencies = new Latencies();
    private long records;
    private long payloadBytes;
    private long errors;
    private String firstError = "";

    Measured(long startNanos, Duration length) {
        this.startNanos = startNanos;
        endNanos = startNanos + length.toNanos();
    }

    boolean isOver() {
        return System.nanoTime() - endNanos >= 0;
    }

    long startNanos() {
        return startNanos;
    }

    long endNanos() {
        return endNanos;
    }

    void answered(long sentAt, long moreRecords, long morePayloadBytes) {
        long now = System.nanoTime();
        if (now - startNanos >= 0 && now - endNanos < 0) {
            latencies.record(now - sentAt);
            records += moreRecords;
            payloadBytes += morePayloadBytes;
        }
    }

    void failed(String message) {
        if (errors++ == 0) {
            firstError = message;
        }
    }

    void add(Measured other) {
        latencies.add(other.latencies);
        records += other.records;
        payloadBytes += other.payloadBytes;
        errors += other.errors;
        if (firstError.isEmpty()) {
            firstError = other.firstError;
        }
    }

    Latencies latencies() {
        return latencies;
    }

    long records() {
        return records;
    }

    long payloadBytes() {
        return payloadBytes;
    }

    long errors() {
        return errors;
    }

    String firstError() {
        return firstError;
    }
}
