package io.millrace.streams;

import io.millrace.log.Log;
import io.millrace.log.ReadLimits;
import io.millrace.log.ShardBounds;
import io.millrace.log.ShardKey;
import io.millrace.log.UnknownShardException;
import io.millrace.model.AwsException;
import io.millrace.model.InternalFailureException;
import io.millrace.model.ResourceNotFoundException;
import io.millrace.model.ShardEvent;
import io.millrace.streams.shard.Shard;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the subscribers of one shard read from. Subscribers that stand at the same offset wait together, one thread reads
 * for all of them, and they are given the very same event. So all that are at the tail cost one waiting thread and one
 * read, however many they are; and one that falls behind reads for itself until it is back.
 *
 * <p>A subscriber that asks a moment too late for an event finds it among the latest ones, which are kept for a second
 * or so: readers never ask all at once.
 */
final class ShardFeed {
    private static final Logger LOG = LoggerFactory.getLogger(ShardFeed.class);

    private static final Duration KEPT = Duration.ofSeconds(1);
    private static final int KEPT_MAX_EVENTS = 16;
    private static final long KEPT_MAX_BYTES = 2 * StreamLimits.EVENT_MAX_BYTES;
    /** How long a thread may stay that nobody waits for any more. */
    private static final Duration LOOK_INTERVAL = Duration.ofSeconds(2);

    private final LiveStream stream;
    private final Shard shard;
    private final Log log;
    private final ShardReading reading;
    private final ReadLimits eventLimits;
    private final InstantSource clock;

    // Guarded by this, which is held for moments only.
    private final Map<Long, Group> groups = new HashMap<>();
    /** By the offset they are for. */
    private final NavigableMap<Long, Delivery> latest = new TreeMap<>();

    private long latestBytes;

    /**
     * An event as subscribers get it.
     *
     * @param from the offset it is for
     * @param next where to go on
     */
    record Delivery(long from, long next, ShardEvent event, long bytes, long madeMillis) {
        /** Whether the shard ends with it. */
        boolean isLast() {
            return event.continuationSequenceNumber() == null;
        }
    }

    /** Who waits for the record at an offset, and the thread that reads it for them. */
    private final class Group implements Runnable {
        private final long from;
        private final Set<Subscription> members = new LinkedHashSet<>();

        private Group(long from) {
            this.from = from;
        }

        @Override
        public void run() {
            try {
                var delivery = awaitDelivery(this);
                if (delivery != null) {
                    dissolve(this, delivery).forEach(member -> member.deliver(delivery));
                }
            } catch (InterruptedException _) {
                throw new AssertionError("nobody interrupts this thread");
            } catch (AwsException refusal) {
                dissolve(this, null).forEach(member -> member.breakOff(refusal));
            } catch (RuntimeException | Error fault) {
                // Written down here, once: the members may be thousands, and each is told as if it were alone.
                LOG.error("Shard {} could not be read for its subscribers", shard.id(), fault);
                var told = new InternalFailureException();
                dissolve(this, null).forEach(member -> member.breakOff(told));
            }
        }
    }

    ShardFeed(
            LiveStream stream,
            Shard shard,
            Log log,
            ShardReading reading,
            ReadLimits eventLimits,
            InstantSource clock) {
        this.stream = stream;
        this.shard = shard;
        this.log = log;
        this.reading = reading;
        this.eventLimits = eventLimits;
        this.clock = clock;
    }

    ShardKey logKey() {
        return shard.logKey();
    }

    /** Delivers what comes at the offset, at once if it is at hand. */
    void await(Subscription subscriber, long from) {
        var ready = readyOrJoin(subscriber, from);
        if (ready != null) {
            subscriber.deliver(ready);
        }
    }

    private synchronized @Nullable Delivery readyOrJoin(Subscription subscriber, long from) {
        var ready = latest.get(from);
        if (ready != null) {
            return ready;
        }
        var present = groups.get(from);
        if (present != null) {
            present.members.add(subscriber);
            return null;
        }
        var group = new Group(from);
        group.members.add(subscriber);
        groups.put(from, group);
        Thread.ofVirtual().name("shard-feed").start(group);
        return null;
    }

    /** Waits no more. */
    synchronized void leave(Subscription subscriber, long from) {
        var group = groups.get(from);
        if (group != null) {
            group.members.remove(subscriber);
        }
    }

    /** Waits for something to deliver; null when nobody waits for it any more. */
    private @Nullable Delivery awaitDelivery(Group group) throws InterruptedException {
        long at = group.from;
        while (true) {
            boolean worthALook = tail(at);
            if (dissolvedIfEmpty(group)) {
                return null;
            }
            if (!worthALook) {
                continue;
            }
            // The state first and the log second: a shard that is closed in this state has all records in the log.
            var state = stream.state();
            var read = reading.read(state, present(state), at, eventLimits);
            if (!read.records().isEmpty() || !read.childShards().isEmpty()) {
                return delivery(group.from, read);
            }
            if (read.nextOffset() > at) {
                // What was there had expired.
                at = read.nextOffset();
            } else {
                // Sealed: the children are about to be shown, and the end of this shard with them.
                stream.awaitChange(state, LOOK_INTERVAL);
            }
        }
    }

    private boolean tail(long at) throws InterruptedException {
        try {
            return log.tail(shard.logKey()).await(at, LOOK_INTERVAL);
        } catch (UnknownShardException _) {
            throw gone();
        }
    }

    private Shard present(StreamState state) {
        return state.shards().find(shard.index()).orElseThrow(this::gone);
    }

    private ResourceNotFoundException gone() {
        return stream.state().address().shardDoesNotExist(shard.id());
    }

    private Delivery delivery(long from, ShardReading.Reading read) {
        var number = read.childShards().isEmpty() ? read.records().getLast().sequenceNumber() : null;
        var event = new ShardEvent(read.records(), number, read.millisBehindLatest(), read.childShards());
        return new Delivery(from, read.nextOffset(), event, read.bytes(), clock.millis());
    }

    private synchronized boolean dissolvedIfEmpty(Group group) {
        return group.members.isEmpty() && groups.remove(group.from, group);
    }

    /** From here on, who comes to this offset finds the event or makes up another group. */
    private synchronized List<Subscription> dissolve(Group group, @Nullable Delivery delivery) {
        groups.remove(group.from);
        if (delivery != null) {
            keep(delivery);
        }
        return List.copyOf(group.members);
    }

    private void keep(Delivery delivery) {
        var replaced = latest.put(delivery.from(), delivery);
        latestBytes += delivery.bytes() - (replaced == null ? 0 : replaced.bytes());
        while (latest.size() > KEPT_MAX_EVENTS || (latestBytes > KEPT_MAX_BYTES && latest.size() > 1)) {
            // What is farthest behind, lest one that catches up takes from the many at the tail what they come for.
            latestBytes -= latest.pollFirstEntry().getValue().bytes();
        }
    }

    /** Lets go of events that hardly anybody comes for any more. */
    synchronized void tick() {
        long now = clock.millis();
        latest.values().removeIf(delivery -> Math.abs(now - delivery.madeMillis()) >= KEPT.toMillis());
        latestBytes = latest.values().stream().mapToLong(Delivery::bytes).sum();
    }

    private long firstUnexpired() {
        return log.firstOffsetAtOrAfter(shard.logKey(), stream.state().horizonMillis(clock.millis()));
    }

    /**
     * What says to a subscriber at that offset that there is nothing new, or only what has expired; empty if there is.
     *
     * @throws ResourceNotFoundException if the shard is gone
     */
    Optional<ShardEvent> heartbeat(long at) {
        try {
            var bounds = log.bounds(shard.logKey());
            return bounds.nextOffset() > at && bounds.nextOffset() > firstUnexpired()
                    ? Optional.empty()
                    : Optional.of(nothingAt(bounds.nextOffset(), 0, bounds));
        } catch (UnknownShardException _) {
            throw gone();
        }
    }

    /**
     * What says to a subscriber at that offset that it is not forgotten, though it may not have what there is yet.
     *
     * @throws ResourceNotFoundException if the shard is gone
     */
    ShardEvent pause(long at, long millisBehindLatest) {
        try {
            var bounds = log.bounds(shard.logKey());
            return nothingAt(at, bounds.nextOffset() > at ? millisBehindLatest : 0, bounds);
        } catch (UnknownShardException _) {
            throw gone();
        }
    }

    private ShardEvent nothingAt(long at, long millisBehindLatest, ShardBounds bounds) {
        // The number of the record before, at the present time: not below that record's, and below all to come.
        var number = present(stream.state()).numberOf(at - 1, Math.max(clock.millis(), bounds.lastArrivalMillis()));
        return new ShardEvent(List.of(), number.toString(), millisBehindLatest, List.of());
    }
}
