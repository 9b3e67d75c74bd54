package io.millrace.streams;

import io.millrace.model.AwsException;
import io.millrace.model.EventSource;
import io.millrace.model.ShardEvent;
import io.millrace.streams.limits.TokenBucket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One consumer's subscription to one shard: where it stands, and whether its reader waits for an event. Holds no event
 * itself: what the reader has not asked for stays in the log.
 *
 * <p>May be used from any thread. Its lock is held for moments only, and never while the feed's is taken.
 */
final class Subscription implements EventSource<ShardEvent> {
    /** Less than the five seconds that clients are promised, because ticks come when they come. */
    static final Duration HEARTBEAT_AFTER = Duration.ofSeconds(4);

    /** How it ended, which is what every further call of {@link #next} is told. */
    private sealed interface Ending {
        record Finished() implements Ending {}

        record BrokenOff(Throwable reason) implements Ending {}
    }

    private final FanOut fanOut;
    private final FanOut.Slot slot;
    private final LiveConsumer consumer;
    private final ShardFeed feed;
    private final InstantSource clock;
    private final long openedMillis;
    /** What its consumer may have of the shard; absent for as much as there is. Guarded by this while it goes on. */
    private final @Nullable TokenBucket allowance;

    // Guarded by this.
    private long position;
    private long lastEventMillis;
    private long lastEventBehindMillis;
    private boolean paused;
    private @Nullable CompletableFuture<Optional<ShardEvent>> waiting;
    private @Nullable Ending over;

    Subscription(
            FanOut fanOut,
            FanOut.Slot slot,
            LiveConsumer consumer,
            ShardFeed feed,
            long offset,
            @Nullable TokenBucket allowance,
            InstantSource clock) {
        this.fanOut = fanOut;
        this.slot = slot;
        this.consumer = consumer;
        this.feed = feed;
        this.allowance = allowance;
        this.clock = clock;
        this.position = offset;
        this.openedMillis = clock.millis();
        this.lastEventMillis = openedMillis;
    }

    FanOut.Slot slot() {
        return slot;
    }

    ShardFeed feed() {
        return feed;
    }

    /** What is left of it belongs to whoever subscribes next, once this is over. */
    @Nullable TokenBucket allowance() {
        return allowance;
    }

    /** Whether it is too young to give way to another of the same consumer and shard. */
    boolean isYoung() {
        return age() < StreamLimits.SUBSCRIPTION_SAFE.toMillis();
    }

    /** How old it is; a clock that was set back far makes it no younger, or it would stay for as long again. */
    private long age() {
        return Math.abs(clock.millis() - openedMillis);
    }

    @Override
    public CompletionStage<Optional<ShardEvent>> next() {
        if (age() >= StreamLimits.SUBSCRIPTION_LIFETIME.toMillis()) {
            finish();
        }
        var stage = new CompletableFuture<Optional<ShardEvent>>();
        long from;
        synchronized (this) {
            if (over != null) {
                tell(stage, over);
                return stage;
            }
            assert waiting == null : "asked again before the last answer";
            waiting = stage;
            paused = mustPause();
            if (paused) {
                return stage;
            }
            from = position;
        }
        await(from);
        return stage;
    }

    /** Whether it has had all that it may have for now. A tick lets it go on; nobody else is held up. */
    private boolean mustPause() {
        return allowance != null && !allowance.holdsAny(clock.millis());
    }

    private void await(long from) {
        feed.await(this, from);
        if (isOver()) {
            // It ended in between, and found nothing to leave yet.
            feed.leave(this, from);
        }
    }

    private synchronized boolean isOver() {
        return over != null;
    }

    /**
     * Takes what was read at its position, if the reader still waits there. Every event with records, and every end of
     * a shard, goes through here.
     */
    void deliver(ShardFeed.Delivery delivery) {
        CompletableFuture<Optional<ShardEvent>> reader;
        synchronized (this) {
            if (waiting == null || position != delivery.from()) {
                return;
            }
            reader = waiting;
            waiting = null;
            position = delivery.next();
            lastEventMillis = clock.millis();
            lastEventBehindMillis = delivery.event().millisBehindLatest();
            if (allowance != null) {
                allowance.spend(delivery.bytes(), lastEventMillis);
            }
            if (delivery.isLast()) {
                over = new Ending.Finished();
            }
        }
        if (delivery.isLast()) {
            fanOut.release(this);
        }
        complete(reader, delivery.event(), delivery.bytes());
    }

    private void complete(CompletableFuture<Optional<ShardEvent>> reader, ShardEvent event, long bytes) {
        consumer.meters().delivered(event.records().size(), bytes, event.millisBehindLatest());
        reader.complete(Optional.of(event));
    }

    /** Ends if its time is over, goes on if it has paused long enough, and says that it is alive if it was silent for long. */
    void tick() {
        if (age() >= StreamLimits.SUBSCRIPTION_LIFETIME.toMillis()) {
            finish();
            return;
        }
        var goOn = endOfPause();
        if (goOn.isPresent()) {
            await(goOn.getAsLong());
            return;
        }
        long at;
        boolean pausing;
        long behindMillis;
        synchronized (this) {
            // If the clock was set back, that much is unknown; rather one heartbeat too many.
            long silentMillis = Math.abs(clock.millis() - lastEventMillis);
            if (waiting == null || silentMillis < HEARTBEAT_AFTER.toMillis()) {
                return;
            }
            at = position;
            pausing = paused;
            behindMillis = lastEventBehindMillis + silentMillis;
        }
        try {
            var heartbeat = pausing ? Optional.of(feed.pause(at, behindMillis)) : feed.heartbeat(at);
            if (heartbeat.isPresent()) {
                beat(at, heartbeat.get());
            }
        } catch (AwsException gone) {
            breakOff(gone);
        }
    }

    /** Where to go on, if it has paused long enough. */
    private synchronized OptionalLong endOfPause() {
        if (!paused || waiting == null || mustPause()) {
            return OptionalLong.empty();
        }
        paused = false;
        return OptionalLong.of(position);
    }

    private void beat(long at, ShardEvent heartbeat) {
        CompletableFuture<Optional<ShardEvent>> reader;
        synchronized (this) {
            if (waiting == null || position != at) {
                return;
            }
            reader = waiting;
            waiting = null;
            lastEventMillis = clock.millis();
            lastEventBehindMillis = heartbeat.millisBehindLatest();
        }
        feed.leave(this, at);
        complete(reader, heartbeat, 0);
    }

    /** Ends it as at the end of its life. */
    void finish() {
        end(new Ending.Finished());
    }

    /** Ends it with a reason that the reader is told, or with a fault. */
    void breakOff(Throwable reason) {
        end(new Ending.BrokenOff(reason));
    }

    @Override
    public void close() {
        finish();
    }

    private void end(Ending ending) {
        CompletableFuture<Optional<ShardEvent>> reader;
        long at;
        synchronized (this) {
            if (over != null) {
                return;
            }
            over = ending;
            reader = waiting;
            waiting = null;
            at = position;
        }
        fanOut.release(this);
        feed.leave(this, at);
        if (reader != null) {
            tell(reader, ending);
        }
    }

    private static void tell(CompletableFuture<Optional<ShardEvent>> reader, Ending ending) {
        switch (ending) {
            case Ending.Finished() -> reader.complete(Optional.empty());
            case Ending.BrokenOff(var reason) -> reader.completeExceptionally(reason);
        }
    }
}
