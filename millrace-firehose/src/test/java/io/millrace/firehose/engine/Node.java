package io.millrace.firehose.engine;

import io.millrace.firehose.delivery.Attempt;
import io.millrace.firehose.delivery.Attempt.Undelivered;
import io.millrace.firehose.delivery.Batch;
import io.millrace.firehose.delivery.DeliveryRecord;
import io.millrace.firehose.delivery.Destination;
import io.millrace.firehose.delivery.Failure;
import io.millrace.firehose.delivery.StreamIdentity;
import io.millrace.firehose.engine.Checkpoints.Place;
import io.millrace.firehose.engine.Route.Backup;
import io.millrace.firehose.engine.Route.Processing;
import io.millrace.firehose.processing.Pipeline;
import io.millrace.firehose.processing.Processed;
import io.millrace.firehose.source.Origin;
import io.millrace.firehose.source.RecordPosition;
import io.millrace.firehose.source.SourceRecord;
import io.millrace.testkit.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/**
 * One shard of one delivery stream, driven step by step: threads run when they are told to, the clock stands still, and the
 * power may go. What outlives a crash (checkpoints, shelves, the source) is here; the rest is made anew by a restart.
 */
final class Node {
    static final Place PLACE = new Place(7, "shardId-000000000000");
    static final Instant BEGINNING = Instant.parse("2030-01-01T00:00:00Z");

    final ManualClock clock = new ManualClock(BEGINNING);
    final Power power = new Power();
    final KeptCheckpoints checkpoints = new KeptCheckpoints(power);
    final Shelf shelf;
    final Shelf backup = new Shelf(power, Duration.ofDays(36_500));
    final Map<String, Shelf> errors = new HashMap<>();
    private final Path folder;
    private final RandomGenerator random;
    private final long memoryBytes;
    private Duration clockSetForward = Duration.ZERO;
    private final List<Runnable> tasks = new ArrayList<>();
    final List<String> reported = new ArrayList<>();
    int version = 1;
    Processing processing = Processing.NONE;
    boolean partitioned;
    boolean backedUp;
    boolean stops;
    int partitionsMax = 500;
    Optional<Buffer.Rereading> rereading = Optional.empty();
    Buffering buffering = new Buffering(100, Duration.ofMinutes(1));
    Buffering backupBuffering = new Buffering(1_000, Duration.ofMinutes(5));
    /** What goes on while a delivery waits to be tried again. */
    Runnable meanwhile = () -> {};

    ShardDelivery delivery;
    Environment environment;

    Node(Path folder, RandomGenerator random) {
        this(folder, random, 1 << 20, Duration.ofMinutes(5));
    }

    Node(Path folder, RandomGenerator random, long memoryBytes, Duration retryDuration) {
        this.folder = folder;
        this.random = random;
        this.memoryBytes = memoryBytes;
        shelf = new Shelf(power, retryDuration);
        restart();
    }

    /** Begins anew with what was kept; returns where to read on. */
    long restart() {
        power.staysOn();
        tasks.clear();
        var progress = checkpoints.load(PLACE);
        long from = progress.low().orElse(0L);
        environment = new Environment(
                checkpoints,
                new Scratch(new BufferMemory(memoryBytes), folder),
                tasks::add,
                this::inAnyOrder,
                clock,
                () -> clock.instant().minus(clockSetForward),
                random,
                () -> new UUID(random.nextLong(), random.nextLong()),
                UnaryOperator.identity());
        delivery = new ShardDelivery(
                PLACE,
                from,
                progress.groups(),
                environment,
                rereading,
                new Partitions(partitionsMax),
                this::pause,
                new Notes(),
                () -> {});
        return from;
    }

    private void inAnyOrder(List<SideBySide.Work> works) throws InterruptedException {
        var left = new ArrayList<>(works);
        while (!left.isEmpty()) {
            left.remove(random.nextInt(left.size())).run();
        }
    }

    /** Sets the clock, which is not the same as waiting. */
    void setClockForward(Duration by) {
        clock.advance(by);
        clockSetForward = clockSetForward.plus(by);
    }

    void pause(Duration time) {
        if (stops) {
            throw new StoppedException();
        }
        power.step();
        clock.advance(time);
        meanwhile.run();
    }

    Route route() {
        return route(version);
    }

    Route route(int version) {
        return new Route(
                version,
                new StreamIdentity("000000000000", "us-east-1", "logs", "arn", Integer.toString(version)),
                new Untouched(),
                processing,
                partitioned,
                shelf,
                buffering,
                type -> errors.computeIfAbsent(type, _ -> new Shelf(power, Duration.ofDays(36_500))),
                backedUp ? Optional.of(new Backup(backup, backupBuffering)) : Optional.empty());
    }

    /** A record that stays the same however often it is read. */
    static SourceRecord record(long offset, int bytes) {
        return record(offset, new byte[bytes]);
    }

    private static SourceRecord record(long offset, byte[] data) {
        return new SourceRecord(
                new RecordPosition(PLACE.shard(), offset, 0),
                BEGINNING.plusMillis(offset),
                data,
                new Origin.DirectPut());
    }

    static Processed ready(SourceRecord source, Map<String, String> keys) {
        return new Processed.Ready(
                source,
                new DeliveryRecord(source.position(), source.arrival(), source.data(), source.origin(), Map.of()),
                keys);
    }

    static Processed failed(SourceRecord source) {
        return new Processed.Failed(source, "processing-failed", "Test.Failed", "no", source.data(), 1, BEGINNING, "");
    }

    /** Records from an offset on, of so many bytes each, as they came. */
    void accept(long from, int count, int bytes) {
        accept(from, count, new byte[bytes]);
    }

    /** Records from an offset on, all with the same data. */
    void accept(long from, int count, byte[] data) {
        var results = new ArrayList<Processed>();
        for (long offset = from; offset < from + count; offset++) {
            results.add(ready(record(offset, data), Map.of()));
        }
        delivery.accept(route(), results, from + count);
    }

    /** Runs what waits for a thread, until nothing does. */
    void runAll() {
        while (!tasks.isEmpty()) {
            tasks.removeFirst().run();
        }
    }

    /** Runs one of the things that wait for a thread. */
    void runOne(RandomGenerator choice) {
        if (!tasks.isEmpty()) {
            tasks.remove(choice.nextInt(tasks.size())).run();
        }
    }

    List<Long> errorOffsets() {
        return errors.values().stream().flatMap(one -> one.offsets().stream()).toList();
    }

    private record Untouched() implements Pipeline {
        @Override
        public ChunkHints chunks() {
            return new ChunkHints(1 << 20, Duration.ZERO, 1);
        }

        @Override
        public List<Processed> process(List<SourceRecord> chunk) {
            return chunk.stream().map(record -> ready(record, Map.of())).toList();
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }

    /** Keeps what is told, in words. */
    private final class Notes implements CutDelivery.DeliveryReport {
        @Override
        public void attempted(Destination destination, Batch batch, Attempt said, Duration took) {
            // Only what comes of attempts is of interest.
        }

        @Override
        public void delivered(Destination destination, Batch batch, int failed, long failedBytes) {
            reported.add("delivered " + batch.count() + " failed " + failed);
        }

        @Override
        public void retrying(Destination destination, Batch batch, Failure failure) {
            reported.add("retrying " + failure.code());
        }

        @Override
        public void refused(Destination destination, Batch batch, Failure failure) {
            reported.add("refused " + failure.code());
        }

        @Override
        public void undelivered(Destination destination, Batch batch, List<Undelivered> failed) {
            reported.add("undelivered " + failed.size());
        }

        @Override
        public void partitionsExceeded() {
            reported.add("partitions exceeded");
        }

        @Override
        public void faulty(Throwable fault) {
            reported.add("faulty");
        }

        @Override
        public void lost(long records, String reason) {
            reported.add("lost " + records);
        }
    }
}
