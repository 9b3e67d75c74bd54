package io.millrace.firehose.processing;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.millrace.firehose.delivery.StreamIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The meters of one delivery stream's processing, named after CloudWatch's metrics. Counted once a call or a chunk. */
final class ProcessingMeters {
    private final MeterRegistry registry;
    private final Clock clock;
    private final List<Meter> all = new ArrayList<>();
    private final Timer calls;
    private final DistributionSummary callSuccess;
    private final Counter succeededRecords;
    private final Counter succeededBytes;
    private final Counter decompressedRecords;
    private final Counter decompressedBytes;
    private final Counter undecompressedRecords;
    private final Counter undecompressedBytes;
    private final Timer queries;

    ProcessingMeters(MeterRegistry registry, StreamIdentity stream) {
        this.registry = registry;
        this.clock = registry.config().clock();
        var tags = Tags.of(
                Tag.of("DeliveryStreamName", stream.name()),
                Tag.of("account", stream.account()),
                Tag.of("region", stream.region()));
        calls = added(registry.timer("ExecuteProcessing.Duration", tags));
        callSuccess = added(registry.summary("ExecuteProcessing.Success", tags));
        succeededRecords = added(registry.counter("SucceedProcessing.Records", tags));
        succeededBytes = added(registry.counter("SucceedProcessing.Bytes", tags));
        decompressedRecords = added(registry.counter("OutputDecompressedRecords.Success", tags));
        decompressedBytes = added(registry.counter("OutputDecompressedBytes.Success", tags));
        undecompressedRecords = added(registry.counter("OutputDecompressedRecords.Failed", tags));
        undecompressedBytes = added(registry.counter("OutputDecompressedBytes.Failed", tags));
        queries = added(registry.timer("JQProcessing.Duration", tags));
    }

    private <M extends Meter> M added(M meter) {
        all.add(meter);
        return meter;
    }

    /** When something begins whose duration is measured. */
    long startNanos() {
        return clock.monotonicTime();
    }

    void called(long startNanos, boolean success) {
        calls.record(clock.monotonicTime() - startNanos, TimeUnit.NANOSECONDS);
        callSuccess.record(success ? 1 : 0);
    }

    void transformed(int records, long bytes) {
        succeededRecords.increment(records);
        succeededBytes.increment((double) bytes);
    }

    void decompressed(int records, long bytes, int failedRecords, long failedBytes) {
        decompressedRecords.increment(records);
        decompressedBytes.increment((double) bytes);
        undecompressedRecords.increment(failedRecords);
        undecompressedBytes.increment((double) failedBytes);
    }

    void queried(long startNanos) {
        queries.record(clock.monotonicTime() - startNanos, TimeUnit.NANOSECONDS);
    }

    /** Takes the meters out of the registry; the delivery stream is gone. */
    void remove() {
        all.forEach(registry::remove);
    }
}
