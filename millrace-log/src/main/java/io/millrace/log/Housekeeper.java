package io.millrace.log;

import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread that does the housekeeping: a round when there is a reason, and now and then without one. */
final class Housekeeper {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeper.class);

    /** How long after a failed round the next one comes. */
    private static final Duration ROUND_INTERVAL_MAX = Duration.ofSeconds(10);

    /** After a failed round, however many reasons there are: what fails is likely to fail again. */
    private static final Duration FAILED_PAUSE = Duration.ofSeconds(1);

    /** So long after the last append the next is expected. */
    private static final Duration USE_LASTS = Duration.ofMillis(100);

    private final Housekeeping housekeeping;
    private final BooleanSupplier appendedTo;
    private final BooleanSupplier readFromAfar;
    private final Runnable tidying;
    private final Semaphore reasons = new Semaphore(0);
    private final CountDownLatch closing = new CountDownLatch(1);
    private boolean failing;
    private long resumedNanos;
    private long appendedUntilNanos = System.nanoTime();
    private final Thread thread = Thread.ofPlatform().name("log-housekeeper").unstarted(this::run);

    /**
     * @param appendedTo whether anything was appended since this was last called
     * @param readFromAfar whether readers have the log read from the disk at this moment
     * @param tidying what memory wants now and then
     */
    Housekeeper(
            LogConfig config,
            Collection<Shard> shards,
            Layout layout,
            BooleanSupplier appendedTo,
            BooleanSupplier readFromAfar,
            Runnable tidying) {
        this.appendedTo = appendedTo;
        this.readFromAfar = readFromAfar;
        this.tidying = tidying;
        this.housekeeping = new Housekeeping(config, shards, layout, this::breathe, this::breatheForReaders);
    }

    void start() {
        // What was found open at the start wants a footer.
        wake();
        thread.start();
    }

    void wake() {
        reasons.release();
    }

    private void breathe() throws Pace.ClosingException {
        breathe(Breaths.forTheLog(use(), housekeeping.hasReady()));
    }

    private void breatheForReaders() throws Pace.ClosingException {
        breathe(Breaths.forReaders(use(), housekeeping.isBehind()));
    }

    private Breaths.Use use() {
        long now = System.nanoTime();
        if (appendedTo.getAsBoolean()) {
            appendedUntilNanos = now + USE_LASTS.toNanos();
        }
        if (appendedUntilNanos - now > 0) {
            return Breaths.Use.APPENDED_TO;
        }
        return readFromAfar.getAsBoolean() ? Breaths.Use.READ_FROM_AFAR : Breaths.Use.NONE;
    }

    private void breathe(Duration least) throws Pace.ClosingException {
        try {
            long worked = System.nanoTime() - resumedNanos;
            long breath = Breaths.nanos(least, worked);
            if (closing.await(breath, TimeUnit.NANOSECONDS)) {
                throw new Pace.ClosingException();
            }
            resumedNanos = System.nanoTime();
        } catch (InterruptedException _) {
            throw new Pace.ClosingException();
        }
    }

    private void run() {
        try {
            while (closing.getCount() > 0) {
                boolean _ = reasons.tryAcquire(ROUND_INTERVAL_MAX.toMillis(), TimeUnit.MILLISECONDS);
                if (failing) {
                    boolean _ = closing.await(FAILED_PAUSE.toMillis(), TimeUnit.MILLISECONDS);
                }
                reasons.drainPermits();
                round();
            }
        } catch (InterruptedException _) {
            // Nobody interrupts this thread but one who wants it gone.
        } catch (RuntimeException | Error e) {
            LOG.error("Housekeeping of the log has stopped; segments are not recycled until the next start", e);
        }
    }

    void round() {
        tidying.run();
        resumedNanos = System.nanoTime();
        try {
            housekeeping.run();
            if (failing) {
                LOG.info("Housekeeping of the log goes on");
                failing = false;
            }
        } catch (Pace.ClosingException _) {
            // What was left undone is found again after the next start.
        } catch (IOException e) {
            if (!failing) {
                LOG.warn("Housekeeping of the log failed and will be tried again: {}", e.toString());
                failing = true;
            }
        }
    }

    /** Ends with footers for all segments, so that what is closed in peace needs no recovery. */
    void close() {
        closing.countDown();
        wake();
        try {
            thread.join();
            housekeeping.sealEnded();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.warn("The log was closed without footers; the next start reads its segments instead: {}", e.toString());
        }
    }
}
