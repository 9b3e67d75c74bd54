package io.millrace.firehose.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.firehose.delivery.Attempt;
import io.millrace.firehose.delivery.Attempt.Undelivered;
import io.millrace.firehose.delivery.Batch;
import io.millrace.firehose.delivery.Failure;
import io.millrace.firehose.delivery.Failure.Remedy;
import io.millrace.firehose.engine.Route.Processing;
import io.millrace.firehose.processing.Processed;
import io.millrace.testkit.Seeds;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whole days of delivery by the clock of the test: records around the clock, buffers of five minutes, destinations that are away
 * for hours or all day, and power cuts in between. Every record is counted.
 *
 * <p>{@code -Dmillrace.days=N} lives through more days, {@code -Dseed=N} through that one again.
 */
class SimulatedDayTest {
    private static final int DAYS = Integer.getInteger("millrace.days", 60);
    private static final Duration DAY = Duration.ofHours(24);
    private static final Duration INTERVAL = Duration.ofMinutes(5);
    private static final int INTERVALS_A_DAY = 288;
    private static final Failure DOWN = new Failure("Test.Down", "not now", Remedy.RETRY);

    @TempDir
    private Path folder;

    @Test
    void aQuietDayIs288Buffers() {
        var node = new Node(folder, new SplittableRandom(1));
        node.buffering = new Buffering(1 << 20, INTERVAL);
        int records = 0;
        for (int minute = 0; minute < DAY.toMinutes(); minute++) {
            node.accept(records++, 1, 10);
            node.clock.advance(Duration.ofMinutes(1));
            node.delivery.tick();
            node.runAll();
        }
        assertThat(node.shelf.objects()).hasSize(INTERVALS_A_DAY);
        assertThat(node.shelf.offsets())
                .containsExactlyElementsOf(LongStream.range(0, records).boxed().toList());
    }

    @Test
    void aDestinationThatIsAwayAllDayHasEveryRecordInTheEnd() {
        var node = new Node(folder, new SplittableRandom(1), 1_000, DAY.plusHours(1));
        node.buffering = new Buffering(2_000, INTERVAL);
        var back = Node.BEGINNING.plus(DAY);
        node.shelf.says(_ -> node.clock.instant().isBefore(back) ? new Attempt.Refused(DOWN) : new Attempt.Delivered());
        var day = new Day(node, new SplittableRandom(2), List.of(), 0);
        day.live();

        assertThat(node.shelf.offsets())
                .containsExactlyElementsOf(
                        LongStream.range(0, day.arrivals.size()).boxed().toList());
        assertThat(node.errors).isEmpty();
        // One delivery was tried all the time: after the first ones every two minutes or so.
        assertThat(node.shelf.attempts()).isBetween(600, 1_200);
    }

    /** What is lost on the way back, what is refused and what is told as undelivered: all of it adds up. */
    @Test
    void everyRecordOfADayIsCounted() {
        Seeds.forEach(DAYS, random -> {
            var retryDuration =
                    List.of(Duration.ZERO, INTERVAL, Duration.ofHours(2), DAY).get(random.nextInt(4));
            var node = new Node(folder, random.split(), random.nextBoolean() ? 500 : 1 << 20, retryDuration);
            node.processing = random.nextBoolean() ? Processing.NONE : Processing.REPEATABLE;
            node.partitioned = node.processing == Processing.REPEATABLE && random.nextBoolean();
            node.backedUp = random.nextBoolean();
            node.buffering = new Buffering(random.nextInt(200, 20_000), INTERVAL);
            node.backupBuffering = new Buffering(random.nextInt(200, 20_000), INTERVAL);
            node.restart();
            var outages = Outage.ofADay(random);
            // By attempts after which more of the same batch came: those replace what is on the shelf, but not what was
            // taken.
            var taken = new HashSet<Long>();
            node.shelf.says(verdict(node, outages, taken, random.split()));
            var backupOutages = Outage.ofADay(random);
            node.backup.says(_ -> Outage.isAny(backupOutages, node.clock.instant())
                    ? new Attempt.Refused(DOWN)
                    : new Attempt.Delivered());
            var day = new Day(node, random, outages, random.nextInt(12));
            day.live();
            day.assertCounted(taken);
        });
    }

    private static Function<Batch, Attempt> verdict(
            Node node, List<Outage> outages, Set<Long> taken, SplittableRandom random) {
        return batch -> Outage.at(outages, node.clock.instant())
                .map(kind -> switch (kind) {
                    case AWAY -> new Attempt.Refused(DOWN);
                    case LOSES_ANSWERS -> {
                        node.shelf.keep(batch, List.of());
                        taken.addAll(offsets(batch));
                        yield new Attempt.Refused(DOWN);
                    }
                    case TAKES_SOME -> {
                        var undelivered = new ArrayList<Undelivered>();
                        try (var records = batch.records()) {
                            while (records.hasNext()) {
                                var record = records.next();
                                if (random.nextInt(3) == 0) {
                                    undelivered.add(new Undelivered(record, DOWN, Map.of()));
                                } else {
                                    taken.add(record.position().offset());
                                }
                            }
                        }
                        yield undelivered.isEmpty() ? new Attempt.Delivered() : new Attempt.Partly(undelivered);
                    }
                })
                .orElse(new Attempt.Delivered());
    }

    private static List<Long> offsets(Batch batch) {
        var offsets = new ArrayList<Long>();
        try (var records = batch.records()) {
            while (records.hasNext()) {
                offsets.add(records.next().position().offset());
            }
        }
        return offsets;
    }

    /** A time in which a destination does not do what it should. */
    private record Outage(Instant from, Instant until, Kind kind) {
        private enum Kind {
            AWAY,
            LOSES_ANSWERS,
            TAKES_SOME
        }

        static List<Outage> ofADay(SplittableRandom random) {
            var outages = new ArrayList<Outage>();
            for (int i = random.nextInt(4); i > 0; i--) {
                var from = Node.BEGINNING.plusSeconds(random.nextLong(DAY.toSeconds()));
                // Minutes, hours, or the whole day.
                long longest = List.of(1_200L, 14_400L, DAY.toSeconds()).get(random.nextInt(3));
                var kind = Kind.values()[random.nextInt(Kind.values().length)];
                outages.add(new Outage(from, from.plusSeconds(random.nextLong(1, longest)), kind));
            }
            return outages;
        }

        static Optional<Kind> at(List<Outage> outages, Instant now) {
            return outages.stream()
                    .filter(outage -> !now.isBefore(outage.from) && now.isBefore(outage.until))
                    .map(Outage::kind)
                    .findFirst();
        }

        static boolean isAny(List<Outage> outages, Instant now) {
            return at(outages, now).isPresent();
        }
    }

    /** A source that fills around the clock, and what reads and delivers it; cut off from time to time. */
    private static final class Day {
        private static final int READ_MAX_RECORDS = 50;
        private static final long PENDING_MAX_BYTES = 100_000;
        private static final int STEPS_A_LIFE_MAX = 900;
        private static final Duration DRAIN_MAX = Duration.ofDays(8);

        private final Node node;
        private final SplittableRandom random;
        private final List<Outage> outages;
        private final List<Instant> arrivals = new ArrayList<>();
        private int cuts;
        private int next;

        Day(Node node, SplittableRandom random, List<Outage> outages, int cuts) {
            this.node = node;
            this.random = random;
            this.outages = outages;
            this.cuts = cuts;
            int most = random.nextInt(30, 300);
            for (var at = Node.BEGINNING; at.isBefore(Node.BEGINNING.plus(DAY)); ) {
                arrivals.add(at);
                at = at.plusSeconds(random.nextInt(1, most));
            }
            node.meanwhile = this::world;
        }

        void live() {
            var end = Node.BEGINNING.plus(DAY).plus(DRAIN_MAX);
            while (node.checkpoints.load(Node.PLACE).low().orElse(0L) < arrivals.size()) {
                assertThat(node.clock.instant())
                        .as("the last record is delivered")
                        .isBefore(end);
                if (cuts > 0) {
                    node.power.goesAfter(random.nextInt(1, STEPS_A_LIFE_MAX));
                }
                try {
                    run();
                } catch (CrashException _) {
                    cuts--;
                    next = Math.toIntExact(node.restart());
                }
            }
        }

        /** Till all is delivered, or the power goes. */
        private void run() {
            while (node.checkpoints.load(Node.PLACE).low().orElse(0L) < arrivals.size()
                    && node.clock.instant().isBefore(Node.BEGINNING.plus(DAY).plus(DRAIN_MAX))) {
                node.clock.advance(Duration.ofSeconds(random.nextInt(5, 90)));
                world();
                node.runAll();
            }
        }

        /** What goes on at any time, whether a delivery waits or not. */
        private void world() {
            var now = node.clock.instant();
            var results = new ArrayList<Processed>();
            // Reading stops where deliveries don't keep up.
            while (node.delivery.pending().bytes() < PENDING_MAX_BYTES
                    && results.size() < READ_MAX_RECORDS
                    && next < arrivals.size()
                    && !arrivals.get(next).isAfter(now)) {
                results.add(process(next++));
            }
            node.delivery.accept(node.route(), results, next);
            node.delivery.tick();
            if (random.nextBoolean()) {
                node.runOne(random);
            }
        }

        private Processed process(long offset) {
            var source = Node.record(offset, (int) (offset * 7 % 400));
            if (node.processing == Processing.NONE || offset * 31 % 11 != 0) {
                return Node.ready(source, Map.of("k", "v" + offset * 31 % 4));
            }
            return Node.failed(source);
        }

        void assertCounted(Set<Long> taken) {
            var all = LongStream.range(0, arrivals.size()).boxed().toList();
            var delivered = node.shelf.offsets();
            var failed = node.errorOffsets();
            assertThat(delivered).doesNotHaveDuplicates();
            assertThat(failed).doesNotHaveDuplicates();
            var counted = new HashSet<>(delivered);
            counted.addAll(taken);
            counted.addAll(failed);
            assertThat(counted).containsExactlyInAnyOrderElementsOf(all);
            var both = new HashSet<>(delivered);
            both.retainAll(failed);
            // Only what the destination took without a word, or before a power cut, is told as undelivered too.
            assertThat(taken).containsAll(both);
            if (outages.isEmpty()) {
                assertThat(node.errors.keySet()).isSubsetOf("processing-failed");
            }
            if (node.backedUp) {
                assertThat(node.backup.offsets()).containsExactlyInAnyOrderElementsOf(all);
            }
        }
    }
}
