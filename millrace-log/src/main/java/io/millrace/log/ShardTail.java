package io.millrace.log;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits by parking; the committer unparks whoever waits on a shard that got something new. */
final class ShardTail implements TailSignal {
    private final Shard shard;

    ShardTail(Shard shard) {
        this.shard = shard;
    }

    @Override
    public boolean await(long offset, Duration waitMax) throws InterruptedException {
        if (isWorthALook(offset)) {
            return true;
        }
        long begin = System.nanoTime();
        long waitMaxNanos = waitMax.toNanos();
        var waiting = shard.waiting();
        waiting.add(Thread.currentThread());
        try {
            // Looked at again after joining: what became durable before would wake nobody.
            while (!isWorthALook(offset)) {
                long left = waitMaxNanos - (System.nanoTime() - begin);
                if (left <= 0) {
                    return false;
                }
                LockSupport.parkNanos(this, left);
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
            return true;
        } finally {
            waiting.remove(Thread.currentThread());
        }
    }

    private boolean isWorthALook(long offset) {
        return shard.nextOffset() > offset || shard.isSealed() || shard.isDeleted();
    }
}
