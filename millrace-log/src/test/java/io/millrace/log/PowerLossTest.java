package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.disk.SimulatedDisk;
import io.millrace.testkit.ManualClock;
import io.millrace.testkit.Seeds;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * The power goes between any two operations on the disk; afterwards all that was acknowledged is there (or, where the
 * operating system was trusted, all up to some step), and what was being done is done or not, but nothing between.
 */
class PowerLossTest {
    private static final LogConfig SYNCED = LogConfigs.small(Path.of("log"));
    private static final LogConfig UNSYNCED = LogConfigs.smallUnsynced(Path.of("log"));
    private static final int STEPS = 60;

    @Test
    void losesNothingAcknowledgedAtAnyCutPoint() {
        Seeds.forEach(1, random -> {
            long seed = random.nextLong();
            long operations = new Life(SYNCED, seed).live(Long.MAX_VALUE).operations();
            for (long cut = 0; cut < operations; cut++) {
                losePowerAndCompare(SYNCED, seed, cut, new SplittableRandom(seed + cut));
            }
        });
    }

    @Test
    void losesNothingAcknowledgedAtSomeCutPointOfManyRuns() {
        Seeds.forEach(12, random -> {
            long seed = random.nextLong();
            long operations = new Life(SYNCED, seed).live(Long.MAX_VALUE).operations();
            for (int cut = 0; cut < 4; cut++) {
                losePowerAndCompare(SYNCED, seed, random.nextLong(operations), random.split());
            }
        });
    }

    @Test
    void keepsAllUpToSomeStepWhereTheOperatingSystemIsTrusted() {
        Seeds.forEach(30, random -> {
            long seed = random.nextLong();
            long operations = new Life(UNSYNCED, seed).live(Long.MAX_VALUE).operations();
            for (int cut = 0; cut < 4; cut++) {
                losePowerAndCompare(UNSYNCED, seed, random.nextLong(operations), random.split());
            }
        });
    }

    private static void losePowerAndCompare(LogConfig config, long seed, long cut, SplittableRandom chance)
            throws IOException {
        try {
            var life = new Life(config, seed);
            var disk = life.live(cut).afterPowerLoss(chance.split());
            // Recovery may be cut short as well, again and again.
            for (int again = chance.nextInt(3); again > 0; again--) {
                disk.losePowerAt(chance.nextInt(12));
                life.open(disk).ifPresent(SegmentLog::close);
                disk = disk.afterPowerLoss(chance.split());
            }
            life.assertWhole(disk, chance);
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("power lost at operation " + cut + " of run " + seed, e);
        }
    }

    /** One run of a log, the same each time for the same seed. */
    private static final class Life {
        private final LogConfig config;
        private final SplittableRandom random;
        private final ManualClock clock = new ManualClock(Instant.ofEpochMilli(1_000_000));
        /** What may be found: after the newest step that must be there, and after each one since. */
        private final Deque<LogModel> possible = new ArrayDeque<>(List.of(new LogModel()));

        Life(LogConfig config, long seed) {
            this.config = config;
            this.random = new SplittableRandom(seed);
        }

        SimulatedDisk live(long cut) {
            var disk = new SimulatedDisk(random.split());
            disk.losePowerAt(cut);
            var opened = open(disk);
            for (int count = 0; count < STEPS && opened.isPresent(); count++) {
                clock.advance(Duration.ofMillis(random.nextInt(20)));
                var step = LogStep.any(random, possible.getLast(), count);
                var after = possible.getLast().copy();
                after.apply(step, clock.millis());
                possible.add(after);
                try {
                    step.doTo(opened.get());
                } catch (LogUnavailableException _) {
                    opened.get().close();
                    return disk;
                }
                if (config.durability() == Durability.FSYNC) {
                    onlyTheNewestIsPossible();
                }
                if (random.nextInt(20) == 0) {
                    opened.get().close();
                    opened = open(disk);
                    if (opened.isPresent()) {
                        onlyTheNewestIsPossible();
                    }
                }
            }
            opened.ifPresent(SegmentLog::close);
            return disk;
        }

        private void onlyTheNewestIsPossible() {
            while (possible.size() > 1) {
                possible.removeFirst();
            }
        }

        /** Nothing if the power was gone before it was open. */
        Optional<SegmentLog> open(SimulatedDisk disk) {
            try {
                return Optional.of(SegmentLog.openWithoutHousekeeper(config, disk, clock, random));
            } catch (IOException e) {
                assertThat(e).hasMessage("the power is gone");
                return Optional.empty();
            }
        }

        void assertWhole(SimulatedDisk disk, SplittableRandom chance) throws IOException {
            var log = SegmentLog.openWithoutHousekeeper(config, disk, clock, chance);
            var model = whichOf(log);
            // It goes on as if nothing had been.
            for (int count = 0; count < 5; count++) {
                var step = LogStep.any(chance, model, 1000 + count);
                step.doTo(log);
                model.apply(step, clock.millis());
            }
            log.close();
            var again = SegmentLog.openWithoutHousekeeper(config, disk, clock, chance);
            model.assertHeldBy(again);
            again.close();
        }

        private LogModel whichOf(SegmentLog log) {
            for (var candidate : possible.reversed()) {
                try {
                    candidate.assertHeldBy(log);
                    return candidate.copy();
                } catch (AssertionError | UnknownShardException _) {
                    // Then it must be another one.
                }
            }
            possible.getFirst().assertHeldBy(log);
            return possible.getFirst();
        }
    }
}
