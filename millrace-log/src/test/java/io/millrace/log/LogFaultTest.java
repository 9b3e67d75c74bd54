package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.disk.Disk;
import io.millrace.log.disk.SimulatedDisk;
import io.millrace.testkit.ManualClock;
import io.millrace.testkit.Seeds;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A disk that fails costs what was not acknowledged, and nothing else. */
class LogFaultTest {
    private static final Path DIRECTORY = Path.of("log");
    private static final LogConfig CONFIG = LogConfigs.small(DIRECTORY);
    private static final ShardKey SHARD = new ShardKey(7);
    private static final ShardKey OTHER = new ShardKey(8);
    private static final ShardKey THIRD = new ShardKey(9);
    private static final Duration DAY = Duration.ofDays(1);

    private final SplittableRandom random = new SplittableRandom(1);
    private final ManualClock clock = new ManualClock(Instant.ofEpochMilli(1_000_000));
    private SimulatedDisk disk = new SimulatedDisk(random.split());

    private SegmentLog open() throws IOException {
        return SegmentLog.openWithoutHousekeeper(CONFIG, disk, clock, random);
    }

    @Test
    void goesOnAfterAFailedWrite() throws IOException {
        var log = open();
        log.open(SHARD, DAY);
        Records.append(log, SHARD, "one");

        disk.failNextWrites(1);
        assertThatThrownBy(() -> Records.append(log, SHARD, "lost"))
                .isInstanceOf(LogUnavailableException.class)
                .hasMessageContaining("Input/output error");
        assertThat(log.writable()).isFalse();
        assertThat(Records.data(log, SHARD)).containsExactly("one");

        assertThat(Records.append(log, SHARD, "two").firstOffset()).isEqualTo(1);
        assertThat(log.writable()).isTrue();
        assertThat(Records.data(log, SHARD)).containsExactly("one", "two");
        log.close();
    }

    @Test
    void neverBelievesWhatAFailedSyncMayHaveWritten() {
        Seeds.forEach(100, seeded -> {
            disk = new SimulatedDisk(seeded.split());
            var log = open();
            log.open(SHARD, DAY);
            Records.append(log, SHARD, "one");

            disk.failNextSyncs(1 + seeded.nextInt(3));
            var kept = new ArrayList<>(List.of("one"));
            for (int count = 0; count < 6; count++) {
                var data = "after " + count;
                try {
                    assertThat(Records.append(log, SHARD, data).firstOffset()).isEqualTo(kept.size());
                    kept.add(data);
                } catch (LogUnavailableException _) {
                    // Not acknowledged, so it may not be there, now or later.
                }
            }
            assertThat(Records.data(log, SHARD)).isEqualTo(kept);

            disk = disk.afterPowerLoss(seeded.split());
            var again = open();
            assertThat(Records.data(again, SHARD)).isEqualTo(kept);
            again.close();
            log.close();
        });
    }

    @Test
    @Timeout(60)
    void neverBelievesASyncThatFollowsAFailedOneOverARestart() {
        Seeds.forEach(50, seeded -> {
            disk = new SimulatedDisk(seeded.split());
            var log = open();
            log.open(SHARD, DAY);
            Records.append(log, SHARD, "one");
            disk.holdSyncs();
            var cutShort = log.append(List.of(new ShardAppend(SHARD, Records.batch("two"))));
            disk.awaitHeldSync(cutShort);
            var killed = disk.afterProcessEnd(seeded.split());
            disk.dropHeldSync();
            log.close();

            disk = killed;
            disk.failNextSyncs(1);
            assertThatThrownBy(this::open).hasMessage("Input/output error");
            List<String> seen;
            try (var again = open()) {
                seen = Records.data(again, SHARD);
                assertThat(seen).isEqualTo(List.of("one", "two"));
            }
            disk = disk.afterPowerLoss(seeded.split());
            try (var again = open()) {
                assertThat(Records.data(again, SHARD)).isEqualTo(seen);
            }
        });
    }

    @Test
    void refusesAppendsWhileTheDiskIsFullAndGoesOnByItself() throws IOException {
        var log = open();
        log.open(SHARD, DAY);
        Records.append(log, SHARD, "one");

        disk.limitTo(disk.usedBytes());
        // There is a little in reserve, but not for this.
        var tooMuch = "x".repeat(100_000);
        for (int count = 0; count < 3; count++) {
            assertThatThrownBy(() -> Records.append(log, SHARD, tooMuch))
                    .isInstanceOf(LogUnavailableException.class)
                    .hasMessageContaining("No space left");
            assertThat(log.writable()).isFalse();
            assertThat(Records.data(log, SHARD)).containsExactly("one");
        }

        disk.limitTo(Long.MAX_VALUE);
        assertThat(Records.append(log, SHARD, "two").firstOffset()).isEqualTo(1);
        assertThat(log.writable()).isTrue();
        disk = disk.afterPowerLoss(random.split());
        var again = open();
        assertThat(Records.data(again, SHARD)).containsExactly("one", "two");
        again.close();
        log.close();
    }

    @Test
    void givesSpaceBackThroughTrimmingWhenTheDiskIsFull() throws IOException {
        var log = open();
        log.open(SHARD, DAY);
        var large = "x".repeat(60_000);
        for (int count = 0; count < 5; count++) {
            Records.append(log, SHARD, large);
        }
        disk.limitTo(disk.usedBytes());
        long next = fill(log, large);
        try {
            log.trim(SHARD, next - 1);
        } catch (LogUnavailableException _) {
            // Not durable then, but no longer shown, so that its space can be had.
        }
        log.keepHouse();

        assertThat(Records.append(log, SHARD, large).firstOffset()).isEqualTo(next);
        log.trim(SHARD, next - 1);
        assertThat(log.bounds(SHARD)).isEqualTo(new ShardBounds(next - 1, next + 1, 1_000_000, false));
        log.close();
    }

    @Test
    void keepsADeletedShardDeletedWhereverHousekeepingIsCutShort() throws IOException {
        long operations = deleteThenKeepHouse(Long.MAX_VALUE);
        for (long cut = 0; cut < operations; cut++) {
            deleteThenKeepHouse(cut);
            disk = disk.afterPowerLoss(random.split());
            try (var log = open()) {
                assertThatThrownBy(() -> log.bounds(SHARD))
                        .as("cut at %s", cut)
                        .isInstanceOf(UnknownShardException.class);
            }
        }
    }

    @Test
    void keepsNeitherFilesNorDescriptorsOfAppendsThatFailOnAFullDisk() throws IOException {
        var log = open();
        log.open(SHARD, DAY);
        Records.append(log, SHARD, "one");
        // Not even the manifest can be written, whatever makes way for it.
        disk.limitTo(0);
        for (int count = 0; count < 5; count++) {
            assertThatThrownBy(() -> Records.append(log, SHARD, "lost")).isInstanceOf(LogUnavailableException.class);
        }
        int openFiles = disk.openFiles();
        int files = disk.list(DIRECTORY).size();
        for (int count = 0; count < 50; count++) {
            assertThatThrownBy(() -> Records.append(log, SHARD, "lost")).isInstanceOf(LogUnavailableException.class);
        }
        assertThat(disk.openFiles()).isEqualTo(openFiles);
        assertThat(disk.list(DIRECTORY)).hasSize(files);

        disk.limitTo(Long.MAX_VALUE);
        assertThat(Records.append(log, SHARD, "two").firstOffset()).isEqualTo(1);
        log.close();
        assertThat(disk.openFiles()).isZero();
    }

    private SegmentLog open(RetryPause retryPause) throws IOException {
        return SegmentLog.open(CONFIG, disk, clock, random, retryPause);
    }

    @Test
    @Timeout(60)
    void refusesAppendsAtOnceWhileItLeavesAFailedDiskAlone() throws IOException {
        var log = open(new RetryPause(Duration.ofDays(1), Duration.ofDays(1)));
        log.open(SHARD, DAY);
        Records.append(log, SHARD, "one");

        disk.failNextWrites(1);
        assertThatThrownBy(() -> Records.append(log, SHARD, "lost")).isInstanceOf(LogUnavailableException.class);
        for (int count = 0; count < 100; count++) {
            assertThatThrownBy(() -> Records.append(log, SHARD, "refused"))
                    .isInstanceOf(LogUnavailableException.class)
                    .hasMessage("records cannot be stored at present: Input/output error");
        }
        assertThat(log.writable()).isFalse();
        assertThat(Records.data(log, SHARD)).containsExactly("one");
        // It does not wait for the pause's end.
        log.close();
    }

    @Test
    @Timeout(60)
    void makesAShardsStepsWaitForTheNextAttempt() throws IOException {
        var log = open(new RetryPause(Duration.ofMillis(1), Duration.ofMillis(4)));
        log.open(SHARD, DAY);
        Records.append(log, SHARD, "one", "two");

        disk.failNextWrites(1);
        assertThatThrownBy(() -> Records.append(log, SHARD, "lost")).isInstanceOf(LogUnavailableException.class);
        log.trim(SHARD, 1);
        assertThat(log.writable()).isTrue();
        assertThat(Records.append(log, SHARD, "three").firstOffset()).isEqualTo(2);
        assertThat(Records.data(log, SHARD)).containsExactly("two", "three");
        log.close();
    }

    @Test
    @Timeout(60)
    void findsOutByItselfThatTheDiskIsWellAgain() throws IOException, InterruptedException {
        var log = open(new RetryPause(Duration.ofMillis(1), Duration.ofMillis(4)));
        log.open(SHARD, DAY);
        Records.append(log, SHARD, "one");

        disk.limitTo(0);
        assertThatThrownBy(() -> Records.append(log, SHARD, "lost")).isInstanceOf(LogUnavailableException.class);
        disk.awaitOperations(disk.operations() + 50);
        assertThat(log.writable()).isFalse();
        disk.limitTo(Long.MAX_VALUE);
        // Whatever was being tried has failed or succeeded by then, and so has the next attempt.
        disk.awaitOperations(disk.operations() + 5);
        log.open(OTHER, DAY);
        assertThat(Records.append(log, SHARD, "two").firstOffset()).isEqualTo(1);
        log.close();
    }

    @Test
    @Timeout(60)
    void takesNoMoreAfterAFailureNobodyKnowsButReadsOn() throws IOException {
        var log = open();
        log.open(SHARD, DAY);
        Records.append(log, SHARD, "one");

        disk.breakWrites();
        var first = log.append(List.of(new ShardAppend(SHARD, Records.batch("lost"))));
        var second = log.append(List.of(new ShardAppend(SHARD, Records.batch("lost as well"))));
        for (var stage : List.of(first, second)) {
            assertThatThrownBy(() -> stage.toCompletableFuture().join())
                    .hasCauseInstanceOf(LogUnavailableException.class);
        }
        assertThatThrownBy(() -> Records.append(log, SHARD, "refused")).isInstanceOf(LogUnavailableException.class);
        assertThatThrownBy(() -> log.seal(SHARD)).isInstanceOf(LogUnavailableException.class);
        assertThat(log.writable()).isFalse();
        assertThat(Records.data(log, SHARD)).containsExactly("one");
        log.close();

        disk = disk.afterPowerLoss(random.split());
        try (var again = open()) {
            assertThat(Records.data(again, SHARD)).containsExactly("one");
        }
    }

    /** The shard's records lie in the first segment, its end in the second, of which nothing else is alive. */
    private long deleteThenKeepHouse(long operationsUntilPowerLoss) throws IOException {
        disk = new SimulatedDisk(random.split());
        try (var log = open()) {
            var large = "x".repeat(60_000);
            log.open(SHARD, DAY);
            log.open(OTHER, DAY);
            Records.append(log, SHARD, "one");
            Records.append(log, OTHER, "kept by a shard that stays");
            log.open(THIRD, DAY);
            Records.append(log, THIRD, large);
            log.delete(SHARD);
            Records.append(log, THIRD, large);
            Records.append(log, THIRD, large);
            log.trim(THIRD, 2);
            long before = disk.operations();
            disk.losePowerAt(Math.min(operationsUntilPowerLoss, Long.MAX_VALUE - before) + before);
            log.keepHouse();
            return disk.operations() - before;
        }
    }

    /** Appends until nothing more fits; returns the next offset. */
    private static long fill(SegmentLog log, String data) {
        while (true) {
            try {
                Records.append(log, SHARD, data);
            } catch (LogUnavailableException _) {
                return log.bounds(SHARD).nextOffset();
            }
        }
    }

    @Test
    void refusesADamagedMiddleAndSaysWhere() throws IOException {
        var log = open();
        log.open(SHARD, DAY);
        Records.append(log, SHARD, "first");
        Records.append(log, SHARD, "second");
        Records.append(log, SHARD, "third");
        disk = disk.afterPowerLoss(random.split());
        log.close();

        var segment = DIRECTORY.resolve("segment-00000001");
        disk.damage(segment, 2 * Format.BLOCK_BYTES + 110, (byte) 1);

        assertThatThrownBy(this::open)
                .isInstanceOf(CorruptLogException.class)
                .hasMessage(
                        "segment-00000001 is damaged at byte 8192: a batch that was durable does not fit its checksum"
                                + " (the one at byte 12288 was written after it)");
    }

    @Test
    void refusesAnyDamagedByteOfWhatWasClosedInPeace() throws IOException {
        var log = open();
        log.open(SHARD, DAY);
        Records.append(log, SHARD, "first");
        Records.append(log, SHARD, "second");
        log.close();
        var whole = disk;
        var segment = DIRECTORY.resolve("segment-00000001");
        int recordsEnd = 3 * Format.BLOCK_BYTES;

        for (int at = 0; at < recordsEnd; at += 7) {
            disk = whole.afterProcessEnd(random.split());
            disk.damage(segment, at, (byte) 0x10);
            assertReadsRightOrRefuses();
        }
        for (int at = recordsEnd; at < disk.content(segment).length; at++) {
            disk = whole.afterProcessEnd(random.split());
            disk.damage(segment, at, (byte) 0x10);
            assertReadsRightOrRefuses();
        }
    }

    private void assertReadsRightOrRefuses() throws IOException {
        try (var log = open()) {
            assertThat(Records.data(log, SHARD)).containsExactly("first", "second");
        } catch (CorruptLogException e) {
            assertThat(e).hasMessageContaining("segment-00000001 is damaged at byte ");
        }
    }

    @Test
    void truncatesABatchTornAtAnyByte() throws IOException {
        var segment = DIRECTORY.resolve("segment-00000001");
        var log = open();
        log.open(SHARD, DAY);
        log.open(OTHER, DAY);
        Records.append(log, SHARD, "kept");
        int before = disk.content(segment).length;
        Records.append(
                log,
                List.of(
                        new ShardAppend(SHARD, Records.batch("torn")),
                        new ShardAppend(OTHER, Records.batch("torn as well"))));
        var whole = disk.afterProcessEnd(random.split());
        log.close();

        int tornCount = 0;
        for (int at = before; at < before + 300; at++) {
            disk = whole.afterProcessEnd(random.split());
            disk.zero(segment, at);
            try (var again = open()) {
                var other = Records.data(again, OTHER);
                tornCount += other.isEmpty() ? 1 : 0;
                assertThat(Records.data(again, SHARD))
                        .isEqualTo(other.isEmpty() ? List.of("kept") : List.of("kept", "torn"));
                // What is appended next takes the place of what is gone.
                Records.append(again, OTHER, "new");
                assertThat(again.bounds(OTHER).nextOffset()).isEqualTo(other.size() + 1L);
            }
        }
        assertThat(tornCount).isBetween(150, 299);
    }

    @Test
    void refusesALogWithoutOneOfItsFiles() throws IOException {
        var log = open();
        log.open(SHARD, DAY);
        Records.append(log, SHARD, "one");
        log.close();

        disk.remove(DIRECTORY.resolve("segment-00000001"));
        assertThatThrownBy(this::open)
                .isInstanceOf(CorruptLogException.class)
                .hasMessage(DIRECTORY.resolve("segment-00000001") + " is missing; the manifest names it");
    }

    @Test
    void refusesALogWithoutManifest() throws IOException {
        open().close();
        disk.remove(DIRECTORY.resolve("manifest"));
        disk.open(DIRECTORY.resolve("segment-00000001"), Disk.Writes.CACHED).close();
        assertThatThrownBy(this::open)
                .isInstanceOf(CorruptLogException.class)
                .hasMessageContaining("no file named 'manifest'");
    }

    @Test
    void refusesANewerFormat() throws IOException {
        open().close();
        disk.damage(DIRECTORY.resolve("manifest"), 4, (byte) 2);
        assertThatThrownBy(this::open)
                .isInstanceOf(LogFormatException.class)
                .hasMessage(DIRECTORY.resolve("manifest")
                        + " has format version 3; this version of Millrace reads up to 1. Start the newer one.");
    }

    @Test
    void refusesADamagedManifest() throws IOException {
        var log = open();
        log.open(SHARD, DAY);
        log.close();
        var whole = disk;
        int bytes = disk.content(DIRECTORY.resolve("manifest")).length;
        for (int at = 0; at < bytes; at++) {
            disk = whole.afterProcessEnd(random.split());
            disk.damage(DIRECTORY.resolve("manifest"), at, (byte) 0x80);
            if (at != 4 && (at < 5 || at > 7)) {
                assertThatThrownBy(this::open).as("byte %s", at).isInstanceOf(CorruptLogException.class);
            }
        }
    }
}
