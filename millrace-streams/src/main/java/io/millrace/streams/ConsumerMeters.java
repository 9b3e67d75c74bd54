package io.millrace.streams;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import java.util.List;

/** One consumer's meters, named after CloudWatch's metrics. Counted once an event, never once a record. */
final class ConsumerMeters {
    private final MeterRegistry registry;
    private final Counter subscribed;
    private final Counter rateExceeded;
    private final Counter events;
    private final Counter bytes;
    private final Counter records;
    private final DistributionSummary millisBehindLatest;

    ConsumerMeters(MeterRegistry registry, ConsumerAddress address) {
        this.registry = registry;
        var stream = address.stream();
        var tags = Tags.of(
                Tag.of("StreamName", stream.name()),
                Tag.of("ConsumerName", address.name()),
                Tag.of("account", stream.namespace().account()),
                Tag.of("region", stream.namespace().region()));
        subscribed = registry.counter("SubscribeToShard.Success", tags);
        rateExceeded = registry.counter("SubscribeToShard.RateExceeded", tags);
        events = registry.counter("SubscribeToShardEvent.Success", tags);
        bytes = registry.counter("SubscribeToShardEvent.Bytes", tags);
        records = registry.counter("SubscribeToShardEvent.Records", tags);
        millisBehindLatest = registry.summary("SubscribeToShardEvent.MillisBehindLatest", tags);
    }

    void subscribed() {
        subscribed.increment();
    }

    /** As on AWS, an attempt that meets a subscription of the same consumer counts here too. */
    void rateExceeded() {
        rateExceeded.increment();
    }

    void delivered(int recordCount, long byteCount, long behindMillis) {
        events.increment();
        records.increment(recordCount);
        bytes.increment((double) byteCount);
        millisBehindLatest.record((double) behindMillis);
    }

    /** Takes the meters out of the registry; the consumer is gone. */
    void remove() {
        List.<Meter>of(subscribed, rateExceeded, events, bytes, records, millisBehindLatest)
                .forEach(registry::remove);
    }
}
