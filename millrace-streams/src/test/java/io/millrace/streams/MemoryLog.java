package io.millrace.streams;

import io.millrace.log.AppendResult;
import io.millrace.log.Log;
import io.millrace.log.LogUnavailableException;
import io.millrace.log.ReadLimits;
import io.millrace.log.RecordBatch;
import io.millrace.log.RecordRun;
import io.millrace.log.RecordRun.StoredRecord;
import io.millrace.log.ShardAppend;
import io.millrace.log.ShardBounds;
import io.millrace.log.ShardKey;
import io.millrace.log.ShardSealedException;
import io.millrace.log.SpreadAppend;
import io.millrace.log.TailSignal;
import io.millrace.log.UnknownShardException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * A log in memory that misbehaves on command: it holds commits back, refuses appends, or loses its power between two
 * steps. What was durable can be taken over into the next life with {@link #survivor}.
 */
final class MemoryLog implements Log {
    private final InstantSource clock;
    private final PowerCut power;
    private final Map<ShardKey, Content> shards;
    private final List<Held> held = new ArrayList<>();
    private final AtomicInteger lent = new AtomicInteger();
    private boolean holding;
    private boolean refusing;
    private boolean failing;
    private volatile Runnable beforeTrim = () -> {};

    /** One shard's durable records. */
    private static final class Content {
        private final List<StoredRecord> records = new ArrayList<>();
        private Duration retention;
        private long trimOffset;
        private boolean sealed;

        private Content(Duration retention) {
            this.retention = retention;
        }

        private long lastArrivalMillis() {
            return records.isEmpty() ? 0 : records.getLast().arrivalMillis();
        }
    }

    private record Held(List<ShardAppend> appends, Executor executor, CompletableFuture<List<AppendResult>> done) {}

    MemoryLog(InstantSource clock) {
        this(clock, PowerCut.never(), new HashMap<>());
    }

    private MemoryLog(InstantSource clock, PowerCut power, Map<ShardKey, Content> shards) {
        this.clock = clock;
        this.power = power;
        this.shards = shards;
    }

    /** The log after a restart, which may end at a power cut again. */
    synchronized MemoryLog survivor(PowerCut nextPower) {
        return new MemoryLog(clock, nextPower, shards);
    }

    /** Holds commits back until {@link #release}. */
    synchronized void hold() {
        holding = true;
    }

    /** Commits what was held back. */
    void release() {
        List<Held> ready;
        synchronized (this) {
            holding = false;
            ready = List.copyOf(held);
            held.clear();
        }
        ready.forEach(this::settle);
    }

    /** Refuses appends from now on, as on a full disk, or takes them again. */
    synchronized void refuse(boolean full) {
        refusing = full;
    }

    /** Fails all reads from now on, as on a broken disk. */
    synchronized void failReads() {
        failing = true;
    }

    /** Does this first in each trim, on the trimming thread. */
    void beforeTrim(Runnable deed) {
        beforeTrim = deed;
    }

    synchronized boolean holds(ShardKey shard) {
        return shards.containsKey(shard);
    }

    synchronized int shardCount() {
        return shards.size();
    }

    synchronized Optional<Duration> retention(ShardKey shard) {
        return Optional.ofNullable(shards.get(shard)).map(content -> content.retention);
    }

    @Override
    public synchronized Set<ShardKey> shards() {
        return Set.copyOf(shards.keySet());
    }

    @Override
    public synchronized void open(ShardKey shard, Duration retention) {
        power.step();
        shards.computeIfAbsent(shard, _ -> new Content(retention)).retention = retention;
        power.step();
    }

    @Override
    public CompletionStage<List<AppendResult>> append(List<ShardAppend> appends, Executor executor) {
        var next = new Held(appends, executor, new CompletableFuture<>());
        synchronized (this) {
            if (holding) {
                held.add(next);
                return next.done();
            }
        }
        settle(next);
        return next.done();
    }

    @Override
    public CompletionStage<List<AppendResult>> append(SpreadAppend append, Executor executor) {
        var appends = IntStream.range(0, append.count())
                .mapToObj(part -> new ShardAppend(new ShardKey(append.shard(part)), batch(append, part)))
                .toList();
        return append(appends, executor);
    }

    private static RecordBatch batch(SpreadAppend append, int part) {
        var all = append.batch(part);
        int first = all.slot(append.from(part)) / RecordBatch.INTS_PER_RECORD;
        return new RecordBatch(all.bytes(), all.index(), first, append.to(part) - append.from(part), all.flags());
    }

    private void settle(Held append) {
        List<AppendResult> results;
        try {
            results = commit(append.appends());
        } catch (LogUnavailableException | ShardSealedException | UnknownShardException e) {
            append.executor().execute(() -> append.done().completeExceptionally(e));
            return;
        }
        append.executor().execute(() -> append.done().complete(results));
    }

    private synchronized List<AppendResult> commit(List<ShardAppend> appends) {
        if (refusing) {
            throw new LogUnavailableException("no space left on device");
        }
        for (var append : appends) {
            if (content(append.shard()).sealed) {
                throw new ShardSealedException("shard " + append.shard().id() + " is sealed");
            }
        }
        var results = appends.stream().map(this::store).toList();
        notifyAll();
        return results;
    }

    private AppendResult store(ShardAppend append) {
        var content = content(append.shard());
        long firstOffset = content.records.size();
        long arrival = Math.max(clock.millis(), content.lastArrivalMillis());
        var batch = append.batch();
        for (int i = 0; i < batch.count(); i++) {
            int at = batch.slot(i);
            content.records.add(new StoredRecord(
                    firstOffset + i,
                    arrival,
                    batch.flags(),
                    slice(batch, at),
                    batch.index()[at + 3] < 0 ? null : slice(batch, at + 2),
                    slice(batch, at + 4)));
        }
        return new AppendResult(firstOffset, arrival);
    }

    private static ByteBuffer slice(RecordBatch batch, int at) {
        var copy = new byte[batch.index()[at + 1]];
        System.arraycopy(batch.bytes(), batch.index()[at], copy, 0, copy.length);
        return ByteBuffer.wrap(copy).asReadOnlyBuffer();
    }

    @Override
    public synchronized RecordRun read(ShardKey shard, long fromOffset, ReadLimits limits) {
        if (failing) {
            throw new UncheckedIOException(new IOException("the disk is broken"));
        }
        var content = content(shard);
        long offset = Math.max(fromOffset, content.trimOffset);
        var run = new ArrayList<StoredRecord>();
        long bytes = 0;
        while (offset < content.records.size() && run.size() < limits.maxRecords()) {
            var record = content.records.get((int) offset);
            bytes += record.key().remaining() + record.data().remaining();
            if (bytes > limits.maxBytes() && !run.isEmpty()) {
                break;
            }
            run.add(record);
            offset++;
        }
        return new RecordRun(run, offset, offset >= content.records.size());
    }

    @Override
    public synchronized RecordRun lend(ShardKey shard, long fromOffset, ReadLimits limits) {
        var run = read(shard, fromOffset, limits);
        lent.incrementAndGet();
        return new RecordRun(run.records(), run.nextOffset(), run.atTail(), lent::decrementAndGet);
    }

    /** How many runs are lent and not closed. */
    int lentCount() {
        return lent.get();
    }

    @Override
    public synchronized long firstOffsetAtOrAfter(ShardKey shard, long epochMillis) {
        var content = content(shard);
        return content.records.stream()
                .filter(record -> record.offset() >= content.trimOffset && record.arrivalMillis() >= epochMillis)
                .mapToLong(StoredRecord::offset)
                .findFirst()
                .orElse(content.records.size());
    }

    @Override
    public synchronized ShardBounds bounds(ShardKey shard) {
        var content = content(shard);
        return new ShardBounds(content.trimOffset, content.records.size(), content.lastArrivalMillis(), content.sealed);
    }

    @Override
    public void trim(ShardKey shard, long beforeOffset) {
        beforeTrim.run();
        trimDurably(shard, beforeOffset);
    }

    private synchronized void trimDurably(ShardKey shard, long beforeOffset) {
        power.step();
        content(shard).trimOffset = Math.max(content(shard).trimOffset, beforeOffset);
        power.step();
    }

    @Override
    public synchronized long seal(ShardKey shard) {
        power.step();
        content(shard).sealed = true;
        notifyAll();
        power.step();
        return content(shard).records.size();
    }

    @Override
    public synchronized void delete(ShardKey shard) {
        power.step();
        shards.remove(shard);
        notifyAll();
        power.step();
    }

    @Override
    public TailSignal tail(ShardKey shard) {
        return (offset, waitMax) -> awaitTail(shard, offset, waitMax);
    }

    @SuppressWarnings("WaitNotInLoop") // who waits here looks again in any case
    private synchronized boolean awaitTail(ShardKey shard, long offset, Duration waitMax) throws InterruptedException {
        if (!isWorthALook(shard, offset)) {
            wait(waitMax.toMillis());
        }
        return isWorthALook(shard, offset);
    }

    private boolean isWorthALook(ShardKey shard, long offset) {
        var content = shards.get(shard);
        return content == null || content.sealed || content.records.size() > offset;
    }

    @Override
    public synchronized boolean writable() {
        return !refusing;
    }

    @Override
    public void close() {}

    private Content content(ShardKey shard) {
        var content = shards.get(shard);
        if (content == null) {
            throw new UnknownShardException("shard " + shard.id() + " is not known");
        }
        return content;
    }
}
