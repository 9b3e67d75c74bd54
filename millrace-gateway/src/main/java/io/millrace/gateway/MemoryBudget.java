package io.millrace.gateway;

import java.util.concurrent.atomic.AtomicLong;

/** Memory that all bodies of one direction share. What does not fit is refused rather than waited for. */
final class MemoryBudget {
    private final long maxBytes;
    private final AtomicLong takenBytes = new AtomicLong();

    MemoryBudget(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    boolean take(int bytes) {
        if (takenBytes.addAndGet(bytes) <= maxBytes) {
            return true;
        }
        takenBytes.addAndGet(-bytes);
        return false;
    }

    void give(int bytes) {
        long left = takenBytes.addAndGet(-bytes);
        assert left >= 0 : left;
    }

    long takenBytes() {
        return takenBytes.get();
    }
}
