package io.millrace.firehose.engine;

import java.util.concurrent.atomic.AtomicLong;

/** What all buffers of all delivery streams together may hold in memory. */
final class BufferMemory {
    private final long maxBytes;
    private final AtomicLong usedBytes = new AtomicLong();

    BufferMemory(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Takes memory if there is as much. */
    boolean take(long bytes) {
        while (true) {
            long used = usedBytes.get();
            if (used + bytes > maxBytes) {
                return false;
            }
            if (usedBytes.compareAndSet(used, used + bytes)) {
                return true;
            }
        }
    }

    void giveBack(long bytes) {
        long left = usedBytes.addAndGet(-bytes);
        assert left >= 0 : left;
    }

    long usedBytes() {
        return usedBytes.get();
    }
}
