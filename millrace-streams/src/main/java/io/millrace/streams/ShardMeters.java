package io.millrace.streams;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.millrace.streams.shard.ShardId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.model.MetricsName;

/**
 * The meters of a stream's shards: those that its owner enabled, in the registry only as long as they are. Counted once a
 * batch and shard; while none is enabled, that costs one look.
 *
 * <p>They are named after CloudWatch's metrics with {@code Shard.} in front, as a page of metrics can't have one name with
 * and without a shard.
 */
final class ShardMeters {
    private static final String PREFIX = "Shard.";
    /** Nothing comes into a closed shard. */
    private static final Set<MetricsName> OF_OPEN_SHARDS = Set.of(
            MetricsName.INCOMING_BYTES,
            MetricsName.INCOMING_RECORDS,
            MetricsName.WRITE_PROVISIONED_THROUGHPUT_EXCEEDED);

    private final MeterRegistry registry;
    private final Tags streamTags;
    // Replaced as a whole, by one thread at a time: changes to streams come one after another.
    private volatile Map<Integer, OfShard> byShard = Map.of();

    ShardMeters(MeterRegistry registry, Tags streamTags) {
        this.registry = registry;
        this.streamTags = streamTags;
    }

    /** One shard's; those that are not enabled are absent. */
    private record OfShard(
            @Nullable Counter incomingBytes,
            @Nullable Counter incomingRecords,
            @Nullable Counter outgoingBytes,
            @Nullable Counter outgoingRecords,
            @Nullable Counter writesThrottled,
            @Nullable Counter readsThrottled,
            @Nullable DistributionSummary iteratorAge) {}

    /** Whether anything is counted: to be asked before the numbers are gathered. */
    boolean enabled() {
        return !byShard.isEmpty();
    }

    void incoming(int shardIndex, int records, long bytes) {
        var meters = byShard.get(shardIndex);
        if (meters != null) {
            add(meters.incomingRecords(), records);
            add(meters.incomingBytes(), bytes);
        }
    }

    void outgoing(int shardIndex, int records, long bytes, long ageMillis) {
        var meters = byShard.get(shardIndex);
        if (meters != null) {
            add(meters.outgoingRecords(), records);
            add(meters.outgoingBytes(), bytes);
            if (meters.iteratorAge() != null) {
                meters.iteratorAge().record((double) ageMillis);
            }
        }
    }

    /** A record that the shard had no capacity for. */
    void writeThrottled(int shardIndex) {
        var meters = byShard.get(shardIndex);
        if (meters != null) {
            add(meters.writesThrottled(), 1);
        }
    }

    /** A read that the shard had no capacity for. */
    void readThrottled(int shardIndex) {
        var meters = byShard.get(shardIndex);
        if (meters != null) {
            add(meters.readsThrottled(), 1);
        }
    }

    private static void add(@Nullable Counter counter, long amount) {
        if (counter != null) {
            counter.increment((double) amount);
        }
    }

    /** Brings the meters in line with what is enabled and with the shards that there are. */
    synchronized void follow(StreamState stream) {
        var enabled = stream.settings().shardLevelMetrics();
        if (enabled.isEmpty() && byShard.isEmpty()) {
            return;
        }
        var next = new HashMap<Integer, OfShard>();
        if (!enabled.isEmpty()) {
            var ofClosed = new HashSet<>(enabled);
            ofClosed.removeAll(OF_OPEN_SHARDS);
            stream.shards()
                    .all()
                    .forEach(
                            shard -> next.put(shard.index(), meters(shard.index(), shard.open() ? enabled : ofClosed)));
        }
        var stale = meters(byShard);
        stale.removeAll(meters(next));
        byShard = Map.copyOf(next);
        stale.forEach(registry::remove);
    }

    /** Takes all meters out of the registry; the stream is gone. */
    synchronized void remove() {
        var last = meters(byShard);
        byShard = Map.of();
        last.forEach(registry::remove);
    }

    /** The registry gives back the meter it has if there is one of that name and those tags. */
    private OfShard meters(int shardIndex, Set<MetricsName> enabled) {
        var tags = streamTags.and("ShardId", ShardId.of(shardIndex));
        return new OfShard(
                counter(MetricsName.INCOMING_BYTES, enabled, tags),
                counter(MetricsName.INCOMING_RECORDS, enabled, tags),
                counter(MetricsName.OUTGOING_BYTES, enabled, tags),
                counter(MetricsName.OUTGOING_RECORDS, enabled, tags),
                counter(MetricsName.WRITE_PROVISIONED_THROUGHPUT_EXCEEDED, enabled, tags),
                counter(MetricsName.READ_PROVISIONED_THROUGHPUT_EXCEEDED, enabled, tags),
                enabled.contains(MetricsName.ITERATOR_AGE_MILLISECONDS)
                        ? registry.summary(PREFIX + MetricsName.ITERATOR_AGE_MILLISECONDS, tags)
                        : null);
    }

    private @Nullable Counter counter(MetricsName metric, Set<MetricsName> enabled, Tags tags) {
        return enabled.contains(metric) ? registry.counter(PREFIX + metric, tags) : null;
    }

    private static Set<Meter> meters(Map<Integer, OfShard> byShard) {
        var meters = new HashSet<Meter>();
        for (var shard : byShard.values()) {
            Stream.of(
                            shard.incomingBytes(),
                            shard.incomingRecords(),
                            shard.outgoingBytes(),
                            shard.outgoingRecords(),
                            shard.writesThrottled(),
                            shard.readsThrottled(),
                            shard.iteratorAge())
                    .filter(Objects::nonNull)
                    .forEach(meters::add);
        }
        return meters;
    }
}
