package io.millrace.gateway;

import io.millrace.model.Caller;
import java.util.concurrent.CompletionStage;

/**
 * An operation whose reply waits for something, such as a sync of the disk, without a thread. Called on an event loop,
 * so it must not block; the stage may be completed by any thread and does no work of the door there.
 */
@FunctionalInterface
public interface Parked<I, O> {
    CompletionStage<O> handle(Caller caller, I input);
}
