package io.millrace.firehose.engine;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** The partitions of a delivery stream that have records on their way: only so many at once. */
final class Partitions {
    static final int DEFAULT_MAX = 500;

    private final int max;
    private final AtomicInteger active = new AtomicInteger();
    private final AtomicBoolean exceeded = new AtomicBoolean();

    Partitions(int max) {
        this.max = max;
    }

    int max() {
        return max;
    }

    int active() {
        return active.get();
    }

    boolean take() {
        if (active.incrementAndGet() <= max) {
            return true;
        }
        active.decrementAndGet();
        exceeded.set(true);
        return false;
    }

    /** Whether one was missing since this was asked before. */
    boolean wasExceeded() {
        return exceeded.getAndSet(false);
    }

    void giveBack() {
        active.decrementAndGet();
    }
}
