package io.millrace.firehose.engine;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/** Pauses that end when what they are part of is stopped. Safe for use by several threads. */
final class Waiting implements Pauses {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition stops = lock.newCondition();
    private final UnaryOperator<Duration> pace;
    private volatile boolean stopped;

    Waiting(UnaryOperator<Duration> pace) {
        this.pace = pace;
    }

    @Override
    public void pause(Duration time) {
        if (time.isPositive()) {
            await(pace.apply(time).toNanos());
        }
        if (stopped) {
            throw new StoppedException();
        }
    }

    private void await(long nanos) {
        lock.lock();
        try {
            long left = nanos;
            while (!stopped && left > 0) {
                left = stops.awaitNanos(left);
            }
        } catch (InterruptedException _) {
            throw new StoppedException();
        } finally {
            lock.unlock();
        }
    }

    void stop() {
        lock.lock();
        try {
            stopped = true;
            stops.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
