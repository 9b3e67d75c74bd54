package io.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Asks a server again and again until something that it does in its own time is done. */
final class Await {
    private static final int WAIT_MAX_SECONDS = 30;
    private static final long ASK_AGAIN_NANOS = 10_000_000;

    private Await() {}

    static void until(String what, BooleanSupplier done) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_MAX_SECONDS);
        while (!done.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline).as("waiting: %s", what).isNegative();
            LockSupport.parkNanos(ASK_AGAIN_NANOS);
        }
    }
}
