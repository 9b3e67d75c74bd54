package io.millrace.firehose.engine;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.millrace.firehose.definition.DeliveryStream;
import io.millrace.firehose.delivery.Attempt.Undelivered;
import io.millrace.firehose.delivery.Batch;
import io.millrace.firehose.delivery.Destination;
import io.millrace.firehose.delivery.Failure;
import io.millrace.firehose.engine.DeliveryState.Event;
import io.millrace.firehose.engine.DeliveryState.Problem;
import io.millrace.firehose.source.SourceChunk;
import io.millrace.firehose.source.SourceShard;
import io.millrace.firehose.source.SourceUnavailableException;
import io.millrace.log.LogUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is told of one delivery stream at work: its meters, named after CloudWatch's metrics and made when first needed; its
 * lines in the log; and what it did last, for those who watch. Safe for use by several threads.
 */
final class StreamReport implements CutDelivery.DeliveryReport, ShardLoop.ReadReport, AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(StreamReport.class);

    /** Of each delivery stream, and there may be thousands. */
    private static final int EVENTS_MAX_COUNT = 30;

    private static final int EVENT_MAX_CHARS = 300;
    private static final int EVENT_MESSAGE_MAX_CHARS = 150;
    private static final int MESSAGE_MAX_CHARS = 1_000;
    private static final Duration TRIM_INTERVAL = Duration.ofSeconds(2);

    private final MeterRegistry registry;
    private final DeliveryStream stream;
    private final InstantSource clock;
    private final Tags tags;
    private final Map<String, Meter> meters = new ConcurrentHashMap<>();
    private final AtomicLong retries = new AtomicLong();
    private final Map<String, Trimmed> trimmed = new ConcurrentHashMap<>();
    private volatile Optional<Problem> lastProblem = Optional.empty();
    // Guarded by itself.
    private final Deque<Event> events = new ArrayDeque<>();
    private final AtomicLong eventNumbers = new AtomicLong();

    private record Trimmed(long low, Instant at) {}

    StreamReport(MeterRegistry registry, DeliveryStream stream, InstantSource clock) {
        this.registry = registry;
        this.stream = stream;
        this.clock = clock;
        this.tags =
                Tags.of("DeliveryStreamName", stream.name(), "account", stream.account(), "region", stream.region());
    }

    @Override
    public void delivered(Destination destination, Batch batch, int failed) {
        var name = metric(destination);
        count(name + ".Bytes", batch.bytes());
        count(name + ".Records", batch.count());
        summarize(name + ".Success", failed == 0 ? 1 : (double) (batch.count() - failed) / batch.count());
        if (destination.name().equals("S3")) {
            count(name + ".ObjectCount", 1);
        }
        freshness(name, batch);
        event(batch.count() + " records, " + batch.bytes() + " bytes to " + destination.name()
                + (failed == 0 ? "" : ", " + failed + " of them to the error output"));
    }

    @Override
    public void retrying(Destination destination, Batch batch, Failure failure) {
        retries.incrementAndGet();
        summarize(metric(destination) + ".Success", 0);
        freshness(metric(destination), batch);
        problem(destination, failure, "will be tried again");
    }

    @Override
    public void refused(Destination destination, Batch batch, Failure failure) {
        summarize(metric(destination) + ".Success", 0);
        problem(destination, failure, "goes to the error output");
    }

    @Override
    public void undelivered(Destination destination, Batch batch, List<Undelivered> failed) {
        problem(destination, failed.getFirst().failure(), failed.size() + " records go to the error output");
    }

    private void problem(Destination destination, Failure failure, String consequence) {
        var message = shortened(failure.message());
        lastProblem = Optional.of(new Problem(clock.instant(), failure.code(), message));
        LOGGER.warn(
                "delivery of {} to {}: {}: {}; {}",
                stream.arn(),
                destination.name(),
                failure.code(),
                message,
                consequence);
        event(destination.name() + " said " + failure.code() + ": " + shortened(message, EVENT_MESSAGE_MAX_CHARS) + "; "
                + consequence);
    }

    private static String shortened(String message) {
        return shortened(message, MESSAGE_MAX_CHARS);
    }

    private static String shortened(String text, int maxChars) {
        return text.length() > maxChars ? text.substring(0, maxChars) + "..." : text;
    }

    private static String metric(Destination destination) {
        return destination.name().equals("Backup") ? "BackupToS3" : "DeliveryTo" + destination.name();
    }

    private void freshness(String name, Batch batch) {
        var age = Duration.between(batch.oldestArrival(), clock.instant());
        summarize(name + ".DataFreshness", Math.max(0, age.toMillis()) / 1_000.0);
    }

    @Override
    public void partitionsExceeded() {
        count("PartitionCountExceeded", 1);
    }

    @Override
    public void read(SourceChunk chunk) {
        if (chunk.records().isEmpty()) {
            return;
        }
        long bytes = 0;
        for (var record : chunk.records()) {
            bytes += record.data().length;
        }
        switch (stream.source()) {
            case io.millrace.firehose.definition.Source.DirectPut _ -> {
                // Counted when it came in.
            }
            case io.millrace.firehose.definition.Source.KinesisStream _ -> {
                count("DataReadFromKinesisStream.Bytes", bytes);
                count("DataReadFromKinesisStream.Records", chunk.records().size());
                summarize("KinesisMillisBehindLatest", (double)
                        chunk.behindLatest().toMillis());
            }
            case io.millrace.firehose.definition.Source.KafkaTopic _,
                    io.millrace.firehose.definition.Source.Database _ -> {
                count("DataReadFromSource.Bytes", bytes);
                count("DataReadFromSource.Records", chunk.records().size());
            }
        }
    }

    /** Records that were put. */
    void incoming(long records, long bytes) {
        count("IncomingRecords", records);
        count("IncomingBytes", bytes);
        count("IncomingPutRequests", 1);
    }

    @Override
    public void unavailable(SourceUnavailableException reason) {
        failed("Source.Unavailable", String.valueOf(reason.getMessage()));
    }

    void failed(String code, String message) {
        var before = lastProblem;
        lastProblem = Optional.of(new Problem(clock.instant(), code, shortened(message)));
        if (before.filter(old -> old.code().equals(code)).isEmpty()) {
            LOGGER.warn("{}: {}: {}; it is tried again and again", stream.arn(), code, shortened(message));
        }
    }

    /** Lets the source forget what is delivered, now and then: it costs a write, which the caller does not wait for. */
    void low(SourceShard shard, long low, Executor executor) {
        var before = trimmed.get(shard.id());
        var now = clock.instant();
        boolean due = before == null
                || (low > before.low() && !now.isBefore(before.at().plus(TRIM_INTERVAL)));
        if (!due) {
            return;
        }
        trimmed.put(shard.id(), new Trimmed(low, now));
        if (low > 0) {
            executor.execute(() -> trim(shard, low));
        }
    }

    private void trim(SourceShard shard, long low) {
        try {
            shard.delivered(low);
        } catch (SourceUnavailableException e) {
            unavailable(e);
        } catch (LogUnavailableException e) {
            failed("Source.Unavailable", String.valueOf(e.getMessage()));
        }
    }

    void partitions(int active) {
        if (active > 0) {
            summarize("PartitionCount", active);
        }
    }

    long retries() {
        return retries.get();
    }

    Optional<Problem> lastProblem() {
        return lastProblem;
    }

    private void event(String text) {
        var event = new Event(eventNumbers.incrementAndGet(), clock.instant(), shortened(text, EVENT_MAX_CHARS));
        synchronized (events) {
            events.addLast(event);
            if (events.size() > EVENTS_MAX_COUNT) {
                events.removeFirst();
            }
        }
    }

    /** The last events, oldest first. */
    List<Event> events() {
        synchronized (events) {
            return List.copyOf(events);
        }
    }

    private void count(String name, long amount) {
        meter(name, wanted -> registry.counter(wanted, tags)).increment((double) amount);
    }

    private void summarize(String name, double value) {
        meter(name, wanted -> registry.summary(wanted, tags)).record(value);
    }

    @SuppressWarnings("unchecked") // a name always stands for the same kind of meter
    private <M extends Meter> M meter(String name, Function<String, M> make) {
        return (M) meters.computeIfAbsent(name, make);
    }

    /** Takes the meters out of the registry. */
    @Override
    public void close() {
        meters.values().forEach(registry::remove);
        meters.clear();
    }
}
