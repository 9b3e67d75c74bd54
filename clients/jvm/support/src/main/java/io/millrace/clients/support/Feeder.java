package io.millrace.clients.support;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/** Puts numbered records into a stream, a few at a time, for as long as something else happens to that stream. */
public final class Feeder {
    private static final int BATCH_RECORDS = 10;
    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final int BATCHES_MAX = 10_000;

    private final CompletableFuture<Integer> fed;
    private volatile boolean stopped;

    private Feeder(TestStream stream) {
        fed = CompletableFuture.supplyAsync(() -> feed(stream), task -> new Thread(task, "feeder").start());
    }

    public static Feeder start(TestStream stream) {
        return new Feeder(stream);
    }

    private int feed(TestStream stream) {
        int count = 0;
        for (int batch = 0; batch < BATCHES_MAX && !stopped; batch++) {
            stream.putNumbers(count, BATCH_RECORDS);
            count += BATCH_RECORDS;
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        return count;
    }

    /** Ends the feeding and returns how many records went in: those with the numbers from 0 on. */
    public int stop() {
        stopped = true;
        return fed.join();
    }
}
