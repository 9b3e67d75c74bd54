package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.AwsException;
import io.millrace.model.EventSource;
import io.millrace.model.ShardEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Reads a subscription as a client does, one event at a time; a promise that takes too long is a broken one. */
final class Subscriber {
    private static final int PATIENCE_SECONDS = 20;

    private final EventSource<ShardEvent> source;
    private CompletableFuture<Optional<ShardEvent>> asked;

    Subscriber(EventSource<ShardEvent> source) {
        this.source = source;
    }

    /** Asks for the next event, without waiting for it. */
    Subscriber ask() {
        if (asked == null) {
            asked = source.next().toCompletableFuture();
        }
        return this;
    }

    boolean isWaiting() {
        return !ask().asked.isDone();
    }

    /** The next event, or empty at the end. */
    Optional<ShardEvent> next() {
        var stage = ask().asked;
        asked = null;
        try {
            return stage.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AwsException refusal) {
                throw refusal;
            }
            throw new AssertionError(e);
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("no event came", e);
        }
    }

    ShardEvent event() {
        return next().orElseThrow(() -> new AssertionError("the subscription has ended"));
    }

    /** The data of so many records, from as many events as they come in. */
    List<String> take(int records) {
        var taken = new ArrayList<String>();
        while (taken.size() < records) {
            taken.addAll(texts(event()));
        }
        assertThat(taken).hasSize(records);
        return taken;
    }

    void close() {
        source.close();
    }

    static List<String> texts(ShardEvent event) {
        return event.records().stream()
                .map(record -> Service.text(record.data()))
                .toList();
    }
}
