package io.millrace.firehose.engine;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.firehose.definition.DeliveryStream;
import io.millrace.firehose.delivery.Attempt;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is told of one delivery stream at work: its meters, its lines in the log, and what it did last, for those who watch.
 * Safe for use by several threads.
 */
final class StreamReport implements CutDelivery.DeliveryReport, ShardLoop.ReadReport, AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(StreamReport.class);

    /** Of each delivery stream, and there may be thousands. */
    private static final int EVENTS_MAX_COUNT = 30;

    private static final int EVENT_MAX_CHARS = 300;
    private static final int EVENT_MESSAGE_MAX_CHARS = 150;
    private static final int MESSAGE_MAX_CHARS = 1_000;
    private static final Duration TRIM_INTERVAL = Duration.ofSeconds(2);

    private final DeliveryStream stream;
    private final InstantSource clock;
    private final DeliveryMeters meters;
    private final AtomicLong retries = new AtomicLong();
    private final AtomicLong lostRecords = new AtomicLong();
    private final Map<String, Trimmed> trimmed = new ConcurrentHashMap<>();
    private volatile Optional<Problem> lastProblem = Optional.empty();
    // Guarded by itself.
    private final Deque<Event> events = new ArrayDeque<>();
    private final AtomicLong eventNumbers = new AtomicLong();

    private record Trimmed(long low, Instant at) {}

    StreamReport(MeterRegistry registry, DeliveryStream stream, InstantSource clock) {
        this.stream = stream;
        this.clock = clock;
        this.meters = new DeliveryMeters(registry, stream);
    }

    @Override
    public void attempted(Destination destination, Batch batch, Attempt said, Duration took) {
        meters.attempted(destination, batch, said, took);
    }

    @Override
    public void delivered(Destination destination, Batch batch, int failed, long failedBytes) {
        meters.delivered(destination, batch, failed, failedBytes, age(batch));
        if (failed < batch.count()) {
            event(batch.count() + " records, " + batch.bytes() + " bytes to " + destination.name()
                    + (failed == 0 ? "" : ", " + failed + " of them to the error output"));
        } else {
            event(batch.count() + " records, " + batch.bytes() + " bytes to the error output");
        }
    }

    @Override
    public void retrying(Destination destination, Batch batch, Failure failure) {
        retries.incrementAndGet();
        meters.refused(destination, age(batch));
        problem(destination, failure, "will be tried again");
    }

    @Override
    public void refused(Destination destination, Batch batch, Failure failure) {
        problem(destination, failure, "goes to the error output");
    }

    private Duration age(Batch batch) {
        return Duration.between(batch.oldestArrival(), clock.instant());
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

    @Override
    public void partitionsExceeded() {
        problem(
                "DynamicPartitioning.ActivePartitionsLimitExceeded",
                "no partition was free for a record, which goes to the error output");
    }

    @Override
    public void read(SourceChunk chunk) {
        if (!chunk.records().isEmpty()) {
            meters.read(chunk);
        }
    }

    @Override
    public void backpressured() {
        meters.backpressured();
    }

    /** Records that were put. */
    void incoming(long records, long bytes) {
        meters.incoming(records, bytes);
    }

    /** Records that could not be kept. */
    void throttled(long records) {
        meters.throttled(records);
    }

    @Override
    public void unavailable(SourceUnavailableException reason) {
        failed("Source.Unavailable", String.valueOf(reason.getMessage()));
    }

    @Override
    public void faulty(Throwable fault) {
        failed("Firehose.InternalError", fault.toString());
    }

    @Override
    public void lost(long records, String reason) {
        if (records == 0) {
            return;
        }
        meters.lost(records);
        lostRecords.addAndGet(records);
        var message = records + " records are lost: " + reason;
        lastProblem = Optional.of(new Problem(clock.instant(), "Firehose.RecordsLost", shortened(message)));
        LOGGER.error("{}: {}", stream.arn(), message);
        event(shortened(message, EVENT_MESSAGE_MAX_CHARS));
    }

    /** What is tried again and again; told once for as long as nothing else goes wrong. */
    void failed(String code, String message) {
        problem(code, message + "; it is tried again and again");
    }

    private void problem(String code, String message) {
        var before = lastProblem;
        lastProblem = Optional.of(new Problem(clock.instant(), code, shortened(message)));
        if (before.filter(old -> old.code().equals(code)).isEmpty()) {
            LOGGER.warn("{}: {}: {}", stream.arn(), code, shortened(message));
            event(code + ": " + shortened(message, EVENT_MESSAGE_MAX_CHARS));
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

    void partitions(Partitions partitions) {
        meters.partitions(partitions);
    }

    long lostRecords() {
        return lostRecords.get();
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

    /** Takes the meters out of the registry. */
    @Override
    public void close() {
        meters.remove();
    }
}
