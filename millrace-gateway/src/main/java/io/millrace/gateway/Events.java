package io.millrace.gateway;

import io.millrace.model.Caller;
import io.millrace.model.EventSource;

/**
 * An operation that answers with events for as long as there are any. Called on a virtual thread of its own, so it may
 * block; throws {@code AwsException} to refuse before the first event. The door asks the source it returns on an event
 * loop, and closes it when the client has gone.
 */
@FunctionalInterface
public interface Events<I, E> {
    EventSource<E> handle(Caller caller, I input);
}
