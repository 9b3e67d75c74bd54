package io.millrace.firehose.engine;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Divides memory between those who hold something at the same moment: however many they are, and however long whatever they
 * wait for lets them wait, together they hold little. Nobody waits for a share, so that nobody can keep others from theirs.
 * Safe for use by several threads.
 */
final class Shares {
    private final int allMaxBytes;
    private final int oneMaxBytes;
    private final int oneMinBytes;
    private final AtomicInteger taken = new AtomicInteger();

    /**
     * @param allMaxBytes what all hold together, as long as there are not so many that each has the smallest share
     * @param oneMaxBytes what one holds where there are few
     */
    Shares(int allMaxBytes, int oneMaxBytes, int oneMinBytes) {
        this.allMaxBytes = allMaxBytes;
        this.oneMaxBytes = oneMaxBytes;
        this.oneMinBytes = oneMinBytes;
    }

    Share take() {
        taken.incrementAndGet();
        return new Share();
    }

    /** Whether there are so many that nobody has a whole one. */
    boolean crowded() {
        return bytes() < oneMaxBytes;
    }

    private int bytes() {
        return Math.clamp(allMaxBytes / Math.max(1, taken.get()), oneMinBytes, oneMaxBytes);
    }

    /** One holder's part; given back by closing it. */
    final class Share implements AutoCloseable {
        private final AtomicBoolean closed = new AtomicBoolean();

        /** How much to take next: less the more others there are. */
        int bytes() {
            return Shares.this.bytes();
        }

        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                taken.decrementAndGet();
            }
        }
    }
}
