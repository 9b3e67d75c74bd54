package io.millrace.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * While it is open, Ctrl-C asks the command to stop and lets it finish what is under way. What is said and cleaned up
 * after that belongs inside as well.
 */
final class GracefulStop implements AutoCloseable {
    // Long enough for the calls under way; someone who pressed Ctrl-C should not wait for a service that is away.
    private static final Duration WAIT_MAX = Duration.ofSeconds(10);

    private final CountDownLatch finished = new CountDownLatch(1);

    GracefulStop(Shell shell, Runnable onStop) {
        shell.stops().register(() -> {
            onStop.run();
            awaitFinished();
        });
    }

    @Override
    public void close() {
        finished.countDown();
    }

    private void awaitFinished() {
        try {
            var _ = finished.await(WAIT_MAX.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
