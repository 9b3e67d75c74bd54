package io.millrace.streams;

import io.millrace.log.Log;
import io.millrace.log.ShardKey;
import io.millrace.model.AwsException;
import io.millrace.streams.shard.Shard;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Enhanced fan-out: the subscriptions there are, at most one for each consumer and shard, and the feeds they read from,
 * one for each shard that has any.
 *
 * <p>May be used from any thread. Heartbeats and the end of a subscription's life come with {@link #tick}.
 */
final class FanOut implements AutoCloseable {
    private final Log log;
    private final ShardReading reading;
    private final InstantSource clock;
    private final ConcurrentMap<Slot, Subscription> subscriptions = new ConcurrentHashMap<>();
    private final ConcurrentMap<ShardKey, ShardFeed> feeds = new ConcurrentHashMap<>();

    /** What can be subscribed to once. */
    record Slot(long consumerId, int shardIndex) {}

    FanOut(Log log, ShardReading reading, InstantSource clock) {
        this.log = log;
        this.reading = reading;
        this.clock = clock;
    }

    /**
     * Begins a subscription. One of the same consumer and shard gives way to it, unless that has only just begun: then
     * this one is refused.
     */
    Subscription open(LiveConsumer consumer, LiveStream stream, Shard shard, long offset) {
        var inUse = consumer.state().address().alreadySubscribed(shard.id());
        var slot = new Slot(consumer.state().id(), shard.index());
        while (true) {
            var older = subscriptions.get(slot);
            if (older != null) {
                if (older.isYoung()) {
                    consumer.meters().rateExceeded();
                    throw inUse;
                }
                older.breakOff(inUse);
            }
            var feed = attach(stream, shard);
            var subscription = new Subscription(this, slot, consumer, feed, offset, clock);
            if (subscriptions.putIfAbsent(slot, subscription) == null) {
                return subscription;
            }
            detach(feed);
        }
    }

    private ShardFeed attach(LiveStream stream, Shard shard) {
        return feeds.compute(shard.logKey(), (_, present) -> {
            var feed = present == null ? new ShardFeed(stream, shard, log, reading, clock) : present;
            feed.subscribers++;
            return feed;
        });
    }

    private void detach(ShardFeed feed) {
        feeds.compute(feed.logKey(), (_, present) -> {
            assert feed.equals(present) : present;
            return --feed.subscribers == 0 ? null : feed;
        });
    }

    /** Frees the place of a subscription that is over. */
    void release(Subscription subscription) {
        if (subscriptions.remove(subscription.slot(), subscription)) {
            detach(subscription.feed());
        }
    }

    /** Breaks off what a consumer has subscribed to; it is gone. */
    void end(LiveConsumer consumer, AwsException reason) {
        long id = consumer.state().id();
        subscriptions.forEach((slot, subscription) -> {
            if (slot.consumerId() == id) {
                subscription.breakOff(reason);
            }
        });
    }

    /** Does what is due by the clock; to be called at least twice a second. */
    void tick() {
        subscriptions.values().forEach(Subscription::tick);
        feeds.values().forEach(ShardFeed::tick);
    }

    /** How many subscriptions there are. */
    int size() {
        return subscriptions.size();
    }

    /** Ends all subscriptions; clients take them up again elsewhere, or here after the next start. */
    @Override
    public void close() {
        List.copyOf(subscriptions.values()).forEach(Subscription::finish);
    }
}
