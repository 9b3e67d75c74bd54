package io.millrace.streams;

import io.millrace.log.Log;
import io.millrace.log.ReadLimits;
import io.millrace.log.ShardKey;
import io.millrace.model.AwsException;
import io.millrace.streams.limits.ThroughputLimits;
import io.millrace.streams.limits.TokenBucket;
import io.millrace.streams.shard.Shard;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

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
    private final ThroughputLimits limits;
    private final ReadLimits eventLimits;
    private final ConcurrentMap<Slot, Subscription> subscriptions = new ConcurrentHashMap<>();
    private final ConcurrentMap<ShardKey, HeldFeed> feeds = new ConcurrentHashMap<>();
    /** What consumers have left of shards they were subscribed to, until it is as if they had never been. */
    private final ConcurrentMap<Slot, TokenBucket> leftOver = new ConcurrentHashMap<>();

    /** A feed, and how many subscriptions hold on to it. */
    private record HeldFeed(ShardFeed feed, int subscriptions) {}

    /** What can be subscribed to once. */
    record Slot(long consumerId, int shardIndex) {}

    FanOut(Log log, ShardReading reading, ThroughputLimits limits, InstantSource clock) {
        this.log = log;
        this.reading = reading;
        this.limits = limits;
        // No larger than what may be sent in a second, or a narrow limit would make for long pauses.
        this.eventLimits = new ReadLimits(
                StreamLimits.EVENT_MAX_RECORDS, Math.min(StreamLimits.EVENT_MAX_BYTES, limits.fanOutBytes()));
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
            var allowance = allowance(slot);
            var subscription = new Subscription(this, slot, consumer, feed, offset, allowance, clock);
            if (subscriptions.putIfAbsent(slot, subscription) == null) {
                return subscription;
            }
            detach(feed);
            keepLeftOver(slot, allowance);
        }
    }

    /** What the consumer may have of the shard: it does not get more by subscribing again. Absent for as much as there is. */
    private @Nullable TokenBucket allowance(Slot slot) {
        if (!limits.limitFanOut()) {
            return null;
        }
        var left = leftOver.remove(slot);
        return left != null ? left : TokenBucket.perSecond(limits.fanOutBytes(), clock.millis());
    }

    private void keepLeftOver(Slot slot, @Nullable TokenBucket allowance) {
        if (allowance != null) {
            leftOver.put(slot, allowance);
        }
    }

    private ShardFeed attach(LiveStream stream, Shard shard) {
        return feeds.compute(
                        shard.logKey(),
                        (_, held) -> held == null
                                ? new HeldFeed(new ShardFeed(stream, shard, log, reading, eventLimits, clock), 1)
                                : new HeldFeed(held.feed(), held.subscriptions() + 1))
                .feed();
    }

    private void detach(ShardFeed feed) {
        feeds.computeIfPresent(
                feed.logKey(),
                (_, held) -> held.subscriptions() == 1 ? null : new HeldFeed(held.feed(), held.subscriptions() - 1));
    }

    /** Frees the place of a subscription that is over. */
    void release(Subscription subscription) {
        if (subscriptions.get(subscription.slot()) == subscription) {
            // First, so that whoever takes the place finds it.
            keepLeftOver(subscription.slot(), subscription.allowance());
        }
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

    /** Does what is due by the clock; to be called at least twice a second, and more often where pushes are limited. */
    void tick() {
        subscriptions.values().forEach(Subscription::tick);
        feeds.values().forEach(held -> held.feed().tick());
        // Under the map's lock: a bucket in here has no owner, and one that was taken out is looked at no more.
        leftOver.forEach((slot, allowance) ->
                leftOver.computeIfPresent(slot, (_, left) -> left.isFull(clock.millis()) ? null : left));
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
