package io.millrace.log;

import io.millrace.log.disk.Disk;
import io.millrace.log.disk.LocalDisk;
import io.millrace.log.disk.SimulatedDisk;
import io.millrace.testkit.ManualClock;
import io.millrace.testkit.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is done to the log, it holds what a list per shard would hold. */
class LogModelTest {
    private static final int STEPS = 100;

    @TempDir
    private Path directory;

    @Test
    void holdsWhatAListPerShardWouldHold() {
        Seeds.forEach(
                150, random -> compare(random, LogConfigs.small(Path.of("log")), new SimulatedDisk(random.split())));
    }

    @Test
    void holdsItOnARealDiskToo() {
        Seeds.forEach(1, random -> {
            var config = LogConfigs.small(Files.createTempDirectory(directory, "log"));
            compare(random, config, new LocalDisk());
        });
    }

    private static void compare(SplittableRandom random, LogConfig config, Disk disk) throws IOException {
        var clock = new ManualClock(Instant.ofEpochMilli(1_000_000));
        var model = new LogModel();
        var log = SegmentLog.openWithoutHousekeeper(config, disk, clock, random);
        for (int count = 0; count < STEPS; count++) {
            clock.advance(Duration.ofMillis(random.nextInt(20)));
            var step = LogStep.any(random, model, count);
            step.doTo(log);
            model.apply(step, clock.millis());
            if (random.nextInt(15) == 0) {
                log.close();
                log = SegmentLog.openWithoutHousekeeper(config, disk, clock, random);
            }
            model.assertSampleHeldBy(log, random);
        }
        model.assertHeldBy(log);
        log.close();
    }
}
