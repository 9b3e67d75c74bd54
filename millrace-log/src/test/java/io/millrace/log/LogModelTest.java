package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.disk.Disk;
import io.millrace.log.disk.LocalDisk;
import io.millrace.testkit.ManualClock;
import io.millrace.testkit.Seeds;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is done to the log, it holds what a list per shard would hold. */
class LogModelTest {
    private static final int SHARDS = 5;

    @TempDir
    private Path directory;

    /** One shard as anybody would write it down. */
    private static final class ModelShard {
        final List<Records.Plain> records = new ArrayList<>();
        final List<Long> arrivals = new ArrayList<>();
        long trimOffset;
        boolean sealed;
    }

    @Test
    void holdsWhatAListPerShardWouldHold() {
        Seeds.forEach(6, random -> {
            var home = Files.createTempDirectory(directory, "log");
            new Run(random, LogConfigs.small(home), new LocalDisk()).run(120);
        });
    }

    private static final class Run {
        private final SplittableRandom random;
        private final LogConfig config;
        private final Disk disk;
        private final ManualClock clock = new ManualClock(Instant.ofEpochMilli(1_000_000));
        private final Map<ShardKey, ModelShard> model = new HashMap<>();
        private SegmentLog log;
        private long nextKey;

        Run(SplittableRandom random, LogConfig config, Disk disk) throws Exception {
            this.random = random;
            this.config = config;
            this.disk = disk;
            this.log = SegmentLog.openWithoutHousekeeper(config, disk, clock, random);
        }

        void run(int steps) throws Exception {
            for (int step = 0; step < steps; step++) {
                step();
                check();
            }
            log.close();
        }

        private void step() throws Exception {
            clock.advance(Duration.ofMillis(random.nextInt(20)));
            if (model.size() < SHARDS) {
                var key = new ShardKey(nextKey++);
                log.open(key, retention());
                model.put(key, new ModelShard());
                return;
            }
            switch (random.nextInt(20)) {
                case 0 -> reopen();
                case 1 -> trim();
                case 2 -> seal();
                case 3 -> delete();
                case 4 -> log.open(anyKey(), retention());
                case 5, 6 -> log.keepHouse();
                default -> append();
            }
        }

        private Duration retention() {
            return Duration.ofHours(24L * (1 + random.nextInt(2)));
        }

        private ShardKey anyKey() {
            return model.keySet().stream()
                    .sorted((one, other) -> Long.compare(one.id(), other.id()))
                    .skip(random.nextInt(model.size()))
                    .findFirst()
                    .orElseThrow();
        }

        private void reopen() throws Exception {
            log.close();
            log = SegmentLog.openWithoutHousekeeper(config, disk, clock, random);
        }

        private void trim() {
            var key = anyKey();
            var shard = model.get(key);
            long before = random.nextLong(shard.records.size() + 1L);
            log.trim(key, before);
            shard.trimOffset = Math.max(shard.trimOffset, before);
        }

        private void seal() {
            var key = anyKey();
            var shard = model.get(key);
            assertThat(log.seal(key)).isEqualTo(shard.records.size());
            shard.sealed = true;
        }

        private void delete() {
            var key = anyKey();
            log.delete(key);
            model.remove(key);
            assertThatThrownBy(() -> log.bounds(key)).isInstanceOf(UnknownShardException.class);
        }

        private void append() {
            var appends = new ArrayList<ShardAppend>();
            var plain = new ArrayList<List<Records.Plain>>();
            for (int part = 0; part <= random.nextInt(3); part++) {
                var records = new ArrayList<Records.Plain>();
                int dataMaxBytes = random.nextInt(8) == 0 ? 60_000 : 200;
                for (int record = 0; record <= random.nextInt(10); record++) {
                    records.add(Records.any(random, dataMaxBytes));
                }
                plain.add(records);
                appends.add(new ShardAppend(anyKey(), Records.batch(records)));
            }
            if (appends.stream().anyMatch(append -> model.get(append.shard()).sealed)) {
                assertThatThrownBy(() -> Records.append(log, appends)).isInstanceOf(ShardSealedException.class);
                return;
            }
            var results = Records.append(log, appends);
            for (int part = 0; part < appends.size(); part++) {
                var shard = model.get(appends.get(part).shard());
                assertThat(results.get(part).firstOffset()).isEqualTo(shard.records.size());
                for (var record : plain.get(part)) {
                    shard.records.add(record);
                    shard.arrivals.add(results.get(part).arrivalMillis());
                }
            }
        }

        private void check() {
            model.forEach((key, shard) -> {
                assertThat(log.bounds(key))
                        .isEqualTo(new ShardBounds(
                                shard.trimOffset,
                                shard.records.size(),
                                shard.arrivals.isEmpty() ? 0 : shard.arrivals.getLast(),
                                shard.sealed));
            });
            var key = anyKey();
            var shard = model.get(key);
            int from = random.nextInt(shard.records.size() + 1);
            int first = (int) Math.max(from, shard.trimOffset);
            assertThat(Records.readAll(log, key, from, 1 + random.nextInt(20)))
                    .isEqualTo(shard.records.subList(first, shard.records.size()));
            checkTimes(key, shard);
        }

        private void checkTimes(ShardKey key, ModelShard shard) {
            long time = clock.millis() - random.nextInt(500);
            long expected = shard.trimOffset;
            while (expected < shard.arrivals.size() && shard.arrivals.get((int) expected) < time) {
                expected++;
            }
            assertThat(log.firstOffsetAtOrAfter(key, time)).isEqualTo(expected);
        }
    }
}
