package io.millrace.server.faults;

import io.millrace.model.EventSource;
import io.millrace.model.InternalFailureException;
import io.millrace.model.Operation;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Events that a fault may break off before any of them, also one that is set while they run. */
record BreakableEvents<E>(EventSource<E> events, Operation<?, E> operation, Optional<String> stream, Faults faults)
        implements EventSource<E> {
    @Override
    public CompletionStage<Optional<E>> next() {
        if (faults.breaksOff(operation, stream)) {
            events.close();
            return CompletableFuture.failedStage(new InternalFailureException());
        }
        return events.next();
    }

    @Override
    public void close() {
        events.close();
    }
}
