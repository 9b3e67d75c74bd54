package io.millrace.firehose;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.millrace.firehose.definition.DeliveryStream;
import io.millrace.model.Namespace;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Meters of the operations that CloudWatch has metrics of, named after them. A delivery stream gets each with the first
 * call, so that those that are never called cost nothing. Counted once a call, never once a record.
 */
final class ApiMeters {
    private final MeterRegistry registry;
    private final Map<Long, OfStream> byStream = new ConcurrentHashMap<>();

    ApiMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** When an operation begins; give it back when it ends. */
    long startNanos() {
        return registry.config().clock().monotonicTime();
    }

    void putRecord(DeliveryStream stream, long startNanos, long bytes) {
        var meters = of(stream);
        meters.called("PutRecord", startNanos);
        meters.count("PutRecord.Bytes", bytes);
    }

    void putRecordBatch(DeliveryStream stream, long startNanos, int records, long bytes) {
        var meters = of(stream);
        meters.called("PutRecordBatch", startNanos);
        meters.count("PutRecordBatch.Records", records);
        meters.count("PutRecordBatch.Bytes", bytes);
    }

    <T> T describing(DeliveryStream stream, Supplier<T> call) {
        return measured(of(stream), "DescribeDeliveryStream", call);
    }

    /** CloudWatch's name for updates of destinations. */
    void updated(DeliveryStream stream, long startNanos) {
        of(stream).called("UpdateDeliveryStream", startNanos);
    }

    <T> T listing(Namespace namespace, Supplier<T> call) {
        return measured(new OfStream(tags(namespace)), "ListDeliveryStreams", call);
    }

    private <T> T measured(OfStream meters, String operation, Supplier<T> call) {
        long startNanos = startNanos();
        var result = call.get();
        meters.called(operation, startNanos);
        return result;
    }

    /** Takes a delivery stream's meters out of the registry; it is gone. */
    void remove(DeliveryStream stream) {
        var meters = byStream.remove(stream.id());
        if (meters != null) {
            meters.byName.values().forEach(registry::remove);
        }
    }

    private OfStream of(DeliveryStream stream) {
        var known = byStream.get(stream.id());
        return known != null
                ? known
                : byStream.computeIfAbsent(
                        stream.id(),
                        _ -> new OfStream(
                                tags(stream.address().namespace()).and(Tag.of("DeliveryStreamName", stream.name()))));
    }

    private static Tags tags(Namespace namespace) {
        return Tags.of(Tag.of("account", namespace.account()), Tag.of("region", namespace.region()));
    }

    private final class OfStream {
        private final Tags tags;
        private final Map<String, Meter> byName = new ConcurrentHashMap<>();

        OfStream(Tags tags) {
            this.tags = tags;
        }

        void called(String operation, long startNanos) {
            count(operation + ".Requests", 1);
            var latency = (Timer) byName.computeIfAbsent(operation + ".Latency", name -> registry.timer(name, tags));
            latency.record(startNanos() - startNanos, TimeUnit.NANOSECONDS);
        }

        void count(String name, long amount) {
            var counter = (Counter) byName.computeIfAbsent(name, wanted -> registry.counter(wanted, tags));
            counter.increment((double) amount);
        }
    }
}
