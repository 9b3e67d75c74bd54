package io.millrace.gateway;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts what is going on, and lets a shutdown wait until nothing is. */
final class Tally {
    private final AtomicInteger count = new AtomicInteger();
    private final Object none = new Object();

    int add() {
        return count.incrementAndGet();
    }

    void remove() {
        if (count.decrementAndGet() == 0) {
            synchronized (none) {
                none.notifyAll();
            }
        }
    }

    int count() {
        return count.get();
    }

    /**
     * Returns whether the count came down to nothing in time.
     *
     * @param deadline on the clock of {@link System#nanoTime}
     */
    boolean awaitNone(long deadline) throws InterruptedException {
        synchronized (none) {
            for (long left = deadline - System.nanoTime(); count.get() > 0; left = deadline - System.nanoTime()) {
                if (left <= 0) {
                    return false;
                }
                TimeUnit.NANOSECONDS.timedWait(none, left);
            }
        }
        return true;
    }
}
