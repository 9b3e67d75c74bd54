package io.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.EventSource;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Gives what the test puts in, to whoever asks; counts how often it is asked and closed. */
final class ManualSource implements EventSource<String> {
    private final Queue<Consumer<CompletableFuture<Optional<String>>>> answers = new ArrayDeque<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private @Nullable CompletableFuture<Optional<String>> asked;
    private int asks;
    private int closes;

    ManualSource give(String event) {
        return answer(stage -> stage.complete(Optional.of(event)));
    }

    ManualSource end() {
        return answer(stage -> stage.complete(Optional.empty()));
    }

    ManualSource fail(Throwable failure) {
        return answer(stage -> stage.completeExceptionally(failure));
    }

    private ManualSource answer(Consumer<CompletableFuture<Optional<String>>> answer) {
        CompletableFuture<Optional<String>> waiting;
        synchronized (this) {
            waiting = asked;
            asked = null;
            if (waiting == null) {
                answers.add(answer);
                return this;
            }
        }
        answer.accept(waiting);
        return this;
    }

    @Override
    public synchronized CompletionStage<Optional<String>> next() {
        assertThat(asked).as("asked twice at a time").isNull();
        assertThat(closes).as("asked after it was closed").isZero();
        asks++;
        var stage = new CompletableFuture<Optional<String>>();
        var answer = answers.poll();
        if (answer == null) {
            asked = stage;
        } else {
            answer.accept(stage);
        }
        return stage;
    }

    synchronized int asks() {
        return asks;
    }

    synchronized int closes() {
        return closes;
    }

    void awaitClose() {
        TestDoor.await(closing);
        assertThat(closes()).isEqualTo(1);
    }

    @Override
    public synchronized void close() {
        closes++;
        closing.countDown();
    }
}
