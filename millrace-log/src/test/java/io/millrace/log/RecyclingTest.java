package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.disk.Disk;
import io.millrace.log.disk.DiskFile;
import io.millrace.log.disk.SimulatedDisk;
import io.millrace.testkit.ManualClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What was given up makes room for what comes, also while it comes fast. */
class RecyclingTest {
    private static final Path DIRECTORY = Path.of("log");
    private static final ShardKey SHARD = new ShardKey(1);
    /** Two of them do not fit into one segment. */
    private static final String LARGE = "x".repeat(40_000);

    private static final int BUSY_TIMES_MAX = 20;
    private static final int SEGMENTS_AT_A_TIME = 3;

    private static final int REGROUPED_SEGMENTS_MIN = 5;

    private final SplittableRandom random = new SplittableRandom(5);

    @Test
    void segmentsAreRecycledThoughTheyFillFasterThanNewOnesAreMade() throws IOException {
        var disk = new BusyDisk(new SimulatedDisk(random.split()));
        var clock = new ManualClock(Instant.ofEpochMilli(1_000_000));
        try (var log = SegmentLog.openWithoutHousekeeper(LogConfigs.small(DIRECTORY), disk, clock, random)) {
            log.open(SHARD, Duration.ofDays(1));
            fillSegments(log);
            disk.whileZeroing = () -> {
                fillSegments(log);
                log.trim(SHARD, log.bounds(SHARD).nextOffset());
            };

            log.keepHouse();

            assertThat(disk.busyTimes).isPositive();
            assertThat(disk.segmentsMax).isLessThan(4 * SEGMENTS_AT_A_TIME);
        }
    }

    @Test
    void segmentsAreRecycledWhileOthersAreRegrouped() throws IOException {
        var disk = new BusyDisk(new SimulatedDisk(random.split()));
        var clock = new ManualClock(Instant.ofEpochMilli(1_000_000));
        try (var log = SegmentLog.openWithoutHousekeeper(LogConfigs.small(DIRECTORY), disk, clock, random)) {
            log.open(SHARD, Duration.ofDays(1));
            var scattered = scatter(log);
            disk.whileRegrouping = () -> {
                fillSegments(log);
                log.trim(SHARD, log.bounds(SHARD).nextOffset());
            };

            log.keepHouse();

            assertThat(disk.busyTimes).isGreaterThan(REGROUPED_SEGMENTS_MIN);
            assertThat(disk.segmentsMax).isLessThan(disk.segmentsAtFirst + 4L * SEGMENTS_AT_A_TIME);
            scattered.forEach(
                    (shard, records) -> assertThat(Records.data(log, shard)).isEqualTo(records));
        }
    }

    /** Fills some segments with small records of many shards; returns what each shard has. */
    private static Map<ShardKey, List<String>> scatter(SegmentLog log) {
        var records = new HashMap<ShardKey, List<String>>();
        for (int shard = 2; shard < 8; shard++) {
            log.open(new ShardKey(shard), Duration.ofDays(1));
            records.put(new ShardKey(shard), new ArrayList<>());
        }
        for (int round = 0; round < 60; round++) {
            var record = round + "y".repeat(1_000);
            records.forEach((shard, all) -> {
                Records.append(log, shard, record);
                all.add(record);
            });
        }
        return records;
    }

    private static void fillSegments(SegmentLog log) {
        for (int segment = 0; segment < SEGMENTS_AT_A_TIME; segment++) {
            Records.append(log, SHARD, LARGE);
        }
    }

    /** Something happens whenever a new segment is written full; not forever, or a mistake would never end. */
    private static final class BusyDisk implements Disk {
        private final SimulatedDisk disk;
        private final Thread housekeeper = Thread.currentThread();
        private Runnable whileZeroing = () -> {};
        private Runnable whileRegrouping = () -> {};
        private int busyTimes;
        private long segmentsAtFirst;
        private long segmentsMax;

        BusyDisk(SimulatedDisk disk) {
            this.disk = disk;
        }

        private void atTheBeginningOf(Path file, Runnable deed) {
            if (Thread.currentThread().equals(housekeeper)
                    && file.getFileName().toString().startsWith("segment-")
                    && busyTimes < BUSY_TIMES_MAX) {
                if (busyTimes++ == 0) {
                    segmentsAtFirst = segments();
                }
                deed.run();
                segmentsMax = Math.max(segmentsMax, segments());
            }
        }

        private long segments() {
            return list(DIRECTORY).stream()
                    .filter(name -> name.startsWith("segment-"))
                    .count();
        }

        @Override
        public DiskFile open(Path file, Writes writes) throws IOException {
            var opened = disk.open(file, writes);
            return new DiskFile() {
                @Override
                public int read(ByteBuffer into, long position) throws IOException {
                    // As much is read at once of a file that is regrouped, and of no other.
                    boolean whole = into.remaining() >= Pace.STEP_BYTES;
                    int bytes = opened.read(into, position);
                    if (position == 0 && whole) {
                        atTheBeginningOf(file, whileRegrouping);
                    }
                    return bytes;
                }

                @Override
                public void write(ByteBuffer from, long position) throws IOException {
                    opened.write(from, position);
                    if (position == 0) {
                        atTheBeginningOf(file, whileZeroing);
                    }
                }

                @Override
                public void sync() throws IOException {
                    opened.sync();
                }

                @Override
                public void truncate(long bytes) throws IOException {
                    opened.truncate(bytes);
                }

                @Override
                public long size() throws IOException {
                    return opened.size();
                }

                @Override
                public void close() throws IOException {
                    opened.close();
                }
            };
        }

        @Override
        public List<String> list(Path directory) {
            return disk.list(directory);
        }

        @Override
        public void createDirectories(Path directory) throws IOException {
            disk.createDirectories(directory);
        }

        @Override
        public void rename(Path from, Path to) throws IOException {
            disk.rename(from, to);
        }

        @Override
        public void delete(Path file) throws IOException {
            disk.delete(file);
        }

        @Override
        public long usableBytes(Path directory) throws IOException {
            return disk.usableBytes(directory);
        }

        @Override
        public void syncDirectory(Path directory) throws IOException {
            disk.syncDirectory(directory);
        }
    }
}
