package io.millrace.model;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Events that a reader takes at its own pace: nothing is made before it is asked for. The reader asks for one event at a
 * time, and may close the source whenever it wants, from any thread.
 */
public interface EventSource<E> extends AutoCloseable {
    /**
     * The next event, as soon as there is one; empty at the end. Never blocks. Completes exceptionally with an {@link
     * AwsException} when the events break off for a reason that the reader is told, on a thread whose work must be
     * short. Must not be called again before the last stage completed; a stage that {@link #close} finds open may stay
     * so.
     */
    CompletionStage<Optional<E>> next();

    /** Nobody reads on: frees at once what the source holds. Idempotent. */
    @Override
    void close();
}
