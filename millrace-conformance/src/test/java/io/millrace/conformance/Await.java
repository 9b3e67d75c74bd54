package io.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Asks a server again and again until something that it does in its own time is done. */
final class Await {
    private static final int WAIT_MAX_SECONDS = 30;
    private static final long ASK_AGAIN_NANOS = 10_000_000;

    private Await() {}

    static void until(String what, BooleanSupplier done) {
        within(Duration.ofSeconds(WAIT_MAX_SECONDS), what, done);
    }

    static void within(Duration waitMax, String what, BooleanSupplier done) {
        long deadline = System.nanoTime() + waitMax.toNanos();
        for (long asked = System.nanoTime(); !done.getAsBoolean(); asked = System.nanoTime()) {
            long now = System.nanoTime();
            assertThat(now - deadline).as("waiting: %s", what).isNegative();
            // At rest as long as asking took: who waits must not take what the one that is waited for needs.
            LockSupport.parkNanos(Math.max(ASK_AGAIN_NANOS, now - asked));
        }
    }
}
