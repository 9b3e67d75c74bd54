package io.millrace.gateway;

import io.millrace.model.Caller;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** An operation whose reply waits for something, such as a sync of the disk, without a thread. */
@FunctionalInterface
public interface Parked<I, O> {
    /**
     * Called on an event loop, so it must not block.
     *
     * @param loop runs tasks on that event loop, whose connections are flushed once for all that one task completes
     * @return completed by any thread, which does no work of the door then; best by {@code loop}
     */
    CompletionStage<O> handle(Caller caller, I input, Executor loop);
}
