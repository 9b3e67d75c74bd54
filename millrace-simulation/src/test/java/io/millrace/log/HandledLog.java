package io.millrace.log;

import io.millrace.log.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The log with small segments, whose housekeeping is done when told, and whose shards' steps are stored one at a time, in
 * the order in which they are asked for: many that share a sync by chance would make each run of a seed another one.
 */
public final class HandledLog implements Log {
    private static final int KIB = 1024;

    private final SegmentLog log;
    private final ReentrantLock turn = new ReentrantLock(true);

    private HandledLog(SegmentLog log) {
        this.log = log;
    }

    public static HandledLog open(Path directory, Disk disk, InstantSource clock, RandomGenerator random)
            throws IOException {
        var config = new LogConfig(
                directory, Durability.FSYNC, 64 * KIB, 256 * KIB, 256 * KIB, 64 * KIB, 1_000, 64 * KIB * KIB);
        return new HandledLog(SegmentLog.openWithoutHousekeeper(config, disk, clock, random));
    }

    /** Returns when all appends so far are stored or failed, and those who asked for them have been told. */
    public void awaitStored() {
        log.append(List.of()).toCompletableFuture().handle((_, _) -> true).join();
    }

    public void keepHouse() {
        log.keepHouse();
    }

    private <T> T inTurn(Supplier<T> step) {
        turn.lock();
        try {
            return step.get();
        } finally {
            turn.unlock();
        }
    }

    private void inTurn(Runnable step) {
        turn.lock();
        try {
            step.run();
        } finally {
            turn.unlock();
        }
    }

    @Override
    public void open(ShardKey shard, Duration retention) {
        inTurn(() -> log.open(shard, retention));
    }

    @Override
    public CompletionStage<List<AppendResult>> append(List<ShardAppend> appends, Executor executor) {
        return log.append(appends, executor);
    }

    @Override
    public CompletionStage<List<AppendResult>> append(SpreadAppend append, Executor executor) {
        return log.append(append, executor);
    }

    @Override
    public RecordRun read(ShardKey shard, long fromOffset, ReadLimits limits) {
        return log.read(shard, fromOffset, limits);
    }

    @Override
    public RecordRun lend(ShardKey shard, long fromOffset, ReadLimits limits) {
        return log.lend(shard, fromOffset, limits);
    }

    @Override
    public long firstOffsetAtOrAfter(ShardKey shard, long epochMillis) {
        return log.firstOffsetAtOrAfter(shard, epochMillis);
    }

    @Override
    public ShardBounds bounds(ShardKey shard) {
        return log.bounds(shard);
    }

    @Override
    public void trim(ShardKey shard, long beforeOffset) {
        inTurn(() -> log.trim(shard, beforeOffset));
    }

    @Override
    public long seal(ShardKey shard) {
        return inTurn(() -> log.seal(shard));
    }

    @Override
    public Set<ShardKey> shards() {
        return log.shards();
    }

    @Override
    public void delete(ShardKey shard) {
        inTurn(() -> log.delete(shard));
    }

    @Override
    public TailSignal tail(ShardKey shard) {
        return log.tail(shard);
    }

    @Override
    public boolean writable() {
        return log.writable();
    }

    @Override
    public void close() {
        log.close();
    }
}
