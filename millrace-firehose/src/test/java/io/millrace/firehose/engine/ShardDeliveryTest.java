package io.millrace.firehose.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.millrace.firehose.delivery.Attempt;
import io.millrace.firehose.delivery.Attempt.Undelivered;
import io.millrace.firehose.delivery.Batch;
import io.millrace.firehose.delivery.DeliveryRecord;
import io.millrace.firehose.delivery.Failure;
import io.millrace.firehose.delivery.Failure.Remedy;
import io.millrace.firehose.engine.Route.Processing;
import io.millrace.firehose.processing.Processed;
import io.millrace.testkit.Seeds;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShardDeliveryTest {
    private static final Failure DOWN = new Failure("Test.Down", "not now", Remedy.RETRY);
    private static final Failure NEVER = new Failure("Test.Never", "never", Remedy.GIVE_UP);

    @TempDir
    private Path folder;

    private Node node() {
        return new Node(folder, new SplittableRandom(1));
    }

    @Test
    void deliversAtTheSize() {
        var node = node();
        node.accept(0, 9, 10);
        node.runAll();
        assertThat(node.shelf.objects()).isEmpty();

        node.accept(9, 4, 10);
        node.runAll();
        assertThat(node.shelf.objects().values())
                .singleElement()
                .satisfies(records -> assertThat(records).hasSize(10));
    }

    @Test
    void deliversAtTheIntervalAndNotBefore() {
        var node = node();
        node.accept(0, 3, 10);
        node.clock.advance(Duration.ofSeconds(59));
        node.delivery.tick();
        node.runAll();
        assertThat(node.shelf.objects()).isEmpty();

        node.clock.advance(Duration.ofSeconds(1));
        node.delivery.tick();
        node.runAll();
        assertThat(node.shelf.offsets()).containsExactly(0L, 1L, 2L);
    }

    @Test
    void deliversAtOnceWithoutAnInterval() {
        var node = node();
        node.buffering = new Buffering(100, Duration.ZERO);
        node.accept(0, 1, 10);
        node.runAll();
        assertThat(node.shelf.offsets()).containsExactly(0L);
    }

    @Test
    void beginsAnewWhenItsDeliveryEndsThoughNobodyStoppedIt() {
        var node = node();
        var once = new AtomicBoolean(true);
        node.meanwhile = () -> {
            if (once.getAndSet(false)) {
                throw new StoppedException();
            }
        };
        node.accept(0, 10, 10);
        node.runAll();
        assertThat(node.delivery.broken()).containsInstanceOf(IllegalStateException.class);
    }

    @Test
    void aBatchWhoseRecordsAreAllReadKeepsItsIdWhenLaterOnesExpire() {
        var node = node();
        var read = new Intent(5, new UUID(1, 1), OptionalLong.empty(), 0);
        var halfRead = new Intent(11, new UUID(2, 2), OptionalLong.empty(), 0);
        node.checkpoints.intend(Node.PLACE, "v1 read", read);
        node.checkpoints.intend(Node.PLACE, "v1 half read", halfRead);
        node.restart();
        node.accept(0, 9, 10);

        node.delivery.skipped(9, 12);

        var groups = node.checkpoints.load(Node.PLACE).groups();
        assertThat(groups.get("v1 read").intent()).contains(read);
        assertThat(groups.get("v1 half read").intent())
                .hasValueSatisfying(intent -> assertThat(intent.id()).isNotEqualTo(halfRead.id()));
    }

    @Test
    void makesLargerBatchesWhileTheDestinationIsBusy() {
        var node = node();
        node.accept(0, 10, 10);
        node.accept(10, 15, 10);
        node.runAll();
        assertThat(node.shelf.objects().values()).extracting(List::size).containsExactly(10, 15);
    }

    @Test
    void goesOnWhenAnAttemptRunsOutOfMemory() {
        var node = node();
        var failures = new ArrayList<Error>(List.of(new OutOfMemoryError("once"), new StackOverflowError("twice")));
        node.shelf.says(_ -> {
            if (!failures.isEmpty()) {
                throw failures.removeFirst();
            }
            return new Attempt.Delivered();
        });
        node.accept(0, 10, 10);
        node.runAll();
        assertThat(node.shelf.offsets()).hasSize(10);
        node.accept(10, 10, 10);
        node.runAll();
        assertThat(node.shelf.offsets()).hasSize(20);
    }

    @Test
    void countsWhatAnAttemptThrowsAgainstTheRetryDuration() {
        var node = node();
        node.buffering = new Buffering(100, Duration.ZERO);
        node.shelf.says(_ -> {
            throw new IllegalStateException("a bug");
        });
        node.accept(0, 2, 10);
        node.runAll();
        assertThat(node.shelf.objects()).isEmpty();
        assertThat(node.errors.get("shelf-failed").offsets()).containsExactly(0L, 1L);
        assertThat(Duration.between(Node.BEGINNING, node.clock.instant())).isEqualTo(Duration.ofMinutes(5));
        assertThat(node.reported).contains("retrying Firehose.InternalError", "delivered 2 failed 2");
        assertThat(node.checkpoints.low(Node.PLACE)).contains(2L);
    }

    @Test
    void triesTheErrorOutputAgainWhateverItThrows() {
        var node = node();
        node.buffering = new Buffering(100, Duration.ZERO);
        node.shelf.says(_ -> new Attempt.Refused(NEVER));
        var errors = new Shelf(node.power, Duration.ofDays(36_500));
        node.errors.put("shelf-failed", errors);
        errors.says(_ -> {
            if (errors.attempts() < 5) {
                throw new IllegalStateException("a bug");
            }
            return new Attempt.Delivered();
        });
        node.accept(0, 2, 10);
        node.runAll();
        assertThat(errors.offsets()).containsExactly(0L, 1L);
    }

    @Test
    void writesNothingForEmptyBuffers() {
        var node = node();
        node.delivery.accept(node.route(), List.of(new Processed.Dropped(Node.record(0, 10))), 1);
        node.clock.advance(Duration.ofSeconds(100));
        node.delivery.tick();
        node.runAll();
        assertThat(node.shelf.objects()).isEmpty();
        assertThat(node.delivery.tick()).isEqualTo(1);
    }

    @Test
    void buffersEachPartitionForItself() {
        var node = node();
        node.processing = Processing.REPEATABLE;
        node.partitioned = true;
        var results = new ArrayList<Processed>();
        for (int i = 0; i < 15; i++) {
            results.add(Node.ready(Node.record(i, 10), Map.of("k", i % 3 == 0 ? "a" : "b")));
        }
        node.delivery.accept(node.route(), results, 15);
        node.runAll();
        assertThat(node.shelf.offsets()).containsExactly(1L, 2L, 4L, 5L, 7L, 8L, 10L, 11L, 13L, 14L);

        node.clock.advance(Duration.ofMinutes(1));
        node.delivery.tick();
        node.runAll();
        assertThat(node.shelf.objects().values())
                .last()
                .satisfies(records -> assertThat(records)
                        .extracting(record -> record.position().offset())
                        .containsExactly(0L, 3L, 6L, 9L, 12L));
    }

    @Test
    void sendsToTheErrorOutputWhatNoPartitionIsFreeFor() {
        var node = node();
        node.processing = Processing.REPEATABLE;
        node.partitioned = true;
        node.partitionsMax = 1;
        node.restart();
        node.delivery.accept(
                node.route(),
                List.of(
                        Node.ready(Node.record(0, 10), Map.of("k", "a")),
                        Node.ready(Node.record(1, 10), Map.of("k", "b"))),
                2);
        node.delivery.cutAll();
        node.runAll();
        assertThat(node.shelf.offsets()).containsExactly(0L);
        assertThat(node.errorOffsets()).containsExactly(1L);
        assertThat(new String(lineOf(node), java.nio.charset.StandardCharsets.UTF_8))
                .contains("\"errorCode\":\"DynamicPartitioning.ActivePartitionsLimitExceeded\"");

        // Flushed, the partition is free for another.
        node.delivery.accept(node.route(), List.of(Node.ready(Node.record(2, 10), Map.of("k", "c"))), 3);
        node.delivery.cutAll();
        node.runAll();
        assertThat(node.shelf.offsets()).containsExactly(0L, 2L);
    }

    @Test
    void losesNoRecordWithoutAPartitionToWhatItsPartitionDeliversLater() {
        var node = node();
        node.processing = Processing.REPEATABLE;
        node.partitioned = true;
        node.partitionsMax = 1;
        node.buffering = new Buffering(1_000, Duration.ofMinutes(1));
        node.restart();
        // A line that waits holds the mark, so that what the partitions are ahead of it is remembered.
        node.delivery.accept(node.route(), List.of(Node.failed(Node.record(4, 10)), keyed(5, 1_000, "a")), 6);
        node.runAll();
        node.delivery.accept(node.route(), List.of(keyed(19, 600, "b"), keyed(20, 10, "a"), keyed(21, 600, "b")), 22);
        node.runAll();
        node.delivery.accept(node.route(), List.of(keyed(30, 1_000, "a")), 31);
        node.runAll();
        assertThat(node.shelf.offsets()).containsExactly(5L, 19L, 21L, 30L);
        assertThat(node.errorOffsets()).isEmpty();

        assertThat(node.restart()).isEqualTo(4);
        node.delivery.accept(node.route(), List.of(Node.failed(Node.record(4, 10)), keyed(5, 1_000, "a")), 6);
        node.delivery.accept(
                node.route(),
                List.of(keyed(19, 600, "b"), keyed(20, 10, "a"), keyed(21, 600, "b"), keyed(30, 1_000, "a")),
                31);
        node.delivery.cutAll();
        node.runAll();
        assertThat(node.shelf.offsets()).containsExactly(5L, 19L, 21L, 30L, 20L);
        assertThat(node.errorOffsets()).containsExactly(4L);
        assertThat(node.checkpoints.low(Node.PLACE)).contains(31L);
    }

    private static Processed keyed(long offset, int bytes, String key) {
        return Node.ready(Node.record(offset, bytes), Map.of("k", key));
    }

    @Test
    void readsOnAfterACrashToWhereALargerBatchWasCut() {
        var node = new Node(folder, new SplittableRandom(1), 1_000, Duration.ofMinutes(5));
        node.rereading = Optional.of((from, upTo, _) -> new Buffer.Listed(LongStream.range(from, upTo)
                .mapToObj(offset -> DeliveryRecord.of(Node.record(offset, 10)))
                .iterator()));
        node.buffering = new Buffering(1L << 40, Duration.ofDays(1));
        node.restart();
        var large = new byte[64 << 20];
        node.accept(0, 17, large);
        node.delivery.cutAll();
        node.power.goesAfter(3);
        crash(node::runAll);

        node.restart();
        node.accept(0, 16, large);
        node.power.goesAfter(1); // which it would notice if it waited
        assertThatCode(() -> node.delivery.awaitRoom()).doesNotThrowAnyException();
        node.power.staysOn();
        node.accept(16, 1, large);
        node.runAll();
        assertThat(node.shelf.objects().values())
                .singleElement()
                .satisfies(records -> assertThat(records).hasSize(17));
    }

    private static byte[] lineOf(Node node) {
        return node.errors.get("processing-failed").objects().values().stream()
                .flatMap(List::stream)
                .findFirst()
                .orElseThrow()
                .data();
    }

    @Test
    void triesAgainWithTheSameIdUntilTheDestinationIsBack() {
        var node = node();
        node.buffering = new Buffering(100, Duration.ZERO);
        var ids = new ArrayList<String>();
        node.shelf.says(batch -> {
            ids.add(batch.id().toString());
            return ids.size() < 4 ? new Attempt.Refused(DOWN) : new Attempt.Delivered();
        });
        node.accept(0, 2, 10);
        node.runAll();
        assertThat(ids).hasSize(4).containsOnly(ids.getFirst());
        assertThat(node.shelf.offsets()).containsExactly(0L, 1L);
        assertThat(node.reported)
                .containsExactly(
                        "retrying Test.Down", "retrying Test.Down", "retrying Test.Down", "delivered 2 failed 0");
        // 1 + 2 + 4 seconds, give or take 15 percent.
        assertThat(Duration.between(Node.BEGINNING, node.clock.instant()))
                .isBetween(Duration.ofMillis(5_950), Duration.ofMillis(8_050));
    }

    @Test
    void tellsTheErrorOutputWhenTheRetryDurationIsOver() {
        var node = node();
        node.buffering = new Buffering(100, Duration.ZERO);
        node.shelf.says(_ -> new Attempt.Refused(DOWN));
        node.accept(0, 2, 10);
        node.runAll();
        assertThat(node.shelf.objects()).isEmpty();
        assertThat(node.errors.get("shelf-failed").offsets()).containsExactly(0L, 1L);
        assertThat(Duration.between(Node.BEGINNING, node.clock.instant())).isEqualTo(Duration.ofMinutes(5));
        assertThat(node.checkpoints.low(Node.PLACE)).contains(2L);
    }

    @Test
    void keepsTheRetryDurationOverARestart() {
        var node = node();
        node.buffering = new Buffering(100, Duration.ZERO);
        node.shelf.says(_ -> new Attempt.Refused(DOWN));
        node.accept(0, 2, 10);
        node.power.goesAfter(40);
        crash(node::runAll);
        assertThat(node.errors).isEmpty();
        var soFar = Duration.between(Node.BEGINNING, node.clock.instant());
        assertThat(soFar).isPositive().isLessThan(Duration.ofMinutes(5));

        node.restart();
        node.accept(0, 2, 10);
        node.runAll();
        assertThat(Duration.between(Node.BEGINNING, node.clock.instant())).isEqualTo(Duration.ofMinutes(5));
        assertThat(node.errors.get("shelf-failed").offsets()).containsExactly(0L, 1L);
    }

    @Test
    void waitsNeitherShorterNorLongerWhenTheClockIsSet() {
        for (var set : List.of(Duration.ofHours(1), Duration.ofHours(-1))) {
            var node = node();
            node.accept(0, 3, 10);
            node.setClockForward(set);
            node.delivery.tick();
            node.runAll();
            assertThat(node.shelf.objects()).isEmpty();
            node.clock.advance(Duration.ofSeconds(60));
            node.delivery.tick();
            node.runAll();
            assertThat(node.shelf.offsets()).containsExactly(0L, 1L, 2L);
        }
    }

    @Test
    void isAsPatientAsEverWhenTheClockIsSet() {
        for (var set : List.of(Duration.ofHours(1), Duration.ofHours(-1))) {
            var node = node();
            node.buffering = new Buffering(100, Duration.ZERO);
            node.shelf.says(_ -> {
                if (node.shelf.attempts() == 2) {
                    node.setClockForward(set);
                }
                return new Attempt.Refused(DOWN);
            });
            node.accept(0, 2, 10);
            node.runAll();
            assertThat(node.errors.get("shelf-failed").offsets()).containsExactly(0L, 1L);
            assertThat(Duration.between(Node.BEGINNING, node.clock.instant()))
                    .isEqualTo(Duration.ofMinutes(5).plus(set));
        }
    }

    @Test
    void isNotRefusedByADestinationThatIsStoppedUnderIt() {
        var node = node();
        node.buffering = new Buffering(100, Duration.ZERO);
        node.shelf.says(_ -> {
            node.stops = true;
            return new Attempt.Refused(NEVER);
        });
        node.accept(0, 2, 10);
        node.runAll();
        assertThat(node.reported).isEmpty();
        assertThat(node.errors).isEmpty();
        var intent = node.checkpoints.load(Node.PLACE).groups().get("v1 main").intent();
        assertThat(intent)
                .hasValueSatisfying(
                        begun -> assertThat(begun.firstFailureMillis()).isEmpty());
    }

    @Test
    void asksADestinationOnceThoughWhatItRefusedTakesADayToTell() {
        var node = node();
        node.processing = Processing.VARYING;
        node.buffering = new Buffering(1_000, Duration.ZERO);
        var lines = new Shelf(node.power, Duration.ofDays(36_500));
        node.errors.put("processing-failed", lines);
        lines.says(_ -> lines.attempts() < 100 ? new Attempt.Refused(DOWN) : new Attempt.Delivered());
        node.delivery.accept(
                node.route(), List.of(keyed(0, 10, "a"), Node.failed(Node.record(1, 10)), keyed(2, 10, "a")), 3);
        node.power.goesAfter(50);
        crash(node::runAll);
        node.restart();
        node.delivery.accept(
                node.route(), List.of(keyed(0, 10, "a"), Node.failed(Node.record(1, 10)), keyed(2, 10, "a")), 3);
        node.runAll();
        assertThat(node.shelf.attempts()).isEqualTo(1);
        assertThat(node.shelf.offsets()).containsExactly(0L, 2L);
        assertThat(node.errorOffsets()).containsExactly(1L);
    }

    @Test
    void doesNotDeliverALaneAgainForTheTroubleOfAnother() {
        var node = node();
        node.processing = Processing.VARYING;
        node.partitioned = true;
        node.buffering = new Buffering(1_000, Duration.ZERO);
        var asked = new ArrayList<String>();
        node.shelf.says(batch -> {
            asked.add(batch.partitionKeys().get("k"));
            node.checkpoints.failsNext(asked.size() == 2);
            return asked.size() == 2 ? new Attempt.Refused(DOWN) : new Attempt.Delivered();
        });
        node.delivery.accept(node.route(), List.of(keyed(0, 10, "a"), keyed(1, 10, "b"), keyed(2, 10, "c")), 3);
        node.runAll();
        assertThat(asked).hasSize(4).containsOnly("a", "b", "c");
        assertThat(asked.get(2)).isEqualTo(asked.get(1));
    }

    @Test
    void triesOnlyThoseAgainThatMayBeTaken() {
        var node = node();
        node.buffering = new Buffering(100, Duration.ZERO);
        var sizes = new ArrayList<Integer>();
        node.shelf.says(batch -> {
            sizes.add(batch.count());
            return sizes.size() > 1
                    ? new Attempt.Delivered()
                    : new Attempt.Partly(List.of(
                            new Undelivered(at(batch, 0), NEVER, Map.of("why", "so")),
                            new Undelivered(at(batch, 2), DOWN, Map.of())));
        });
        node.accept(0, 4, 10);
        node.runAll();
        assertThat(sizes).containsExactly(4, 1);
        assertThat(node.errors.get("shelf-failed").offsets()).containsExactly(0L);
        assertThat(node.checkpoints.low(Node.PLACE)).contains(4L);
    }

    private static DeliveryRecord at(Batch batch, int index) {
        try (var records = batch.records()) {
            for (int i = 0; i < index; i++) {
                records.next();
            }
            return records.next();
        }
    }

    @Test
    void waitsForTheErrorOutputAsLongAsItTakes() {
        var node = node();
        node.buffering = new Buffering(100, Duration.ZERO);
        node.shelf.says(_ -> new Attempt.Refused(NEVER));
        var errors = new Shelf(node.power, Duration.ofDays(36_500));
        node.errors.put("shelf-failed", errors);
        errors.says(_ -> errors.attempts() < 2_000 ? new Attempt.Refused(DOWN) : new Attempt.Delivered());
        node.accept(0, 2, 10);
        node.runAll();
        assertThat(errors.offsets()).containsExactly(0L, 1L);
        assertThat(Duration.between(Node.BEGINNING, node.clock.instant())).isGreaterThan(Duration.ofHours(24));
    }

    @Test
    void deliversWhatCameBeforeAnUpdateByTheOldVersion() {
        var node = node();
        var versions = new ArrayList<String>();
        Function<Batch, Attempt> note = batch -> {
            versions.add(batch.stream().version() + ":" + batch.count());
            return new Attempt.Delivered();
        };
        node.shelf.says(note);
        node.accept(0, 3, 10);
        node.version = 2;
        node.accept(3, 2, 10);
        node.runAll();
        node.delivery.cutAll();
        node.runAll();
        assertThat(versions).containsExactly("1:3", "2:2");
    }

    @Test
    void keepsNothingInMemoryBeyondTheBudget() {
        var node = new Node(folder, new SplittableRandom(1), 1_000, Duration.ofMinutes(5));
        node.buffering = new Buffering(1 << 20, Duration.ofMinutes(1));
        node.accept(0, 50, 100);
        node.delivery.cutAll();
        node.runAll();
        assertThat(node.shelf.offsets())
                .containsExactlyElementsOf(LongStream.range(0, 50).boxed().toList());
        assertThat(folder).isEmptyDirectory();
    }

    /** A day in the life of a shard: records, deliveries in any order, failures, and power cuts between any two steps. */
    @Test
    void deliversEveryRecordOnceHoweverOftenThePowerGoes() {
        Seeds.forEach(400, random -> {
            var life = new Life(
                    new Node(folder, random.split(), random.nextBoolean() ? 500 : 1 << 20, Duration.ofSeconds(30)),
                    random);
            life.live();
            var all = LongStream.range(0, life.records).boxed().toList();
            var delivered = new ArrayList<>(life.node.shelf.offsets());
            delivered.addAll(life.node.errorOffsets());
            if (life.node.processing == Processing.VARYING || life.node.partitionsMax < life.keys) {
                // A function may say something else, and another partition may be free: then some is told twice.
                assertThat(delivered).containsAll(all);
            } else {
                assertThat(delivered).containsExactlyInAnyOrderElementsOf(all);
            }
            if (life.node.backedUp) {
                assertThat(life.node.backup.offsets()).containsExactlyInAnyOrderElementsOf(all);
            }
            assertThat(life.node.checkpoints.load(Node.PLACE).low()).contains((long) life.records);
        });
    }

    private static void crash(Runnable until) {
        try {
            until.run();
            throw new AssertionError("the power stayed on");
        } catch (CrashException _) {
            // As told.
        }
    }

    /** What happens to a shard, by chance. */
    private static final class Life {
        private final Node node;
        private final SplittableRandom random;
        private final int records;
        private final int keys;
        private long next;

        Life(Node node, SplittableRandom random) {
            this.node = node;
            this.random = random;
            records = random.nextInt(1, 200);
            keys = random.nextInt(1, 6);
            node.processing = List.of(Processing.NONE, Processing.REPEATABLE, Processing.VARYING)
                    .get(random.nextInt(3));
            node.partitioned = node.processing != Processing.NONE && random.nextBoolean();
            node.partitionsMax = random.nextBoolean() ? 500 : random.nextInt(1, 4);
            node.backedUp = random.nextBoolean();
            node.buffering = new Buffering(random.nextInt(1, 300), Duration.ofSeconds(random.nextInt(0, 30)));
            node.backupBuffering = new Buffering(random.nextInt(1, 300), Duration.ofSeconds(random.nextInt(1, 30)));
            node.restart();
        }

        void live() {
            for (int crashes = random.nextInt(6); crashes > 0; crashes--) {
                node.power.goesAfter(random.nextInt(1, 60));
                try {
                    for (int i = 0; i < 40; i++) {
                        step();
                    }
                } catch (CrashException _) {
                    // The restart finds what was kept.
                }
                next = node.restart();
            }
            node.shelf.says(_ -> new Attempt.Delivered());
            while (next < records) {
                accept();
                node.runAll();
            }
            node.delivery.cutAll();
            node.runAll();
            node.clock.advance(Duration.ofMinutes(1));
            node.delivery.tick();
            node.runAll();
            node.clock.advance(Duration.ofMinutes(1));
            node.delivery.tick();
        }

        private void step() {
            switch (random.nextInt(6)) {
                case 0, 1 -> accept();
                case 2 -> {
                    node.clock.advance(Duration.ofSeconds(random.nextInt(20)));
                    node.delivery.tick();
                }
                case 3 -> node.delivery.cutAll();
                default -> node.runOne(random);
            }
        }

        private void accept() {
            var results = new ArrayList<Processed>();
            long upTo = Math.min(records, next + random.nextInt(1, 20));
            for (; next < upTo; next++) {
                results.add(process(next));
            }
            node.delivery.accept(node.route(), results, next);
        }

        private Processed process(long offset) {
            var source = Node.record(offset, (int) (offset * 7 % 40));
            // What a function says may change; everything else follows from the record.
            long word = node.processing == Processing.VARYING ? random.nextInt(1_000) : offset * 31;
            if (node.processing == Processing.NONE || word % 5 != 0) {
                return Node.ready(source, Map.of("k", "v" + word % keys));
            }
            return Node.failed(source);
        }
    }
}
