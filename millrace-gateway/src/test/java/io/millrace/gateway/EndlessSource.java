package io.millrace.gateway;

import io.millrace.model.EventSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/** Has the next event at hand whenever it is asked; counts how often that is. */
final class EndlessSource implements EventSource<String> {
    private final Optional<String> event;
    final AtomicInteger asks = new AtomicInteger();
    final AtomicInteger closes = new AtomicInteger();

    EndlessSource(String event) {
        this.event = Optional.of(event);
    }

    @Override
    public CompletionStage<Optional<String>> next() {
        asks.incrementAndGet();
        return CompletableFuture.completedFuture(event);
    }

    @Override
    public void close() {
        closes.incrementAndGet();
    }
}
