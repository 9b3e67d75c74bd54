package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.disk.SimulatedDisk;
import io.millrace.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AnswersTest {
    private static final ShardKey SHARD = new ShardKey(7);

    private final SplittableRandom random = new SplittableRandom(1);
    private final SimulatedDisk disk = new SimulatedDisk(random.split());
    private SegmentLog log;

    /** Keeps what it is given until the test runs it. */
    private static final class Loop implements Executor {
        private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }
    }

    @BeforeEach
    void open() throws IOException {
        var config = LogConfigs.small(Path.of("log"));
        log = SegmentLog.open(config, disk, new ManualClock(Instant.ofEpochMilli(1_000_000)), random.split());
        log.open(SHARD, Duration.ofDays(1));
    }

    @AfterEach
    void close() {
        log.close();
    }

    private CompletableFuture<List<AppendResult>> append(String data, Executor executor) {
        return log.append(List.of(new ShardAppend(SHARD, Records.batch(data))), executor)
                .toCompletableFuture();
    }

    /** Three appends that become durable together, behind one that holds them up. */
    private List<CompletableFuture<List<AppendResult>>> appendTogether(Loop one, Loop other)
            throws InterruptedException {
        disk.holdSyncs();
        disk.awaitHeldSync(append("before", Runnable::run));
        return List.of(append("a", one), append("b", other), append("c", one));
    }

    @Test
    void completesAllThatBecameDurableTogetherInOneTaskOfEachExecutor() throws InterruptedException {
        var one = new Loop();
        var other = new Loop();
        var appends = appendTogether(one, other);
        disk.releaseSyncs();

        var task = one.tasks.take();
        var otherTask = other.tasks.take();
        assertThat(appends).noneMatch(CompletableFuture::isDone);
        task.run();
        assertThat(appends.get(0).join()).containsExactly(new AppendResult(1, 1_000_000));
        assertThat(appends.get(2).join()).containsExactly(new AppendResult(3, 1_000_000));
        assertThat(appends.get(1)).isNotDone();
        otherTask.run();
        assertThat(appends.get(1).join()).containsExactly(new AppendResult(2, 1_000_000));
        assertThat(one.tasks).isEmpty();
        assertThat(other.tasks).isEmpty();
    }

    @Test
    void saysInTheSameWayThatNothingWasStored() throws InterruptedException {
        var one = new Loop();
        var other = new Loop();
        var appends = appendTogether(one, other);
        disk.failNextWrites(1);
        disk.releaseSyncs();

        one.tasks.take().run();
        other.tasks.take().run();
        assertThat(appends)
                .allSatisfy(append -> assertThat(append)
                        .failsWithin(Duration.ZERO)
                        .withThrowableThat()
                        .withCauseInstanceOf(LogUnavailableException.class));
        assertThat(Records.data(log, SHARD)).containsExactly("before");
    }

    @Test
    void anExecutorThatFailsCostsTheOthersNothing() throws InterruptedException {
        Executor broken = _ -> {
            throw new IllegalStateException("broken");
        };
        var loop = new Loop();
        disk.holdSyncs();
        disk.awaitHeldSync(append("before", Runnable::run));
        var ofBroken = append("a", broken);
        var ofLoop = append("b", loop);
        disk.releaseSyncs();

        assertThat(ofBroken.join()).containsExactly(new AppendResult(1, 1_000_000));
        loop.tasks.take().run();
        assertThat(ofLoop.join()).containsExactly(new AppendResult(2, 1_000_000));
        assertThat(append("c", Runnable::run).join()).containsExactly(new AppendResult(3, 1_000_000));
    }

    @Test
    void completesByItselfWhatAnExecutorThatHasEndedDoesNotTake() {
        Executor ended = _ -> {
            throw new RejectedExecutionException("ended");
        };
        assertThat(append("a", ended).join()).containsExactly(new AppendResult(0, 1_000_000));
        assertThat(append("b", Runnable::run).join()).containsExactly(new AppendResult(1, 1_000_000));
    }
}
