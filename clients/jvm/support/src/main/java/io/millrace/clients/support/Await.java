package io.millrace.clients.support;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Asks until the answer is true, as every user of something that happens elsewhere has to. */
public final class Await {
    /** A worker of the Kinesis client library alone waits up to 30 s before it looks at the shards. */
    public static final Duration WAIT_MAX = Duration.ofSeconds(120);

    private static final long ASK_AGAIN_NANOS = 50_000_000;

    private Await() {}

    public static void until(String what, BooleanSupplier holds) {
        until(() -> what, holds);
    }

    /** @param what describes what is awaited and how far it has come; asked for only if the wait was in vain */
    public static void until(Supplier<String> what, BooleanSupplier holds) {
        long deadline = System.nanoTime() + WAIT_MAX.toNanos();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("waited " + WAIT_MAX.toSeconds() + " s in vain until " + what.get());
            }
            LockSupport.parkNanos(ASK_AGAIN_NANOS);
        }
    }
}
