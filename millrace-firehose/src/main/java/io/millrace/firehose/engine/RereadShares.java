package io.millrace.firehose.engine;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Divides what deliveries may hold of records that they read from the source again: however many there are at once, and
 * however long their destinations let them wait, together they hold little. Nobody waits for a share. Safe for use by several
 * threads.
 */
final class RereadShares {
    static final int ALL_MAX_BYTES = 16 << 20;
    private static final int ONE_MAX_BYTES = 1 << 20;
    private static final int ONE_MIN_BYTES = 4 << 10;

    private final AtomicInteger taken = new AtomicInteger();

    Share take() {
        taken.incrementAndGet();
        return new Share();
    }

    /** One reading's part; given back by closing it. */
    final class Share implements AutoCloseable {
        private final AtomicBoolean closed = new AtomicBoolean();

        /** How much to read next: less the more others read. */
        int bytes() {
            return Math.clamp(ALL_MAX_BYTES / Math.max(1, taken.get()), ONE_MIN_BYTES, ONE_MAX_BYTES);
        }

        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                taken.decrementAndGet();
            }
        }
    }
}
