package io.millrace.streams;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread that does its round, waits as long as the round says or until it is woken, and does it again. */
final class BackgroundLoop implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(BackgroundLoop.class);

    private final String name;
    private final Supplier<Duration> round;
    private final Semaphore wakes = new Semaphore(0);
    private final Thread thread;
    private volatile boolean closing;

    private BackgroundLoop(String name, Supplier<Duration> round) {
        this.name = name;
        this.round = round;
        this.thread = Thread.ofVirtual().name(name).unstarted(this::run);
    }

    /**
     * @param round returns how long to wait before the next round
     */
    static BackgroundLoop start(String name, Supplier<Duration> round) {
        var loop = new BackgroundLoop(name, round);
        loop.thread.start();
        return loop;
    }

    /** Lets the next round begin at once. */
    void wake() {
        wakes.release();
    }

    boolean alive() {
        return thread.isAlive();
    }

    private void run() {
        try {
            while (true) {
                // Asked before the round, so that what is asked for during the round leads to another.
                wakes.drainPermits();
                // Looked at only then: the wake that goes with closing may be among those just drained.
                if (closing) {
                    return;
                }
                var wait = round.get();
                if (wakes.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS)) {
                    LOGGER.trace("{} was woken", name);
                }
            }
        } catch (InterruptedException _) {
            // Nobody but a dying process interrupts this thread; what it does is made to be cut short.
        } catch (RuntimeException | Error e) {
            LOGGER.error("{} has stopped; restart the server", name, e);
        }
    }

    @Override
    public void close() {
        closing = true;
        wake();
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
