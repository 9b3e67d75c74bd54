package io.millrace.bench.load;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** How far a scenario's putters and followers have come, all lanes together. */
final class Progress {
    private final AtomicLong callsLeft;
    private final AtomicInteger puttersAtWork;
    private final AtomicLong recordsAcknowledged = new AtomicLong();
    private final AtomicLong recordsRead = new AtomicLong();

    /** @param callsMax how many puts all putters together may make */
    Progress(int putters, long callsMax) {
        puttersAtWork = new AtomicInteger(putters);
        callsLeft = new AtomicLong(callsMax);
    }

    /** Takes one of the calls that are left. */
    boolean takeCall() {
        return callsLeft.decrementAndGet() >= 0;
    }

    void acknowledged(int records) {
        recordsAcknowledged.addAndGet(records);
    }

    void read(int records) {
        recordsRead.addAndGet(records);
    }

    void putterDone() {
        puttersAtWork.decrementAndGet();
    }

    boolean everythingWasRead() {
        return puttersAtWork.get() == 0 && recordsRead.get() >= recordsAcknowledged.get();
    }
}
