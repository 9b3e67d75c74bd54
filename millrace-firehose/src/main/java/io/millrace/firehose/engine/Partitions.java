package io.millrace.firehose.engine;

import java.util.concurrent.atomic.AtomicInteger;

/** The partitions of a delivery stream that have records on their way: only so many at once. */
final class Partitions {
    static final int DEFAULT_MAX = 500;

    private final int max;
    private final AtomicInteger active = new AtomicInteger();

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
        return false;
    }

    void giveBack() {
        active.decrementAndGet();
    }
}
