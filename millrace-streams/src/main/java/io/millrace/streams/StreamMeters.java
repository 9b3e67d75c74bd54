package io.millrace.streams;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One stream's meters, named after CloudWatch's metrics. Counted once a call, never once a record. */
final class StreamMeters {
    private final MeterRegistry registry;
    private final Clock clock;
    private final List<Meter> all = new ArrayList<>();
    private final Counter incomingBytes;
    private final Counter incomingRecords;
    private final Operation putRecord;
    private final Operation putRecords;
    private final Operation getRecords;
    private final Counter putRecordBytes;
    private final Counter putRecordsBytes;
    private final Counter putRecordsTotal;
    private final Counter putRecordsSuccessful;
    private final Counter putRecordsFailed;
    private final Counter putRecordsThrottled;
    private final Counter writeThrottled;
    private final Counter readThrottled;
    private final Counter getRecordsBytes;
    private final Counter getRecordsRecords;
    private final DistributionSummary iteratorAge;
    private final ShardMeters shards;

    /** The meters that every operation has. */
    private record Operation(Counter success, Timer latency) {}

    StreamMeters(MeterRegistry registry, StreamAddress address) {
        this.registry = registry;
        this.clock = registry.config().clock();
        var tags = Tags.of(
                Tag.of("StreamName", address.name()),
                Tag.of("account", address.namespace().account()),
                Tag.of("region", address.namespace().region()));
        incomingBytes = counter("IncomingBytes", tags);
        incomingRecords = counter("IncomingRecords", tags);
        putRecord = operation("PutRecord", tags);
        putRecords = operation("PutRecords", tags);
        getRecords = operation("GetRecords", tags);
        putRecordBytes = counter("PutRecord.Bytes", tags);
        putRecordsBytes = counter("PutRecords.Bytes", tags);
        putRecordsTotal = counter("PutRecords.TotalRecords", tags);
        putRecordsSuccessful = counter("PutRecords.SuccessfulRecords", tags);
        putRecordsFailed = counter("PutRecords.FailedRecords", tags);
        putRecordsThrottled = counter("PutRecords.ThrottledRecords", tags);
        writeThrottled = counter("WriteProvisionedThroughputExceeded", tags);
        readThrottled = counter("ReadProvisionedThroughputExceeded", tags);
        getRecordsBytes = counter("GetRecords.Bytes", tags);
        getRecordsRecords = counter("GetRecords.Records", tags);
        iteratorAge = registry.summary("GetRecords.IteratorAgeMilliseconds", tags);
        all.add(iteratorAge);
        shards = new ShardMeters(registry, tags);
    }

    ShardMeters shards() {
        return shards;
    }

    /** When an operation begins; give it back when it ends. */
    long startNanos() {
        return clock.monotonicTime();
    }

    void putRecord(long startNanos, long bytes) {
        succeeded(putRecord, startNanos);
        putRecordBytes.increment((double) bytes);
        stored(1, bytes);
    }

    void putRecordFailed(long startNanos) {
        ended(putRecord, startNanos);
    }

    void putRecordThrottled(long startNanos) {
        ended(putRecord, startNanos);
        writeThrottled.increment();
    }

    /** A call of which some records, or all, may have been refused for want of capacity. */
    void putRecords(long startNanos, int records, long bytes, int throttled, long throttledBytes) {
        if (throttled < records) {
            succeeded(putRecords, startNanos);
        } else {
            ended(putRecords, startNanos);
        }
        putRecordsBytes.increment((double) bytes);
        putRecordsTotal.increment(records);
        putRecordsSuccessful.increment(records - throttled);
        if (throttled > 0) {
            putRecordsThrottled.increment(throttled);
            writeThrottled.increment(throttled);
        }
        stored(records - throttled, bytes - throttledBytes);
    }

    void putRecordsFailed(long startNanos, int records) {
        ended(putRecords, startNanos);
        putRecordsTotal.increment(records);
        putRecordsFailed.increment(records);
    }

    void getRecords(long startNanos, int records, long bytes, long ageMillis) {
        succeeded(getRecords, startNanos);
        getRecordsRecords.increment(records);
        getRecordsBytes.increment((double) bytes);
        iteratorAge.record((double) ageMillis);
    }

    void getRecordsThrottled(long startNanos) {
        ended(getRecords, startNanos);
        readThrottled.increment();
    }

    /** Takes the meters out of the registry; the stream is gone. */
    void remove() {
        all.forEach(registry::remove);
        shards.remove();
    }

    private void stored(int records, long bytes) {
        incomingRecords.increment(records);
        incomingBytes.increment((double) bytes);
    }

    private void succeeded(Operation operation, long startNanos) {
        operation.success().increment();
        ended(operation, startNanos);
    }

    private void ended(Operation operation, long startNanos) {
        operation.latency().record(clock.monotonicTime() - startNanos, TimeUnit.NANOSECONDS);
    }

    private Operation operation(String name, Tags tags) {
        var latency = registry.timer(name + ".Latency", tags);
        all.add(latency);
        return new Operation(counter(name + ".Success", tags), latency);
    }

    private Counter counter(String name, Tags tags) {
        var counter = registry.counter(name, tags);
        all.add(counter);
        return counter;
    }
}
