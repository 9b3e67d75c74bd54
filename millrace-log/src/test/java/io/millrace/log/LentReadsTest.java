package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.disk.SimulatedDisk;
import io.millrace.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Readers from afar are lent memory, and find in it what they would have found on the disk. */
class LentReadsTest {
    private static final Path DIRECTORY = Path.of("log");
    private static final ShardKey SHARD = new ShardKey(7);
    private static final ShardKey OTHER = new ShardKey(8);
    private static final Duration DAY = Duration.ofDays(1);
    /** So many records of this size are several times what the ring holds. */
    private static final int RECORDS = 200;

    private static final int RECORD_BYTES = 5_000;
    private static final int RECORDS_PER_BLOCK = 64 * 1024 / (RECORD_BYTES + 100);
    private static final ReadLimits FOUR_RECORDS = new ReadLimits(4, Long.MAX_VALUE);

    private final SplittableRandom random = new SplittableRandom(11);
    private final SimulatedDisk disk = new SimulatedDisk(random.split());
    private final ManualClock clock = new ManualClock(Instant.ofEpochMilli(1_000_000));
    private final LogConfig config = LogConfigs.small(DIRECTORY);
    private SegmentLog log;

    @BeforeEach
    void open() throws IOException {
        log = SegmentLog.openWithoutHousekeeper(config, disk, clock, random);
        log.open(SHARD, DAY);
        log.open(OTHER, DAY);
    }

    @AfterEach
    void close() {
        log.close();
    }

    private static String text(String name, int number) {
        return (name + number + " ").repeat(RECORD_BYTES).substring(0, RECORD_BYTES);
    }

    private void fill(ShardKey shard, String name, int count) {
        for (int number = 0; number < count; number++) {
            Records.append(log, shard, text(name, number));
        }
    }

    private static List<String> texts(String name, int from, int to) {
        return IntStream.range(from, to).mapToObj(number -> text(name, number)).toList();
    }

    private static List<String> texts(RecordRun run) {
        return run.records().stream().map(record -> Records.text(record.data())).toList();
    }

    private List<String> lend(long from, ReadLimits limits) {
        try (var run = log.lend(SHARD, from, limits)) {
            return texts(run);
        }
    }

    /** From now on whoever believes what is in these files finds damage. */
    private void damageFiles() {
        for (var name : disk.list(DIRECTORY)) {
            var file = DIRECTORY.resolve(name);
            if (!name.startsWith("manifest")) {
                for (int at = 4096 + 200; at < disk.content(file).length; at += 1000) {
                    disk.damage(file, at, (byte) 1);
                }
            }
        }
    }

    @Test
    void whoReadsForwardFindsWhatComesNextReadAhead() {
        fill(SHARD, "a", RECORDS);
        assertThat(lend(0, FOUR_RECORDS)).isEqualTo(texts("a", 0, 4));
        damageFiles();
        assertThat(lend(4, FOUR_RECORDS)).isEqualTo(texts("a", 4, 8));
        assertThatThrownBy(() -> lend(40, FOUR_RECORDS)).isInstanceOf(CorruptLogException.class);
    }

    @Test
    void theOrdinaryReaderFindsItTooAndMayKeepIt() {
        fill(SHARD, "a", RECORDS);
        lend(0, FOUR_RECORDS);
        damageFiles();
        var kept = log.read(SHARD, 4, FOUR_RECORDS);
        log.lend(SHARD, RECORDS - 10, FOUR_RECORDS).close();
        assertThat(texts(kept)).isEqualTo(texts("a", 4, 8));
    }

    @Test
    void damageThatWasReadAheadIsToldToWhoReadsIt() {
        fill(SHARD, "a", RECORDS);
        damageFiles();
        assertThatThrownBy(() -> Records.readAll(log, SHARD, 0, 4)).isInstanceOf(CorruptLogException.class);
    }

    @Test
    void whatWasReadAheadOfARecycledSegmentIsNotTakenForWhatIsThereNow() {
        fill(SHARD, "old", RECORDS);
        lend(0, FOUR_RECORDS);
        lend(100, FOUR_RECORDS);
        log.trim(SHARD, RECORDS);
        log.keepHouse();
        fill(SHARD, "new", RECORDS);
        assertThat(Records.data(log, SHARD)).isEqualTo(texts("new", 0, RECORDS));
        assertThat(lend(4, FOUR_RECORDS)).isEqualTo(texts("new", 0, 4));
        assertThat(lend(104, FOUR_RECORDS)).isEqualTo(texts("new", 0, 4));
    }

    @Test
    void trimmedRecordsAreNotReturnedThoughTheyWereReadAhead() {
        fill(SHARD, "a", RECORDS);
        lend(0, FOUR_RECORDS);
        log.trim(SHARD, 6);
        assertThat(lend(4, FOUR_RECORDS)).isEqualTo(texts("a", 6, 10));
    }

    @Test
    void aDeletedShardIsUnknownThoughItWasReadAhead() {
        fill(SHARD, "a", RECORDS);
        lend(0, FOUR_RECORDS);
        log.delete(SHARD);
        assertThatThrownBy(() -> lend(4, FOUR_RECORDS)).isInstanceOf(UnknownShardException.class);
    }

    @Test
    void whatWasRegroupedMeanwhileIsReadFromWhereItIsNow() {
        for (int number = 0; number < RECORDS; number++) {
            Records.append(log, SHARD, text("a", number));
            Records.append(log, OTHER, text("b", number));
        }
        lend(0, FOUR_RECORDS);
        log.keepHouse();
        assertRegrouped();
        assertThat(Records.readAll(log, SHARD, 4, 4).stream().map(Records.Plain::data))
                .isEqualTo(texts("a", 4, RECORDS));
        // Of runs, too, what lies behind one another is read at once, and cut again.
        assertThat(Records.readAll(log, OTHER, 0, 50).stream().map(Records.Plain::data))
                .isEqualTo(texts("b", 0, RECORDS));
    }

    @Test
    void whoReadsARunFindsNoLessAndNoMoreReadAheadThanIsLikelyWanted() {
        for (int number = 0; number < RECORDS; number++) {
            Records.append(log, SHARD, text("a", number));
            if (number % 3 == 0) {
                Records.append(log, OTHER, text("b", number));
            }
        }
        log.keepHouse();
        assertRegrouped();
        // A run's extents hold twelve of these.
        assertThat(lend(0, FOUR_RECORDS)).isEqualTo(texts("a", 0, 4));
        damageFiles();
        assertThat(lend(4, new ReadLimits(16, Long.MAX_VALUE))).isEqualTo(texts("a", 4, 20));
        assertThatThrownBy(() -> lend(24, FOUR_RECORDS)).isInstanceOf(CorruptLogException.class);
    }

    private void assertRegrouped() {
        assertThat(disk.list(DIRECTORY)).anyMatch(name -> name.startsWith("run-"));
    }

    @Test
    void lendsNoMoreThanItMayAndGoesOnWithLess() {
        fill(SHARD, "a", RECORDS);
        var runs = new ArrayList<RecordRun>();
        long next = 0;
        while (next < RECORDS) {
            var run = log.lend(SHARD, next, new ReadLimits(30, Long.MAX_VALUE));
            assertThat(run.records()).isNotEmpty();
            assertThat(run.records().getFirst().offset()).isEqualTo(next);
            next = run.nextOffset();
            runs.add(run);
        }
        var all = runs.stream().flatMap(run -> texts(run).stream()).toList();
        assertThat(all).isEqualTo(texts("a", 0, RECORDS));
        assertThat(runs).hasSizeGreaterThan(RECORDS / 30 + 1);
        runs.forEach(RecordRun::close);
        assertThat(lend(0, new ReadLimits(30, Long.MAX_VALUE))).isEqualTo(texts("a", 0, 30));
    }

    @Test
    void whoTakesAllThereIsGetsPagesThatEndWhereWhatWasReadAheadEnds() {
        fill(SHARD, "a", RECORDS);
        var limits = new ReadLimits(30, Long.MAX_VALUE);
        var all = new ArrayList<String>();
        var pages = new ArrayList<Integer>();
        // On the heap: of the four blocks two are for what is read ahead, and two for who uses it.
        var page = log.read(SHARD, 0, limits);
        while (add(page, all, pages)) {
            page = log.lend(SHARD, page.nextOffset(), limits);
        }
        assertThat(all).isEqualTo(texts("a", 0, RECORDS));
        assertThat(pages).startsWith(30, 2 * RECORDS_PER_BLOCK, 2 * RECORDS_PER_BLOCK, 2 * RECORDS_PER_BLOCK);
        // All four are there for the next.
        assertThat(lend(0, new ReadLimits(4 * RECORDS_PER_BLOCK, Long.MAX_VALUE)))
                .isEqualTo(texts("a", 0, 4 * RECORDS_PER_BLOCK));
    }

    /** Whether there is more. */
    private static boolean add(RecordRun page, List<String> all, List<Integer> pages) {
        try (page) {
            all.addAll(texts(page));
            pages.add(page.records().size());
            return !page.atTail();
        }
    }

    @Test
    void lendsRecordsThatAreLargerThanAnyBlock() {
        Records.append(log, SHARD, "before");
        var large = text("large", 0).repeat(30);
        Records.append(log, SHARD, large, "after");
        fill(OTHER, "b", RECORDS);
        assertThat(Records.data(log, SHARD)).containsExactly("before", large, "after");
    }
}
