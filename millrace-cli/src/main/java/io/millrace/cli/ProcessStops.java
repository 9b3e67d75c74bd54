package io.millrace.cli;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Ctrl-C and SIGTERM, for this process. A command that has stopped as it was asked to has ended well, so its own exit code is
 * that of the process; the JVM by itself would report the signal.
 */
final class ProcessStops implements Shell.Stops {
    // A command that has stopped has next to nothing left to do.
    private static final Duration EXIT_CODE_WAIT_MAX = Duration.ofSeconds(5);

    private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();

    @Override
    public void register(Runnable onStop) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(onStop), "stop"));
    }

    @Override
    public void ended(int code) {
        exitCode.complete(code);
    }

    private void stop(Runnable onStop) {
        if (exitCode.isDone()) {
            return;
        }
        onStop.run();
        try {
            Runtime.getRuntime().halt(exitCode.get(EXIT_CODE_WAIT_MAX.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException | ExecutionException _) {
            // It did not stop in time, and ends by the signal.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
