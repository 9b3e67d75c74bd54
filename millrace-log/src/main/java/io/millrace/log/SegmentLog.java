package io.millrace.log;

import io.millrace.log.disk.Disk;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * The log on local disk: batches in arrival order in segment files, written and synced by one committer; files behind it
 * are given footers, regrouped and recycled in the background.
 *
 * <p>One process at a time may use a directory; keeping others out is the caller's business.
 */
public final class SegmentLog implements Log {
    private final ShardReader reader;
    private final Committer committer;
    private final Layout layout;
    private final Housekeeper housekeeper;
    private final Runnable stopReadingAhead;

    private SegmentLog(
            ShardReader reader,
            Committer committer,
            Layout layout,
            Housekeeper housekeeper,
            Runnable stopReadingAhead) {
        this.reader = reader;
        this.committer = committer;
        this.layout = layout;
        this.housekeeper = housekeeper;
        this.stopReadingAhead = stopReadingAhead;
    }

    /**
     * Opens the log in the directory, or begins one there. Returns when all that was durable has been found.
     *
     * @throws CorruptLogException if records that were durable are damaged or gone; says where
     * @throws LogFormatException if a newer version wrote the log
     * @throws IOException if the directory cannot be read or written
     */
    public static SegmentLog open(LogConfig config, Disk disk, InstantSource clock, RandomGenerator random)
            throws IOException {
        return open(config, disk, clock, random, RetryPause.USUAL);
    }

    static SegmentLog open(
            LogConfig config, Disk disk, InstantSource clock, RandomGenerator random, RetryPause retryPause)
            throws IOException {
        var readAheadThreads = ReadAhead.threads();
        var log = prepare(config, disk, clock, random, retryPause, readAheadThreads, readAheadThreads::shutdown);
        log.housekeeper.start();
        return log;
    }

    /**
     * A log whose housekeeping is done when {@link #keepHouse} is called, and that reads ahead at once: for simulations
     * that want each step in order.
     */
    static SegmentLog openWithoutHousekeeper(LogConfig config, Disk disk, InstantSource clock, RandomGenerator random)
            throws IOException {
        return prepare(config, disk, clock, random, RetryPause.NONE, Runnable::run, () -> {});
    }

    private static SegmentLog prepare(
            LogConfig config,
            Disk disk,
            InstantSource clock,
            RandomGenerator random,
            RetryPause retryPause,
            Executor readAheadThreads,
            Runnable stopReadingAhead)
            throws IOException {
        var shards = new ConcurrentHashMap<ShardKey, Shard>();
        var found = new Recovery(config, disk, shards).run(random);
        // The ends that were found stand before anything new is written behind them.
        found.layout().publish();
        var ring = new Ring(config.ringMaxBytes());
        var blocks = new ReadBlocks(config.lentMaxBytes());
        var ahead = new ReadAhead(config.readAheadMaxBytes(), blocks, readAheadThreads, clock);
        var queue = new RequestQueue(config.queueMaxAppends(), config.queueMaxBytes());
        var housekeeper = new Housekeeper(
                config, shards.values(), found.layout(), queue::takeAppendedTo, ahead::isBusy, ahead::tidy);
        var committer = new Committer(config, clock, retryPause, shards, found, queue, ring, housekeeper::wake);
        committer.start();
        var reader = new ShardReader(shards, new StoreReader(ring, config.readCacheMaxBytes()), blocks, ahead);
        return new SegmentLog(reader, committer, found.layout(), housekeeper, stopReadingAhead);
    }

    @Override
    public void open(ShardKey shard, Duration retention) {
        step(GroupKind.OPEN, shard, retention.toMillis());
    }

    @Override
    public CompletionStage<List<AppendResult>> append(List<ShardAppend> appends, Executor executor) {
        return append(new ListedAppends(List.copyOf(appends)), executor);
    }

    @Override
    public CompletionStage<List<AppendResult>> append(SpreadAppend append, Executor executor) {
        return append((AppendParts) append, executor);
    }

    private CompletionStage<List<AppendResult>> append(AppendParts parts, Executor executor) {
        var done = new CompletableFuture<List<AppendResult>>();
        long bytes = parts.encodedBytes();
        if (bytes > Format.BATCH_MAX_BYTES - Format.BLOCK_BYTES) {
            done.completeExceptionally(new LogUnavailableException("an append of " + bytes
                    + " bytes is more than the log takes at once (" + Format.BATCH_MAX_BYTES + ")"));
            return done;
        }
        committer.offer(new Request.Append(parts, (int) bytes, executor, done));
        return done;
    }

    @Override
    public RecordRun read(ShardKey shard, long fromOffset, ReadLimits limits) {
        return reader.read(shard, fromOffset, limits);
    }

    @Override
    public RecordRun lend(ShardKey shard, long fromOffset, ReadLimits limits) {
        return reader.lend(shard, fromOffset, limits);
    }

    @Override
    public long firstOffsetAtOrAfter(ShardKey shard, long epochMillis) {
        return reader.firstOffsetAtOrAfter(shard, epochMillis);
    }

    @Override
    public ShardBounds bounds(ShardKey shard) {
        return reader.find(shard).bounds();
    }

    @Override
    public void trim(ShardKey shard, long beforeOffset) {
        try {
            step(GroupKind.TRIM, shard, beforeOffset);
        } finally {
            housekeeper.wake();
        }
    }

    @Override
    public long seal(ShardKey shard) {
        return step(GroupKind.SEAL, shard, 0);
    }

    @Override
    public void delete(ShardKey shard) {
        try {
            step(GroupKind.DELETE, shard, 0);
        } finally {
            housekeeper.wake();
        }
    }

    @Override
    public Set<ShardKey> shards() {
        return reader.keys();
    }

    @Override
    public TailSignal tail(ShardKey shard) {
        return new ShardTail(reader.find(shard));
    }

    @Override
    public boolean writable() {
        return committer.isWritable();
    }

    @Override
    public void close() {
        committer.close();
        housekeeper.close();
        stopReadingAhead.run();
        layout.close();
    }

    void keepHouse() {
        housekeeper.round();
    }

    private long step(GroupKind kind, ShardKey shard, long value) {
        var done = new CompletableFuture<Long>();
        committer.offer(new Request.Step(kind, shard, value, done));
        try {
            return done.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException refusal) {
                throw refusal;
            }
            throw e;
        }
    }
}
