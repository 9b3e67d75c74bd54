package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.disk.SimulatedDisk;
import io.millrace.testkit.ManualClock;
import io.millrace.testkit.Seeds;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Regrouping changes where records lie, and nothing a reader can see. */
class RewriterTest {
    private static final Path DIRECTORY = Path.of("log");
    private static final LogConfig CONFIG = LogConfigs.small(DIRECTORY);
    private static final int SHARDS = 6;
    private static final int ROUNDS = 40;

    private final SplittableRandom random = new SplittableRandom(3);
    private final ManualClock clock = new ManualClock(Instant.ofEpochMilli(1_000_000));

    private SegmentLog open(SimulatedDisk disk) throws IOException {
        return SegmentLog.openWithoutHousekeeper(CONFIG, disk, clock, random);
    }

    /** Single records, in turn over all shards, of two retentions: what a segment holds worst. */
    private void scatter(SegmentLog log) {
        for (int shard = 0; shard < SHARDS; shard++) {
            log.open(new ShardKey(shard), Duration.ofDays(1 + shard % 2));
        }
        for (int round = 0; round < ROUNDS; round++) {
            clock.advance(Duration.ofMillis(1));
            for (int shard = 0; shard < SHARDS; shard++) {
                Records.append(log, new ShardKey(shard), record(shard, round));
            }
        }
    }

    private static String record(int shard, int round) {
        return shard + ":" + round + "x".repeat(900);
    }

    private static void assertAllThere(SegmentLog log) {
        for (int shard = 0; shard < SHARDS; shard++) {
            var all = Records.data(log, new ShardKey(shard));
            assertThat(all).hasSize(ROUNDS);
            for (int round = 0; round < ROUNDS; round++) {
                assertThat(all.get(round)).isEqualTo(record(shard, round));
            }
            assertThat(log.firstOffsetAtOrAfter(new ShardKey(shard), 1_000_000 + ROUNDS / 2))
                    .isEqualTo(ROUNDS / 2 - 1);
        }
    }

    private static List<String> runs(SimulatedDisk disk) {
        return disk.list(DIRECTORY).stream()
                .filter(name -> name.startsWith("run-"))
                .toList();
    }

    @Test
    void makesOneRunPerRetention() throws IOException {
        var disk = new SimulatedDisk(random.split());
        try (var log = open(disk)) {
            scatter(log);
            log.keepHouse();
            assertThat(runs(disk)).hasSize(2);
            assertAllThere(log);
        }
        try (var log = open(disk)) {
            assertAllThere(log);
        }
    }

    @Test
    void letsAWholeRunGoWhenItsTimeIsOver() throws IOException {
        var disk = new SimulatedDisk(random.split());
        try (var log = open(disk)) {
            scatter(log);
            log.keepHouse();
            for (int shard = 0; shard < SHARDS; shard += 2) {
                log.trim(new ShardKey(shard), ROUNDS);
            }
            log.keepHouse();
            assertThat(runs(disk)).hasSize(1);
            assertThat(Records.data(log, new ShardKey(1))).hasSize(ROUNDS);
            assertThat(Records.data(log, new ShardKey(0))).isEmpty();
        }
    }

    @Test
    void leavesLargeGroupsOfOneRetentionAlone() throws IOException {
        var disk = new SimulatedDisk(random.split());
        try (var log = open(disk)) {
            log.open(new ShardKey(0), Duration.ofDays(1));
            for (int count = 0; count < 30; count++) {
                Records.append(log, new ShardKey(0), "x".repeat(60_000));
            }
            log.keepHouse();
            assertThat(runs(disk)).isEmpty();
        }
    }

    @Test
    void readsScatteredRecordsFromTheFrontOnceBeforeItGathersThem() throws IOException {
        var disk = new SimulatedDisk(random.split());
        try (var log = open(disk)) {
            scatter(log);
            long before = disk.readBytes();
            log.keepHouse();
            assertThat(runs(disk)).isNotEmpty();
            // Each lies in a block of its own.
            assertThat(disk.readBytes() - before).isGreaterThan(SHARDS * ROUNDS * (Format.BLOCK_BYTES + 900L));
        }
    }

    @Test
    void readsOnlyWhatIsAliveIfThatLiesInLongStretches() throws IOException {
        var disk = new SimulatedDisk(random.split());
        var dead = new ShardKey(0);
        var alive = new ShardKey(1);
        int segments = 5;
        try (var log = open(disk)) {
            log.open(dead, Duration.ofDays(1));
            log.open(alive, Duration.ofDays(1));
            for (int count = 0; count < segments; count++) {
                // More than a segment holds, so that they have one for themselves.
                Records.append(
                        log,
                        List.of(
                                new ShardAppend(dead, Records.batch("d".repeat(100_000))),
                                new ShardAppend(alive, Records.batch("a".repeat(40_000)))));
            }
            log.trim(dead, segments);
            long before = disk.readBytes();
            log.keepHouse();
            assertThat(runs(disk)).hasSize(1);
            assertThat(disk.readBytes() - before).isLessThan(segments * 50_000L);
            assertThat(Records.data(log, alive)).hasSize(segments);
        }
    }

    @Test
    void leavesTheOldOrTheNewWhereverThePowerGoes() throws IOException {
        var before = new SimulatedDisk(random.split());
        try (var log = open(before)) {
            scatter(log);
        }
        var whole = before.afterProcessEnd(random.split());
        var trial = whole.afterProcessEnd(random.split());
        rewriteUnderPowerLoss(trial, Long.MAX_VALUE);
        assertThat(runs(trial)).isNotEmpty();

        for (long cut = 0; cut < trial.operations(); cut++) {
            var disk = whole.afterProcessEnd(random.split());
            rewriteUnderPowerLoss(disk, cut);
            var found = disk.afterPowerLoss(random.split());
            try (var log = open(found)) {
                assertAllThere(log);
                log.keepHouse();
                assertAllThere(log);
            }
        }
    }

    private void rewriteUnderPowerLoss(SimulatedDisk disk, long cut) {
        disk.losePowerAt(cut);
        try (var log = open(disk)) {
            log.keepHouse();
            assertAllThere(log);
        } catch (IOException e) {
            assertThat(e).hasMessage("the power is gone");
        }
    }

    @Test
    void leavesOnlyTheDamagedFileAsItIs() throws IOException {
        var disk = new SimulatedDisk(random.split());
        try (var log = open(disk)) {
            scatter(log);
        }
        disk.damage(DIRECTORY.resolve("segment-00000002"), 3 * Format.BLOCK_BYTES + 200, (byte) 1);
        try (var log = open(disk)) {
            log.keepHouse();
            assertThat(disk.list(DIRECTORY)).contains("segment-00000002");
            assertThat(runs(disk)).isNotEmpty();
            // What was not damaged is still read.
            assertThatThrownBy(() -> assertAllThere(log)).isInstanceOf(CorruptLogException.class);
        }
    }

    @Test
    void leavesHalfOfTheFreeSpaceToAppends() throws IOException {
        var disk = new SimulatedDisk(random.split());
        try (var log = open(disk)) {
            scatter(log);
            disk.limitTo(disk.usedBytes() + 64 * 1024);
            log.keepHouse();
            assertThat(runs(disk)).isEmpty();

            disk.limitTo(Long.MAX_VALUE);
            log.keepHouse();
            assertThat(runs(disk)).isNotEmpty();
        }
    }

    @Test
    void comesToAnEndWhateverTheMixture() {
        Seeds.forEach(30, seeded -> {
            var disk = new SimulatedDisk(seeded.split());
            try (var log = open(disk)) {
                long putBytes = putAnyMixture(log, seeded);
                long before = disk.writtenBytes();
                // Far more than any end needs, but an end for this test.
                disk.losePowerAt(disk.operations() + 20_000);
                log.keepHouse();
                assertThat(disk.writtenBytes() - before).isLessThan(6 * putBytes + (1 << 20));
                log.keepHouse();
                disk.losePowerAt(Long.MAX_VALUE);
            }
        });
    }

    private long putAnyMixture(SegmentLog log, SplittableRandom seeded) {
        int shards = 1 + seeded.nextInt(40);
        int retentions = 1 + seeded.nextInt(40);
        for (int shard = 0; shard < shards; shard++) {
            log.open(new ShardKey(shard), Duration.ofDays(1 + shard % retentions));
        }
        long bytes = 0;
        int recordBytes = 1 + seeded.nextInt(12_000);
        for (int round = 0; round < 1 + 400_000 / shards / recordBytes && round < 20; round++) {
            for (int shard = 0; shard < shards; shard++) {
                Records.append(log, new ShardKey(shard), "x".repeat(recordBytes));
                bytes += recordBytes;
            }
            if (seeded.nextInt(8) == 0) {
                log.keepHouse();
            }
            if (seeded.nextInt(4) == 0) {
                log.trim(new ShardKey(seeded.nextInt(shards)), seeded.nextInt(round + 1));
            }
        }
        return bytes;
    }
}
