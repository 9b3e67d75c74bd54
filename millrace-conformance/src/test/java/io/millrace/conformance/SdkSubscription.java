package io.millrace.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.StartingPosition;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardEvent;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardEventStream;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardResponseHandler;

/** A subscription as an application with the Java SDK has it, read one event at a time. */
final class SdkSubscription {
    private static final int PATIENCE_SECONDS = 30;

    private final BlockingQueue<Optional<SubscribeToShardEvent>> events = new LinkedBlockingQueue<>();
    private final Future<Void> call;
    private volatile boolean accepted;

    private SdkSubscription(
            KinesisAsyncClient client, String consumer, String shard, Consumer<StartingPosition.Builder> place)
            throws InterruptedException {
        var begun = new CountDownLatch(1);
        var handler = SubscribeToShardResponseHandler.builder()
                .onEventStream(publisher -> {
                    accepted = true;
                    begun.countDown();
                    // How it ends, the call says too.
                    var _ = publisher.subscribe(this::take);
                })
                .onComplete(() -> events.add(Optional.empty()))
                .onError(_ -> {
                    events.add(Optional.empty());
                    begun.countDown();
                })
                .build();
        call = client.subscribeToShard(
                request -> request.consumerARN(consumer).shardId(shard).startingPosition(place), handler);
        begun.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Subscribes; when this returns, the server has accepted or, which is thrown, refused. */
    static SdkSubscription begin(
            KinesisAsyncClient client, String consumer, String shard, Consumer<StartingPosition.Builder> place)
            throws InterruptedException {
        var subscription = new SdkSubscription(client, consumer, shard, place);
        if (!subscription.accepted) {
            subscription.throwReason();
            throw new AssertionError("neither accepted nor refused");
        }
        return subscription;
    }

    private void take(SubscribeToShardEventStream event) {
        events.add(Optional.of((SubscribeToShardEvent) event));
    }

    /** The next event, or empty at the end; throws what the server broke off with. */
    Optional<SubscribeToShardEvent> next() throws InterruptedException {
        var next = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("no event came");
        }
        if (next.isEmpty()) {
            throwReason();
        }
        return next;
    }

    private void throwReason() throws InterruptedException {
        try {
            call.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException refusal) {
                throw refusal;
            }
            throw new CompletionException(e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("the call does not end", e);
        }
    }

    /** The next event that has records. */
    SubscribeToShardEvent records() throws InterruptedException {
        while (true) {
            var event = next().orElseThrow(() -> new AssertionError("the subscription has ended"));
            if (event.hasRecords() && !event.records().isEmpty()) {
                return event;
            }
        }
    }

    /** The data of so many records. */
    List<String> take(int count) throws InterruptedException {
        var taken = new ArrayList<String>();
        while (taken.size() < count) {
            records().records().forEach(record -> taken.add(record.data().asUtf8String()));
        }
        return taken;
    }

    /** Reads until the shard has ended; its last event. */
    SubscribeToShardEvent last(List<String> taken) throws InterruptedException {
        while (true) {
            var event = next().orElseThrow(() -> new AssertionError("ended without a last event"));
            event.records().forEach(record -> taken.add(record.data().asUtf8String()));
            if (event.continuationSequenceNumber() == null) {
                return event;
            }
        }
    }

    void close() {
        call.cancel(true);
    }
}
