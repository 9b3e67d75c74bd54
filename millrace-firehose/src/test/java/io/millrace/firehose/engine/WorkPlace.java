package io.millrace.firehose.engine;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.firehose.definition.DeliveryStream;
import io.millrace.firehose.delivery.StreamIdentity;
import io.millrace.firehose.engine.Checkpoints.Place;
import io.millrace.firehose.processing.Pipeline;
import io.millrace.firehose.processing.Processed;
import io.millrace.firehose.source.SourceRecord;
import io.millrace.testkit.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/** Shards at work with threads of their own, on a shelf that may refuse, a clock that is moved, and checkpoints that stay. */
final class WorkPlace implements AutoCloseable {
    static final Instant BEGINNING = Instant.parse("2030-01-01T00:00:00Z");

    final ManualClock clock = new ManualClock(BEGINNING);
    final KeptCheckpoints checkpoints = new KeptCheckpoints(new Power());
    final Shelf shelf = new Shelf(new Power(), Duration.ofDays(36_500));
    final Map<String, Shelf> errors = new ConcurrentHashMap<>();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final StreamReport report;
    final Environment environment;
    private final Versions versions;
    private final RandomGenerator random = new SplittableRandom(1);
    private volatile Duration clockSetForward = Duration.ZERO;
    private final Map<Place, ShardWork> works = new HashMap<>();
    Buffering buffering = new Buffering(1_000, Duration.ZERO);
    Route.Processing processing = Route.Processing.NONE;
    Pipeline pipeline = new Plain();

    WorkPlace(Path scratch, long memoryBytes, DeliveryStream stream) {
        report = new StreamReport(meters, stream, clock);
        versions = new Versions(stream, (_, revision) -> route(revision.version()), _ -> {}, report);
        environment = new Environment(
                new OneAtATime(checkpoints),
                new Scratch(new BufferMemory(memoryBytes), scratch),
                task -> Thread.ofVirtual().start(task),
                new LaneThreads(),
                clock,
                () -> clock.instant().minus(clockSetForward),
                random,
                UUID::randomUUID,
                _ -> Duration.ofMillis(1));
    }

    ShardWork begin(KeptShard shard, Optional<Duration> retention) {
        var place = new Place(7, shard.id());
        var work = new ShardWork(
                place, shard, Instant.EPOCH, retention, environment, new Partitions(500), versions, report);
        works.put(place, work);
        work.start();
        return work;
    }

    Route route(int version) {
        return new Route(
                version,
                new StreamIdentity("000000000000", "us-east-1", "logs", "arn", Integer.toString(version)),
                pipeline,
                processing,
                false,
                shelf,
                buffering,
                type -> errors.computeIfAbsent(type, _ -> new Shelf(new Power(), Duration.ofDays(36_500))),
                Optional.empty());
    }

    /** Sets the clock, which is not the same as waiting. */
    void setClockForward(Duration by) {
        clockSetForward = by;
        clock.advance(by);
    }

    double counted(String name) {
        return Optional.ofNullable(meters.find(name).counter())
                .map(counter -> counter.count())
                .orElse(0.0);
    }

    /** Looks after the shards until it is so. */
    @SuppressWarnings("ThreadPriorityCheck") // others have to get on
    void until(BooleanSupplier so) {
        while (!so.getAsBoolean()) {
            if (Thread.currentThread().isInterrupted()) {
                throw new AssertionError("not so in time");
            }
            works.values().forEach(ShardWork::tick);
            Thread.yield();
        }
    }

    Optional<String> problem() {
        return report.lastProblem().map(DeliveryState.Problem::code);
    }

    @Override
    public void close() throws InterruptedException {
        works.values().forEach(ShardWork::stop);
        for (var work : works.values()) {
            work.join(Duration.ofSeconds(10));
        }
    }

    private record Plain() implements Pipeline {
        @Override
        public ChunkHints chunks() {
            return new ChunkHints(1 << 20, Duration.ZERO, 1);
        }

        @Override
        public List<Processed> process(List<SourceRecord> chunk) {
            return chunk.stream().map(record -> Node.ready(record, Map.of())).toList();
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }
}
