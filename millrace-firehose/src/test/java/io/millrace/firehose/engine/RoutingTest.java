package io.millrace.firehose.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.firehose.definition.DeliveryStream;
import io.millrace.firehose.definition.Revision;
import io.millrace.firehose.definition.Source;
import io.millrace.firehose.delivery.Attempt;
import io.millrace.firehose.delivery.Batch;
import io.millrace.firehose.delivery.Failure;
import io.millrace.firehose.delivery.Failure.Remedy;
import io.millrace.firehose.source.Origin;
import io.millrace.firehose.source.RecordPosition;
import io.millrace.firehose.source.SourceChunk;
import io.millrace.firehose.source.SourceRecord;
import io.millrace.firehose.source.SourceShard;
import io.millrace.testkit.Seeds;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.firehose.model.MSKSourceConfiguration;

class RoutingTest {
    private static final int TOPICS = 300;
    private static final Duration PATIENT = Duration.ofDays(36_500);
    private static final Failure DOWN = new Failure("Test.Down", "not now", Remedy.RETRY);

    @TempDir
    private Path folder;

    /** With so many versions, each a day younger than the one before. */
    private static DeliveryStream stream(int versions) {
        var first = ShardWorkTest.stream(
                new Source.KafkaTopic(MSKSourceConfiguration.builder().build(), Instant.EPOCH));
        return new DeliveryStream(
                first.id(),
                first.address(),
                first.source(),
                first.encryption(),
                first.created(),
                first.updated(),
                IntStream.rangeClosed(1, versions)
                        .mapToObj(version -> Revision.of(version, since(version), first.destination()))
                        .toList());
    }

    private static Instant since(int version) {
        return Node.BEGINNING.plus(Duration.ofDays(version));
    }

    private static SourceRecord record(long offset, int bytes, Instant written) {
        return new SourceRecord(
                new RecordPosition(Node.PLACE.shard(), offset, 0),
                written,
                new byte[bytes],
                new Origin.KafkaTopic("old", 0, offset, null));
    }

    private static Versions versions(Node node, int count) {
        var report = new StreamReport(new SimpleMeterRegistry(), stream(1), node.clock);
        return new Versions(stream(count), (_, revision) -> node.route(revision.version()), node::pause, report);
    }

    @Test
    void aRecordOfATopicStaysWithTheVersionThatItWasReadWithHoweverOftenThePowerGoes() {
        Seeds.forEach(TOPICS, random -> {
            var life = new Life(folder, random);
            life.live();
            life.assertEachRecordWentOnceByOneVersion();
        });
    }

    @Test
    void aShardBeginsWithTheNewestVersion() {
        var node = new Node(folder, new SplittableRandom(1));
        var routing = new Routing.ByOffset(Node.PLACE, node.checkpoints, versions(node, 3));

        routing.readFrom(40);

        assertThat(routing.of(record(40, 1, Instant.EPOCH)).version()).isEqualTo(3);
        assertThat(node.checkpoints.versionStarts(Node.PLACE)).containsExactly(new VersionStart(3, 40));
    }

    @Test
    void whatWasBegunByTimesBeforePlacesCountedStaysWithThem() {
        var node = new Node(folder, new SplittableRandom(1));
        node.checkpoints.advance(Node.PLACE, 10);
        node.checkpoints.intend(Node.PLACE, "v1 main", new Intent(20, new UUID(1, 1), OptionalLong.empty(), 0));
        var routing = new Routing.ByOffset(Node.PLACE, node.checkpoints, versions(node, 3));

        routing.readFrom(10);

        assertThat(routing.of(record(12, 1, Instant.EPOCH)).version()).isEqualTo(1);
        assertThat(routing.of(record(19, 1, since(2))).version()).isEqualTo(2);
        assertThat(routing.of(record(20, 1, Instant.EPOCH)).version()).isEqualTo(3);
    }

    @Test
    void aVersionIsPastWhenReadingCanNeverBeginBeforeTheNext() {
        var node = new Node(folder, new SplittableRandom(1));
        var versions = versions(node, 1);
        var routing = new Routing.ByOffset(Node.PLACE, node.checkpoints, versions);
        routing.readFrom(0);
        versions.update(stream(2));
        var newest = versions.stream().current();
        assertThat(routing.isPast(newest, 100)).isFalse();

        routing.readFrom(50);
        assertThat(routing.isPast(newest, 49)).isFalse();
        assertThat(routing.isPast(newest, 50)).isTrue();
    }

    /** What a destination was asked to take, whether it did or not. */
    private record Tried(int version, List<Long> offsets) {
        static Tried of(Batch batch) {
            var offsets = new ArrayList<Long>();
            try (var records = batch.records()) {
                while (records.hasNext()) {
                    offsets.add(records.next().position().offset());
                }
            }
            return new Tried(Integer.parseInt(batch.stream().version()), offsets);
        }
    }

    /** A topic into which something is written from time to time, and what reads and delivers it; cut off from time to time. */
    private static final class Life {
        private static final int STEPS = 150;
        private static final int STEPS_TO_THE_END_MAX = 10_000;
        private static final int UPDATES_MAX = 5;
        private static final int STEPS_A_LIFE_MAX = 250;

        private final SplittableRandom random;
        private final Node node;
        private final Topic topic;
        private final Versions versions;
        private final long roomBytes;
        private final List<Tried> tried = new ArrayList<>();
        private final HashMap<UUID, Tried> byId = new HashMap<>();
        /** The newest when it was written, by offset. */
        private final TreeMap<Long, Integer> written = new TreeMap<>();

        private int cuts;
        private ShardLoop loop;

        Life(Path folder, SplittableRandom random) {
            this.random = random;
            node = new Node(folder, random.split(), random.nextBoolean() ? 500 : 1 << 20, PATIENT);
            node.backedUp = random.nextBoolean();
            node.buffering = new Buffering(random.nextInt(50, 600), Duration.ofMinutes(1));
            node.backupBuffering = new Buffering(random.nextInt(50, 600), Duration.ofMinutes(2));
            node.shelf.says(this::verdict);
            roomBytes = Math.min(node.buffering.bytes(), node.backupBuffering.bytes());
            topic = new Topic(random.split());
            versions = versions(node, 1);
            cuts = random.nextInt(10);
            loop = begin();
        }

        private Attempt verdict(Batch batch) {
            var asked = Tried.of(batch);
            tried.add(asked);
            var before = byId.putIfAbsent(batch.id(), asked);
            if (before != null && !before.equals(asked)) {
                // Where it is thrown it would be taken for the destination's trouble.
                byId.put(batch.id(), new Tried(-1, List.of()));
            }
            return random.nextInt(3) == 0 ? new Attempt.Refused(DOWN) : new Attempt.Delivered();
        }

        private ShardLoop begin() {
            return new ShardLoop(
                    topic,
                    node.restart(),
                    node.delivery,
                    new Routing.ByOffset(Node.PLACE, node.checkpoints, versions),
                    node::pause,
                    new StreamReport(new SimpleMeterRegistry(), stream(1), node.clock),
                    node.environment);
        }

        void live() throws InterruptedException {
            for (int i = 0; i < STEPS; i++) {
                if (cuts > 0 && random.nextInt(8) == 0) {
                    node.power.goesAfter(random.nextInt(STEPS_A_LIFE_MAX));
                }
                try {
                    step();
                } catch (CrashException _) {
                    cuts--;
                    loop = begin();
                }
            }
            node.power.staysOn();
            for (int i = 0; i < STEPS_TO_THE_END_MAX && low() < topic.end(); i++) {
                read();
                node.runAll();
                node.clock.advance(Duration.ofMinutes(1));
                node.delivery.tick();
            }
        }

        private void step() throws InterruptedException {
            switch (random.nextInt(8)) {
                case 0, 1 -> write();
                case 2 -> update();
                case 3, 4 -> read();
                case 5, 6 -> node.runOne(random);
                default -> {
                    node.clock.advance(Duration.ofSeconds(random.nextInt(60)));
                    node.delivery.tick();
                }
            }
        }

        private void write() {
            for (long offset : topic.write()) {
                written.put(offset, versions.current());
            }
        }

        private void update() {
            if (versions.current() <= UPDATES_MAX) {
                versions.update(stream(versions.current() + 1));
                node.delivery.cutAll();
            }
        }

        private void read() throws InterruptedException {
            // It would wait for other threads, and there are none.
            if (node.delivery.pending().bytes() >= roomBytes) {
                node.runAll();
            }
            loop.step();
        }

        private long low() {
            return node.checkpoints.load(Node.PLACE).low().orElse(0L);
        }

        void assertEachRecordWentOnceByOneVersion() {
            assertThat(low()).isEqualTo(topic.end());
            assertThat(node.shelf.offsets()).containsExactlyInAnyOrderElementsOf(written.keySet());
            if (node.backedUp) {
                assertThat(node.backup.offsets()).containsExactlyInAnyOrderElementsOf(written.keySet());
            }
            assertThat(byId.values())
                    .as("a batch that comes again is the same one")
                    .noneMatch(one -> one.version() < 0);
            var went = new TreeMap<Long, Integer>();
            for (var one : tried) {
                for (long offset : one.offsets()) {
                    assertThat(went.merge(offset, one.version(), (before, now) -> before.equals(now) ? now : -1))
                            .as("the version of record %d", offset)
                            .isGreaterThanOrEqualTo(written.get(offset));
                }
            }
            assertThat(List.copyOf(went.values()))
                    .as("versions along the topic")
                    .isSorted();
        }
    }

    /** What was written there bears times of long ago and of years to come, and some offsets are no record's. */
    private static final class Topic implements SourceShard {
        private static final int WRITTEN_MAX_COUNT = 8;
        private static final int READ_MAX_COUNT = 5;

        private final SplittableRandom random;
        private final TreeMap<Long, SourceRecord> records = new TreeMap<>();
        private long end;

        Topic(SplittableRandom random) {
            this.random = random;
        }

        /** Returns the offsets of what is new. */
        List<Long> write() {
            var offsets = new ArrayList<Long>();
            for (int i = random.nextInt(WRITTEN_MAX_COUNT); i > 0; i--) {
                end += random.nextInt(4) == 0 ? 1 : 0;
                var time = Node.BEGINNING.plus(Duration.ofDays(random.nextInt(-20_000, 1_000)));
                records.put(end, record(end, random.nextInt(40), time));
                offsets.add(end);
                end++;
            }
            end += random.nextInt(2);
            return offsets;
        }

        long end() {
            return end;
        }

        @Override
        public String id() {
            return Node.PLACE.shard();
        }

        @Override
        public boolean tellsArrival() {
            return false;
        }

        @Override
        public long offsetAt(Instant instant) {
            return 0;
        }

        @Override
        public SourceChunk read(long fromOffset, int maxBytes, Duration patience) {
            var left = records.tailMap(fromOffset, true).values();
            var read = left.stream().limit(random.nextInt(1, READ_MAX_COUNT)).toList();
            boolean all = read.size() == left.size();
            long next = all ? end : read.getLast().position().offset() + 1;
            return new SourceChunk(read, next, Duration.ZERO, false);
        }

        @Override
        public void delivered(long beforeOffset) {
            // A topic keeps its records.
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }
}
