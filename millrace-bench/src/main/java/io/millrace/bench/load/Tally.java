package io.millrace.bench.load;

import io.millrace.bench.latency.Latencies;

/** What a lane counted. Owned by its thread, then merged. */
final class Tally {
    private final Window window;
    private final Latencies latencies = new Latencies();
    private long records;
    private long payloadBytes;
    private long errors;
    private String firstError = "";

    Tally(Window window) {
        this.window = window;
    }

    Window window() {
        return window;
    }

    /** Counts a good answer, if it came within the window. */
    void answered(long sentAt, long now, long moreRecords, long morePayloadBytes) {
        if (window.contains(now)) {
            latencies.record(now - sentAt);
            records += moreRecords;
            payloadBytes += morePayloadBytes;
        }
    }

    /** Counts a bad answer, whenever it came. */
    void failed(String message) {
        if (errors++ == 0) {
            firstError = message;
        }
    }

    void add(Tally other) {
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

    /** The first bad answer in words; empty if there was none. */
    String firstError() {
        return firstError;
    }
}
