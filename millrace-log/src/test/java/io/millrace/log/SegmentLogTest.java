package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.disk.LocalDisk;
import io.millrace.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentLogTest {
    private static final ShardKey SHARD = new ShardKey(7);
    private static final ShardKey OTHER = new ShardKey(8);
    private static final Duration DAY = Duration.ofDays(1);

    @TempDir
    private Path directory;

    private final ManualClock clock = new ManualClock(Instant.ofEpochMilli(1_000_000));

    private SegmentLog open(LogConfig config) throws IOException {
        return SegmentLog.open(config, new LocalDisk(), clock, new SplittableRandom(1));
    }

    private SegmentLog open() throws IOException {
        return open(LogConfigs.small(directory));
    }

    @Test
    void givesOffsetsWithoutGapsAndTimesThatNeverRunBackwards() throws IOException {
        try (var log = open()) {
            log.open(SHARD, DAY);
            assertThat(Records.append(log, SHARD, "a", "b")).isEqualTo(new AppendResult(0, 1_000_000));
            clock.advance(Duration.ofSeconds(-5));
            assertThat(Records.append(log, SHARD, "c")).isEqualTo(new AppendResult(2, 1_000_000));
            clock.advance(Duration.ofSeconds(6));
            assertThat(Records.append(log, SHARD, "d")).isEqualTo(new AppendResult(3, 1_001_000));
            assertThat(log.firstOffsetAtOrAfter(SHARD, 1_000_001)).isEqualTo(3);
            assertThat(log.firstOffsetAtOrAfter(SHARD, 1_001_001)).isEqualTo(4);
        }
    }

    @Test
    void namesTheShardsThatItHolds() throws IOException {
        try (var log = open()) {
            log.open(SHARD, DAY);
            log.open(OTHER, DAY);
            log.delete(SHARD);
            assertThat(log.shards()).containsExactly(OTHER);
        }
        try (var log = open()) {
            assertThat(log.shards()).containsExactly(OTHER);
        }
    }

    @Test
    void givesFlagsBackWithEachRecordOfTheirBatch() throws IOException {
        try (var log = open()) {
            log.open(SHARD, DAY);
            Records.append(log, SHARD, "plain");
            Records.append(log, SHARD, Records.batch(List.of(Records.of("a"), Records.of("b")), (short) 0x8001));
            assertThat(flags(log)).containsExactly((short) 0, (short) 0x8001, (short) 0x8001);
        }
        try (var log = open()) {
            assertThat(flags(log)).containsExactly((short) 0, (short) 0x8001, (short) 0x8001);
        }
    }

    private static List<Short> flags(Log log) {
        return log.read(SHARD, 0, new ReadLimits(10, 1000)).records().stream()
                .map(RecordRun.StoredRecord::flags)
                .toList();
    }

    @Test
    void storesAllOfAnAppendOrNothing() throws IOException {
        try (var log = open()) {
            log.open(SHARD, DAY);
            log.open(OTHER, DAY);
            assertThat(log.seal(OTHER)).isZero();
            var appends =
                    List.of(new ShardAppend(SHARD, Records.batch("a")), new ShardAppend(OTHER, Records.batch("b")));
            assertThatThrownBy(() -> Records.append(log, appends)).isInstanceOf(ShardSealedException.class);
            assertThat(log.bounds(SHARD).nextOffset()).isZero();
        }
    }

    @Test
    void refusesUnknownAndDeletedShards() throws IOException {
        try (var log = open()) {
            assertThatThrownBy(() -> Records.append(log, SHARD, "a")).isInstanceOf(UnknownShardException.class);
            log.open(SHARD, DAY);
            Records.append(log, SHARD, "a");
            log.delete(SHARD);
            log.delete(SHARD);
            assertThatThrownBy(() -> log.read(SHARD, 0, new ReadLimits(1, 1)))
                    .isInstanceOf(UnknownShardException.class)
                    .hasMessage("the log holds no shard 7");
        }
    }

    @Test
    void returnsARecordLargerThanTheLimitAlone() throws IOException {
        try (var log = open()) {
            log.open(SHARD, DAY);
            Records.append(log, SHARD, "x".repeat(1000), "y");
            var run = log.read(SHARD, 0, new ReadLimits(10, 100));
            assertThat(run.records()).hasSize(1);
            assertThat(run.atTail()).isFalse();
            assertThat(log.read(SHARD, run.nextOffset(), new ReadLimits(10, 100))
                            .atTail())
                    .isTrue();
        }
    }

    @Test
    void handsOutBuffersThatStayAsTheyWere() throws IOException {
        try (var log = open()) {
            log.open(SHARD, DAY);
            Records.append(log, SHARD, "first");
            var held = log.read(SHARD, 0, new ReadLimits(1, 1)).records().getFirst();
            assertThat(held.data().isReadOnly()).isTrue();
            for (int count = 0; count < 30; count++) {
                Records.append(log, SHARD, "x".repeat(60_000));
            }
            assertThat(Records.text(held.data())).isEqualTo("first");
        }
    }

    @Test
    void storesRecordsOfTenMebibytes() throws IOException {
        var large = "0123456789".repeat(1024 * 1024);
        try (var log = open()) {
            log.open(SHARD, DAY);
            Records.append(log, SHARD, "before");
            Records.append(log, SHARD, large, "after");
            assertThat(Records.data(log, SHARD)).containsExactly("before", large, "after");
        }
        try (var log = open()) {
            assertThat(Records.data(log, SHARD)).containsExactly("before", large, "after");
        }
    }

    @Test
    void refusesMoreThanItsQueueHolds() throws IOException {
        var config = new LogConfig(directory, Durability.FSYNC, 1 << 20, 1 << 20, 1 << 20, 0, 2, 1 << 20);
        try (var log = open(config)) {
            log.open(SHARD, DAY);
            var stages = new ArrayList<CompletableFuture<?>>();
            for (int count = 0; count < 2000; count++) {
                stages.add(log.append(List.of(new ShardAppend(SHARD, Records.batch("a"))))
                        .toCompletableFuture());
            }
            long stored = stages.stream()
                    .filter(stage ->
                            stage.handle((_, refusal) -> refusal == null).join())
                    .count();
            assertThat(stored).isBetween(2L, 1999L);
            assertThat(log.bounds(SHARD).nextOffset()).isEqualTo(stored);
        }
    }

    @Test
    void refusesAppendsOnceClosed() throws IOException {
        var log = open();
        log.open(SHARD, DAY);
        log.close();
        assertThatThrownBy(() -> Records.append(log, SHARD, "late"))
                .isInstanceOf(LogUnavailableException.class)
                .hasMessage("the log is closed");
        assertThat(log.writable()).isFalse();
    }

    @Test
    void wakesWhoWaitsAtTheTail() throws Exception {
        try (var log = open();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            log.open(SHARD, DAY);
            assertThat(log.tail(SHARD).await(0, Duration.ZERO)).isFalse();
            var appended = threads.submit(() -> log.tail(SHARD).await(0, Duration.ofMinutes(1)));
            Records.append(log, SHARD, "a");
            assertThat(appended.get()).isTrue();
            assertThat(log.tail(SHARD).await(0, Duration.ZERO)).isTrue();
            var sealed = threads.submit(() -> log.tail(SHARD).await(1, Duration.ofMinutes(1)));
            log.seal(SHARD);
            assertThat(sealed.get()).isTrue();
        }
    }

    @Test
    void showsReadersWholePrefixesWhileItIsWritten() throws Exception {
        int records = 20_000;
        try (var log = open();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            log.open(SHARD, DAY);
            var readers = new ArrayList<Future<Long>>();
            for (int reader = 0; reader < 4; reader++) {
                int atOnce = 1 + 37 * reader;
                readers.add(threads.submit(() -> follow(log, records, atOnce)));
            }
            var random = new SplittableRandom(5);
            for (int next = 0; next < records; ) {
                int count = Math.min(records - next, 1 + random.nextInt(400));
                Records.append(
                        log,
                        SHARD,
                        IntStream.range(next, next + count)
                                .mapToObj(number -> number + " ".repeat(number % 97))
                                .toArray(String[]::new));
                next += count;
            }
            for (var reader : readers) {
                assertThat(reader.get()).isEqualTo(records);
            }
        }
    }

    /** Reads the numbers in turn until all have come. */
    private static long follow(Log log, int records, int atOnce) throws InterruptedException {
        long next = 0;
        while (next < records) {
            log.tail(SHARD).await(next, Duration.ofMinutes(1));
            var run = log.read(SHARD, next, new ReadLimits(atOnce, Long.MAX_VALUE));
            for (var record : run.records()) {
                assertThat(record.offset()).isEqualTo(next);
                assertThat(Records.text(record.data()).strip()).isEqualTo(Long.toString(next));
                next++;
            }
            assertThat(run.nextOffset()).isEqualTo(next);
        }
        return next;
    }

    @Test
    void readsOnThoughTheReaderIsInterrupted() throws IOException {
        try (var log = open()) {
            log.open(SHARD, DAY);
            Records.append(log, SHARD, "a");
        }
        try (var log = open()) {
            Thread.currentThread().interrupt();
            assertThat(Records.data(log, SHARD)).containsExactly("a");
            assertThat(Thread.interrupted()).isTrue();
            assertThat(Records.data(log, SHARD)).containsExactly("a");
        }
    }

    @Test
    void keepsTenThousandShardsAcrossARestart() throws Exception {
        int shards = 10_000;
        var config = LogConfig.defaults(directory);
        try (var log = open(config);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var opened : IntStream.range(0, shards)
                    .mapToObj(id -> threads.submit(() -> log.open(new ShardKey(id), DAY)))
                    .toList()) {
                opened.get();
            }
            var appends = IntStream.range(0, shards)
                    .mapToObj(id -> new ShardAppend(new ShardKey(id), Records.batch("r" + id)))
                    .toList();
            Records.append(log, appends);
        }
        try (var log = open(config)) {
            for (int id = 0; id < shards; id += 97) {
                assertThat(Records.data(log, new ShardKey(id))).containsExactly("r" + id);
            }
        }
    }
}
