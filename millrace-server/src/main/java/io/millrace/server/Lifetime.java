package io.millrace.server;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Brings the thread that starts a server together with the one that is told to stop it, at whatever moment: a stop during
 * the start waits for its end, so that no step of it is cut off half-way, and what goes wrong from then on is nobody's business.
 */
final class Lifetime {
    private static final Duration START_WAIT_MAX = Duration.ofSeconds(10);

    private final CompletableFuture<Runnable> begun = new CompletableFuture<>();
    private volatile boolean isStopping;

    /**
     * The server answers.
     *
     * @param close what a stop does
     * @return whether anybody wants it any more
     */
    boolean begin(Runnable close) {
        begun.complete(close);
        return !isStopping;
    }

    /**
     * There will be no server.
     *
     * @return whether anybody wants to hear why
     */
    boolean fail() {
        return begin(() -> {});
    }

    boolean isStopping() {
        return isStopping;
    }

    /** Closes the server if there is one, or as soon as there is. */
    void stop() {
        isStopping = true;
        try {
            begun.get(START_WAIT_MAX.toMillis(), TimeUnit.MILLISECONDS).run();
        } catch (TimeoutException _) {
            // It reads a long log, of which nothing is lost if the process ends now.
        } catch (ExecutionException e) {
            throw new AssertionError("it is never completed with a failure", e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
