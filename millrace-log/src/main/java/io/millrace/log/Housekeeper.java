package io.millrace.log;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread that does the housekeeping: a round when there is a reason, and now and then without one. */
final class Housekeeper {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeper.class);

    /** How long a failed round, or a reason nobody named, waits. */
    private static final Duration ROUND_INTERVAL_MAX = Duration.ofSeconds(10);

    private final Housekeeping housekeeping;
    private final Semaphore reasons = new Semaphore(0);
    private final Thread thread = Thread.ofPlatform().name("log-housekeeper").unstarted(this::run);
    private volatile boolean closing;

    Housekeeper(Housekeeping housekeeping) {
        this.housekeeping = housekeeping;
    }

    void start() {
        thread.start();
    }

    void wake() {
        reasons.release();
    }

    private void run() {
        try {
            while (!closing) {
                boolean _ = reasons.tryAcquire(ROUND_INTERVAL_MAX.toMillis(), TimeUnit.MILLISECONDS);
                reasons.drainPermits();
                round();
            }
        } catch (InterruptedException _) {
            // Nobody interrupts this thread but one who wants it gone.
        } catch (RuntimeException | Error e) {
            LOG.error("Housekeeping of the log has stopped; segments are not recycled until the next start", e);
        }
    }

    boolean round() {
        return housekeeping.run();
    }

    /** Ends with a last round, so that what is closed in peace needs no recovery. */
    void close() {
        closing = true;
        wake();
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        round();
    }
}
