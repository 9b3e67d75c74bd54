package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.disk.Disk;
import io.millrace.log.disk.SimulatedDisk;
import io.millrace.testkit.ManualClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReadAheadTest {
    private static final int KIB = 1024;
    private static final ShardKey SHARD = new ShardKey(1);
    private static final int MORE_THAN_THERE_IS = 1024 * KIB;

    private final ManualClock clock = new ManualClock(Instant.ofEpochMilli(1_000_000));
    private final ReadBlocks blocks = new ReadBlocks(1024 * KIB);
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private final ReadAhead ahead = new ReadAhead(512 * KIB, blocks, tasks::add, clock);
    private final Store store = segment();

    private static Store segment() {
        try {
            var file = new SimulatedDisk(new SplittableRandom(1)).open(Path.of("/segment"), Disk.Writes.DIRECT);
            return new Store(1, Store.Kind.SEGMENT, new BatchHeader.Stamp(1, 1, 1), file, Store.Phase.OPEN, 0);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void fill(ReadAhead.Span span) {
        assertThat(span.room(60 * KIB)).isNotNull();
    }

    private void runTasks() {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }

    @Test
    void givesASpanToTheFirstWhoComesToItsPlace() {
        ahead.begin(SHARD, 5, 100 * KIB, null, ReadAheadTest::fill);
        runTasks();
        assertThat(ahead.take(SHARD, 4)).isNull();
        assertThat(ahead.take(new ShardKey(2), 5)).isNull();
        var span = ahead.take(SHARD, 5);
        assertThat(span).isNotNull();
        assertThat(ahead.take(SHARD, 5)).isNull();
        assertThat(blocks.lentCount()).isEqualTo(1);
        span.loan().close();
        assertThat(blocks.lentCount()).isZero();
    }

    @Test
    void theSpanThatWaitedLongestMakesRoom() {
        for (int place = 0; place < 10; place++) {
            ahead.begin(SHARD, place, 128 * KIB, null, ReadAheadTest::fill);
            runTasks();
            clock.advance(ReadAhead.SPAN_KEPT_MIN);
        }
        assertThat(blocks.lentCount()).isEqualTo(2);
        assertThat(ahead.take(SHARD, 7)).isNull();
        assertThat(ahead.take(SHARD, 8)).isNotNull();
    }

    @Test
    void readersWhoHadNoTimeToComeKeepTheirSpans() {
        for (int place = 0; place < 10; place++) {
            ahead.begin(SHARD, place, 128 * KIB, null, ReadAheadTest::fill);
            runTasks();
        }
        assertThat(ahead.take(SHARD, 2)).isNull();
        assertThat(ahead.take(SHARD, 0)).isNotNull();
        ahead.begin(SHARD, 10, 128 * KIB, null, ReadAheadTest::fill);
        runTasks();
        assertThat(ahead.take(SHARD, 10)).isNotNull();
        assertThat(ahead.take(SHARD, 1)).isNotNull();
    }

    @Test
    void spansHoweverSmallLeaveReadersTheirShare() {
        for (int place = 0; place < 10; place++) {
            ahead.begin(SHARD, place, 8 * KIB, null, ReadAheadTest::fill);
            runTasks();
        }
        // Of four blocks spans may have half.
        assertThat(blocks.lentCount()).isEqualTo(2);
    }

    @Test
    void aSpanHoldsNoMoreBlocksThanItWasPromised() {
        var roomy = new ReadAhead(2048 * KIB, blocks, Runnable::run, clock);
        roomy.begin(SHARD, 5, 500 * KIB, null, span -> {
            assertThat(span.room(200 * KIB)).isNotNull();
            assertThat(span.room(200 * KIB)).isNotNull();
            assertThat(span.room(100 * KIB)).isNull();
        });
        assertThat(blocks.lentCount()).isEqualTo(2);
    }

    @Test
    void aSpanThatMadeRoomWhileItWasReadGivesItsMemoryBack() {
        for (int place = 0; place < 10; place++) {
            ahead.begin(SHARD, place, 128 * KIB, null, ReadAheadTest::fill);
            clock.advance(ReadAhead.SPAN_KEPT_MIN);
        }
        runTasks();
        assertThat(blocks.lentCount()).isEqualTo(2);
    }

    @Test
    void letsGoOfWhatNobodyComesFor() {
        ahead.begin(SHARD, 5, 100 * KIB, null, ReadAheadTest::fill);
        runTasks();
        clock.advance(ReadAhead.SPAN_LIFETIME);
        ahead.tidy();
        assertThat(blocks.lentCount()).isEqualTo(1);
        clock.advance(Duration.ofMillis(1));
        ahead.tidy();
        assertThat(blocks.lentCount()).isZero();
        assertThat(ahead.take(SHARD, 5)).isNull();
    }

    @Test
    void readsAheadAfterTheClockWasSetBack() {
        for (int place = 0; place < 2; place++) {
            ahead.begin(SHARD, place, 128 * KIB, null, ReadAheadTest::fill);
        }
        runTasks();
        clock.advance(Duration.ofMinutes(-10));
        ahead.begin(SHARD, 2, 128 * KIB, null, ReadAheadTest::fill);
        runTasks();
        assertThat(ahead.take(SHARD, 0)).isNull();
        assertThat(ahead.take(SHARD, 2)).isNotNull();
        ahead.tidy();
        assertThat(ahead.take(SHARD, 1)).isNull();
    }

    @Test
    void noSpanGoesForOneThatFindsNoRoomAllTheSame() {
        var roomy = new ReadAhead(2048 * KIB, blocks, Runnable::run, clock);
        roomy.begin(SHARD, 0, 128 * KIB, null, _ -> {});
        clock.advance(ReadAhead.SPAN_KEPT_MIN);
        for (int place = 1; place < 8; place++) {
            roomy.begin(SHARD, place, 128 * KIB, null, _ -> {});
        }
        // It takes two blocks, and only the first span may go.
        roomy.begin(SHARD, 8, 500 * KIB, null, _ -> {});
        assertThat(roomy.take(SHARD, 8)).isNull();
        assertThat(roomy.take(SHARD, 0)).isNotNull();
    }

    private ReadAhead.Filling heldFill(CountDownLatch begun, CountDownLatch mayEnd) {
        return span -> {
            begun.countDown();
            awaitUninterrupted(mayEnd);
            fill(span);
        };
    }

    @Test
    void aReaderWaitsForWhatIsJustBeingRead() throws Exception {
        var begun = new CountDownLatch(1);
        var mayEnd = new CountDownLatch(1);
        try (var threads = Executors.newCachedThreadPool()) {
            var parallel = new ReadAhead(512 * KIB, blocks, threads, clock);
            parallel.begin(SHARD, 5, 100 * KIB, null, heldFill(begun, mayEnd));
            begun.await();
            var reader = threads.submit(() -> parallel.take(SHARD, 5));
            mayEnd.countDown();
            var span = reader.get();
            assertThat(span).isNotNull();
            assertThat(blocks.lentCount()).isEqualTo(1);
            span.loan().close();
        }
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatCouldNotBeReadIsLeftToTheReader() {
        ahead.begin(SHARD, 5, 100 * KIB, null, span -> {
            fill(span);
            throw new IOException("the disk is broken");
        });
        runTasks();
        var span = ahead.take(SHARD, 5);
        assertThat(span).isNotNull();
        span.loan().close();
        assertThat(blocks.lentCount()).isZero();
    }

    /** Fills spans of ten offsets each, as if there were more behind. */
    private void fillTen(ReadAhead.Span span) {
        assertThat(span.room(60 * KIB)).isNotNull();
        span.put(store, (int) span.fromOffset(), ByteBuffer.allocate(8));
        span.endsAt(span.fromOffset() + 10);
    }

    private ReadAhead.Span taken(long fromOffset) {
        return Objects.requireNonNull(ahead.take(SHARD, fromOffset));
    }

    @Test
    void whoTakesAllThereIsHasTheNextReadWhileTheFirstLiesReady() {
        ahead.begin(SHARD, 0, MORE_THAN_THERE_IS, null, this::fillTen);
        runTasks();
        assertThat(blocks.lentCount()).isEqualTo(2);
        var span = taken(0);
        assertThat(span.groups(store, 0)).isNotNull();
        assertThat(span.groups(store, 10)).isNotNull();
        assertThat(span.endOffset()).isEqualTo(20);
        // Before the reader has said that it wants more.
        runTasks();
        assertThat(taken(20).groups(store, 20)).isNotNull();
    }

    @Test
    void whoComesWhileTheSecondIsBeingReadGetsTheFirst() {
        ahead.begin(SHARD, 0, MORE_THAN_THERE_IS, null, span -> {
            if (span.fromOffset() == 10) {
                var first = taken(0);
                assertThat(first.endOffset()).isEqualTo(10);
                assertThat(first.groups(store, 10)).isNull();
            }
            fillTen(span);
        });
        runTasks();
        assertThat(taken(10).groups(store, 10)).isNotNull();
    }

    @Test
    void twoReadersWhoMeetAreReadForOnce() {
        // Four spans may lie ready.
        var roomy = new ReadAhead(1024 * KIB, blocks, tasks::add, clock);
        roomy.begin(SHARD, 20, 100 * KIB, null, this::fillTen);
        roomy.begin(SHARD, 10, MORE_THAN_THERE_IS, null, span -> {
            if (span.fromOffset() == 20) {
                Objects.requireNonNull(roomy.take(SHARD, 10)).loan().close();
            }
            fillTen(span);
        });
        runTasks();
        assertThat(blocks.lentCount()).isEqualTo(1);
        Objects.requireNonNull(roomy.take(SHARD, 20)).loan().close();
        assertThat(roomy.take(SHARD, 20)).isNull();
        assertThat(blocks.lentCount()).isZero();
    }

    @Test
    void whoReadsOnElsewhereLeavesNothingBehind() {
        ahead.begin(SHARD, 0, MORE_THAN_THERE_IS, null, this::fillTen);
        runTasks();
        var span = taken(0);
        runTasks();
        ahead.begin(SHARD, 15, 100 * KIB, span, this::fillTen);
        runTasks();
        assertThat(ahead.take(SHARD, 20)).isNull();
        span.loan().close();
        assertThat(blocks.lentCount()).isEqualTo(1);
        ahead.end(taken(15));
        assertThat(ahead.take(SHARD, 25)).isNull();
    }

    @Test
    void whoHasReadToTheEndLeavesNothingBehind() {
        ahead.begin(SHARD, 0, MORE_THAN_THERE_IS, null, this::fillTen);
        runTasks();
        var span = taken(0);
        ahead.end(span);
        runTasks();
        span.loan().close();
        assertThat(blocks.lentCount()).isZero();
    }

    @Test
    void whoTakesLittleIsReadOneSpanFor() {
        ahead.begin(SHARD, 0, 100 * KIB, null, this::fillTen);
        runTasks();
        assertThat(blocks.lentCount()).isEqualTo(1);
        assertThat(taken(0).endOffset()).isEqualTo(Long.MAX_VALUE);
        runTasks();
        assertThat(ahead.take(SHARD, 10)).isNull();
    }

    @Test
    void isBusyForAsLongAsSomebodyMayBeComing() {
        assertThat(ahead.isBusy()).isFalse();
        ahead.begin(SHARD, 0, 100 * KIB, null, this::fillTen);
        assertThat(ahead.isBusy()).isTrue();
        clock.advance(ReadAhead.SPAN_KEPT_MIN);
        assertThat(ahead.isBusy()).isFalse();
    }

    @Test
    void isBusyWhileAReaderUsesWhatItTook() {
        ahead.begin(SHARD, 0, 100 * KIB, null, this::fillTen);
        runTasks();
        clock.advance(ReadAhead.SPAN_KEPT_MIN);
        taken(0).loan().close();
        assertThat(ahead.isBusy()).isTrue();
    }

    @Test
    void isBusyHoweverLongAReaderWaitsForTheDisk() throws Exception {
        var begun = new CountDownLatch(1);
        var mayEnd = new CountDownLatch(1);
        try (var threads = Executors.newCachedThreadPool()) {
            var parallel = new ReadAhead(512 * KIB, blocks, threads, clock);
            parallel.begin(SHARD, 5, 100 * KIB, null, heldFill(begun, mayEnd));
            begun.await();
            clock.advance(ReadAhead.SPAN_KEPT_MIN);
            assertThat(parallel.isBusy()).isFalse();
            var reader = startWaiting(() -> parallel.take(SHARD, 5));
            clock.advance(ReadAhead.SPAN_KEPT_MIN);
            assertThat(parallel.isBusy()).isTrue();
            mayEnd.countDown();
            assertThat(reader.get()).isNotNull();
        }
        assertThat(blocks.lentCount()).isEqualTo(1);
    }

    @Test
    void whoWaitsForWhatIsGivenUpMeanwhileGetsNothingAndLeavesNothingLent() throws Exception {
        ahead.begin(SHARD, 0, MORE_THAN_THERE_IS, null, this::fillTen);
        runTasks();
        var used = taken(0);
        // What follows is begun by now, and not read yet.
        assertThat(tasks).hasSize(1);
        var waiting = startWaiting(() -> ahead.take(SHARD, used.endOffset()));
        ahead.end(used);
        assertThat(waiting.get()).isNull();
        runTasks();
        used.loan().close();
        assertThat(blocks.lentCount()).isZero();
    }

    /** Returns when it is waiting. */
    private static FutureTask<ReadAhead.@Nullable Span> startWaiting(Callable<ReadAhead.@Nullable Span> taking) {
        var task = new FutureTask<>(taking);
        var thread = Thread.ofPlatform().daemon().start(task);
        while (thread.isAlive() && thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        return task;
    }

    @Test
    void whatFailsAltogetherIsFollowedByNothingAnybodyWouldWaitFor() {
        ahead.begin(SHARD, 0, MORE_THAN_THERE_IS, null, span -> {
            fillTen(span);
            throw new OutOfMemoryError("no memory at all");
        });
        assertThatThrownBy(this::runTasks).isInstanceOf(OutOfMemoryError.class);
        assertThat(ahead.take(SHARD, 10)).isNull();
        var span = taken(0);
        ahead.end(span);
        span.loan().close();
        assertThatThrownBy(this::runTasks).isInstanceOf(OutOfMemoryError.class);
        assertThat(blocks.lentCount()).isZero();
    }

    @Test
    void readsNothingAheadWhileAllThreadsAreBusy() {
        var busy = new ReadAhead(
                512 * KIB,
                blocks,
                _ -> {
                    throw new RejectedExecutionException();
                },
                clock);
        busy.begin(SHARD, 5, 100 * KIB, null, ReadAheadTest::fill);
        assertThat(busy.take(SHARD, 5)).isNull();
    }

    @Test
    void nobodyWaitsForWhatNoThreadCouldBeHadFor() {
        var poor = new ReadAhead(
                512 * KIB,
                blocks,
                _ -> {
                    throw new OutOfMemoryError("unable to create native thread");
                },
                clock);
        assertThatThrownBy(() -> poor.begin(SHARD, 5, 100 * KIB, null, ReadAheadTest::fill))
                .isInstanceOf(OutOfMemoryError.class);
        assertThat(poor.take(SHARD, 5)).isNull();
    }
}
