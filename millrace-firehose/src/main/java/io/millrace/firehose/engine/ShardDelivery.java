package io.millrace.firehose.engine;

import io.millrace.firehose.delivery.DeliveryRecord;
import io.millrace.firehose.engine.Checkpoints.Place;
import io.millrace.firehose.engine.CutDelivery.DeliveryReport;
import io.millrace.firehose.processing.Processed;
import io.millrace.firehose.source.SourceGoneException;
import io.millrace.firehose.source.SourceRecord;
import io.millrace.firehose.source.SourceUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one source shard of one delivery stream has on its way: records come in processed and in order, are sorted into lanes,
 * and leave lane by lane as batches. Knows at each moment up to where everything is delivered.
 *
 * <p>The shard's loop adds, a ticker cuts what is due by time, and each group of lanes with something to deliver has one
 * thread that does; a lock keeps them apart, and nobody waits for a destination or the catalog under it.
 */
final class ShardDelivery {
    private static final Logger LOGGER = LoggerFactory.getLogger(ShardDelivery.class);

    /** While the destination is busy a buffer may grow to so many times its size before reading stops. */
    private static final int OVERFULL_TIMES = 2;

    /** What all lanes of a shard may hold together before all of them are cut. */
    private static final long PENDING_MAX_BYTES = 1L << 30;

    /** How long the low mark may move without being written where nothing is delivered. */
    private static final Duration ADVANCE_INTERVAL = Duration.ofSeconds(10);

    private final Place place;
    private final Checkpoints checkpoints;
    private final Scratch scratch;
    private final Optional<Buffer.Rereading> rereading;
    private final Partitions partitions;
    private final Executor executor;
    private final Pauses pauses;
    private final Backoff backoff;
    private final DeliveryReport report;
    private final Runnable whenBroken;
    private final Environment environment;
    private final InstantSource clock;
    private final InstantSource steady;
    private final Supplier<UUID> ids;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // All below is guarded by the lock.
    private final Map<String, LaneGroup> groups = new LinkedHashMap<>();
    private final Map<String, Progress.OfGroup> known;
    private long acceptedUpTo;
    /** Those that the record at hand went to. */
    private final List<LaneGroup> touched = new ArrayList<>();

    private int resuming;
    private int version;
    private long writtenLow;
    private Instant writtenAt;
    private boolean ended;
    /** Threads that deliver, or are about to. */
    private int deliverers;

    private @Nullable Throwable broken;
    private boolean abandoned;

    /** @param whenBroken is told once that nothing goes on here; must not wait */
    ShardDelivery(
            Place place,
            long from,
            Map<String, Progress.OfGroup> known,
            Environment environment,
            Optional<Buffer.Rereading> rereading,
            Partitions partitions,
            Pauses pauses,
            DeliveryReport report,
            Runnable whenBroken) {
        this.place = place;
        this.checkpoints = environment.checkpoints();
        this.scratch = environment.scratch();
        this.rereading = rereading;
        this.partitions = partitions;
        this.executor = environment.deliverers();
        this.pauses = pauses;
        this.backoff = new Backoff(environment.random());
        this.report = report;
        this.whenBroken = whenBroken;
        this.environment = environment;
        this.clock = environment.clock();
        this.steady = environment.steady();
        this.ids = environment.ids();
        this.known = new HashMap<>(known);
        this.acceptedUpTo = from;
        this.writtenLow = from;
        this.writtenAt = steady.instant();
    }

    /**
     * Takes what became of the next records of the shard.
     *
     * @param upTo the offset after the last of them; grows from call to call
     */
    void accept(Route route, List<? extends Processed> results, long upTo) {
        lock.lock();
        try {
            requireWhole();
            if (version != route.version()) {
                version = route.version();
                cutOthersLocked();
            }
            for (int i = 0; i < results.size(); i++) {
                var result = results.get(i);
                long offset = result.source().position().offset();
                formResumed(offset);
                sort(route, result);
                boolean lastOfRecord = i + 1 == results.size()
                        || results.get(i + 1).source().position().offset() != offset;
                if (lastOfRecord) {
                    route.backup().ifPresent(_ -> addBackup(route, result.source()));
                    cutFull(offset + 1);
                }
            }
            acceptedUpTo = Math.max(acceptedUpTo, upTo);
            formResumed(acceptedUpTo);
            cutDue(steady.instant());
            changed.signalAll();
        } catch (RuntimeException | Error e) {
            breakNow(e);
            throw e;
        } finally {
            lock.unlock();
        }
    }

    /**
     * What is held here may be half of what it should be, so nothing of it is used any more: whoever reads begins again from
     * the checkpoint.
     */
    void fail(Throwable reason) {
        lock.lock();
        try {
            breakNow(reason);
        } finally {
            lock.unlock();
        }
    }

    private void breakNow(Throwable reason) {
        if (broken == null && !(reason instanceof StoppedException)) {
            broken = reason;
            whenBroken.run();
        }
        changed.signalAll();
    }

    /** Why nothing goes on here, if something is wrong. */
    Optional<Throwable> broken() {
        lock.lock();
        try {
            return Optional.ofNullable(broken);
        } finally {
            lock.unlock();
        }
    }

    private boolean isWhole() {
        return broken == null && !abandoned;
    }

    private void requireWhole() {
        if (!isWhole()) {
            throw new StoppedException();
        }
    }

    /**
     * The source does not have the records between the offsets any more. A batch that was begun with some of them is another
     * one without: it gets another id, durably, before it is tried again. One whose records have all been read is left alone: it
     * may be under way.
     */
    void skipped(long from, long upTo) {
        var renamed = new HashMap<String, Intent>();
        lock.lock();
        try {
            requireWhole();
            known.replaceAll((key, group) -> {
                return group.ahead().holdsAll(from, upTo)
                        ? group
                        : group.intent()
                                .filter(intent -> intent.upTo() > from)
                                .map(intent -> group.with(renamed(key, intent, renamed)))
                                .orElse(group);
            });
            for (var group : groups.values()) {
                if (!group.hasAll(from, upTo)) {
                    group.resumed()
                            .filter(intent -> intent.upTo() > from)
                            .ifPresent(intent -> group.resumeAs(renamed(group.key(), intent, renamed)));
                }
            }
        } finally {
            lock.unlock();
        }
        renamed.forEach((group, intent) -> checkpoints.intend(place, group, intent));
    }

    /** Takes the mark past records that are given up. What was begun with some of them is begun anew under another id. */
    void forgetBefore(long offset) {
        checkpoints
                .load(place)
                .groups()
                .forEach((group, progress) -> progress.intent()
                        .filter(intent -> intent.upTo() > offset)
                        .filter(_ -> progress.ahead().upTo() < offset)
                        .ifPresent(intent -> checkpoints.intend(place, group, intent.renamed(ids.get()))));
        checkpoints.advance(place, offset);
    }

    private Intent renamed(String group, Intent intent, Map<String, Intent> all) {
        var next = intent.renamed(ids.get());
        all.put(group, next);
        return next;
    }

    /** Whether a delivery that has records from before the offset is refused, again and again. */
    boolean isFailingBefore(long offset) {
        lock.lock();
        try {
            return groups.values().stream()
                    .flatMap(group -> group.cuts().stream())
                    .anyMatch(cut -> cut.failing() && cut.firstOffset() < offset);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until nobody delivers, which is when the attempts under way are over, and lets go of all that is held.
     *
     * @return how many records before the offset were not delivered
     */
    long abandon(long beforeOffset) {
        lock.lock();
        try {
            abandoned = true;
            changed.signalAll();
            while (deliverers > 0) {
                changed.awaitUninterruptibly();
            }
            long undelivered = Math.max(0, beforeOffset - acceptedUpTo) + undeliveredBefore(beforeOffset);
            for (var group : groups.values()) {
                group.cuts().forEach(cut -> cut.batches().forEach(LaneBatch::drop));
                group.open().values().forEach(Buffer::drop);
                givePartitionsBack(group);
            }
            groups.clear();
            return undelivered;
        } finally {
            lock.unlock();
        }
    }

    /** A record that is in the backup's lane too counts once. */
    private long undeliveredBefore(long offset) {
        long delivered = 0;
        long backedUp = 0;
        for (var group : groups.values()) {
            long count = 0;
            if (offset > group.pendingFrom()) {
                for (var cut : group.cuts()) {
                    count += cut.countBefore(offset);
                }
                for (var buffer : group.open().values()) {
                    count += buffer.countBefore(offset);
                }
            }
            if (group.isBackup()) {
                backedUp += count;
            } else {
                delivered += count;
            }
        }
        return Math.max(delivered, backedUp);
    }

    private void sort(Route route, Processed result) {
        long offset = result.source().position().offset();
        switch (result) {
            case Processed.Ready(var source, var record, var keys) -> {
                var lane = route.partitioned() ? new LaneKey.Main(keys) : LaneKey.Main.ALL;
                var group = group(route, lane, offset);
                if (group.has(offset)) {
                    return;
                }
                if (route.partitioned() && !group.open().containsKey(lane) && !partitions.take()) {
                    report.partitionsExceeded();
                    var line = ErrorLines.ofPartitionsLimit(source, partitions.max(), clock.instant());
                    var errors = new LaneKey.Errors(ErrorLines.PROCESSING_FAILED);
                    var instead = group(route, errors, offset);
                    if (instead != group) {
                        group.passedOver(offset);
                    }
                    // Whatever that lane has delivered: the last run may have had room for the record.
                    add(instead, errors, line);
                    return;
                }
                add(group, lane, record);
            }
            case Processed.Failed failed -> {
                var lane = new LaneKey.Errors(failed.outputType());
                var group = group(route, lane, offset);
                if (!group.has(offset)) {
                    add(group, lane, ErrorLines.of(failed));
                }
            }
            case Processed.Dropped _ -> {
                // Counts as delivered.
            }
        }
    }

    private void addBackup(Route route, SourceRecord source) {
        long offset = source.position().offset();
        var lane = new LaneKey.Backup();
        var group = group(route, lane, offset);
        if (!group.has(offset)) {
            add(group, lane, asItCame(source));
        }
    }

    static DeliveryRecord asItCame(SourceRecord source) {
        return new DeliveryRecord(source.position(), source.arrival(), source.data(), source.origin(), Map.of());
    }

    private void add(LaneGroup group, LaneKey lane, DeliveryRecord record) {
        var buffer = group.open().get(lane);
        if (buffer == null) {
            buffer = new Buffer(scratch, rereadable(group.route(), lane), steady.instant());
            group.open().put(lane, buffer);
        }
        group.opened(buffer.openedAt(), record.position().offset());
        touched.add(group);
        buffer.add(record);
    }

    private Optional<Buffer.Rereading> rereadable(Route route, LaneKey lane) {
        boolean asTheyCame = switch (lane) {
            case LaneKey.Main _ -> route.processing() == Route.Processing.NONE;
            case LaneKey.Backup _ -> true;
            case LaneKey.Errors _ -> false;
        };
        return asTheyCame ? rereading : Optional.empty();
    }

    private LaneGroup group(Route route, LaneKey lane, long offset) {
        var key = "v" + route.version() + " " + groupOf(route, lane);
        var group = groups.get(key);
        if (group == null) {
            var buffering = switch (lane) {
                case LaneKey.Main _, LaneKey.Errors _ -> route.buffering();
                case LaneKey.Backup _ -> route.backup().orElseThrow().buffering();
            };
            var before = known.remove(key);
            group = new LaneGroup(key, route, buffering, before == null ? Progress.OfGroup.NONE : before.from(offset));
            groups.put(key, group);
            resuming += group.resumed().isPresent() ? 1 : 0;
        }
        return group;
    }

    private static String groupOf(Route route, LaneKey lane) {
        boolean together = route.processing() == Route.Processing.VARYING && !(lane instanceof LaneKey.Backup);
        return together ? "processed" : lane.text();
    }

    /** Cuts again where the last run cut, once all before the offset is there. */
    private void formResumed(long offset) {
        if (resuming == 0) {
            return;
        }
        for (var group : groups.values()) {
            group.resumed().filter(intent -> intent.upTo() <= offset).ifPresent(intent -> {
                group.resumedIsFormed();
                resuming--;
                cut(group, intent);
            });
        }
    }

    /** Cuts what is as large as it should be, unless its destination is busy and it may still grow. */
    private void cutFull(long upTo) {
        for (var group : touched) {
            if (isFree(group) && group.largestOpenBytes() >= group.buffering().bytes()) {
                cut(group, intentUpTo(upTo));
            }
        }
        touched.clear();
    }

    private void cutDue(Instant now) {
        for (var group : groups.values()) {
            if (isFree(group) && isDue(group, now)) {
                cut(group, intentUpTo(acceptedUpTo));
            }
        }
    }

    private static boolean isDue(LaneGroup group, Instant now) {
        var opened = group.openedAt();
        return opened != null && !now.isBefore(opened.plus(group.buffering().interval()));
    }

    private static boolean isFree(LaneGroup group) {
        return !group.delivering()
                && group.cuts().isEmpty()
                && !group.open().isEmpty()
                && group.resumed().isEmpty();
    }

    private Intent intentUpTo(long upTo) {
        return new Intent(upTo, ids.get(), OptionalLong.empty(), 0);
    }

    private void cut(LaneGroup group, Intent intent) {
        group.cuts().add(Cut.of(group.route(), place.shard(), intent, group.stretch(intent.upTo()), group.open()));
        givePartitionsBack(group);
        group.open().clear();
        group.emptied();
        startDelivering(group);
    }

    private void givePartitionsBack(LaneGroup group) {
        if (group.route().partitioned()) {
            group.open().keySet().stream()
                    .filter(LaneKey.Main.class::isInstance)
                    .forEach(_ -> partitions.giveBack());
        }
    }

    private void startDelivering(LaneGroup group) {
        if (!group.delivering()) {
            executor.execute(() -> deliver(group));
            group.setDelivering(true);
            deliverers++;
        }
    }

    private void deliver(LaneGroup group) {
        try {
            for (var cut = next(group); cut.isPresent(); cut = next(group)) {
                deliver(group, cut.get());
            }
        } catch (StoppedException e) {
            requireStopped(e);
            LOGGER.debug("{} of {} goes on later", group.key(), place);
        } catch (InterruptedException | RuntimeException | VirtualMachineError | LinkageError | AssertionError e) {
            // The top of this thread: without it the lane would stand still, and nobody would know.
            fail(e);
        } finally {
            lock.lock();
            try {
                deliverers--;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Where nobody stopped anything, the group would wait for ever for a thread that has ended. */
    private void requireStopped(StoppedException e) {
        if (!isGoingOn()) {
            return;
        }
        try {
            pauses.check();
        } catch (StoppedException _) {
            return;
        }
        fail(new IllegalStateException("stopped by nobody", e));
    }

    private boolean isGoingOn() {
        lock.lock();
        try {
            return isWhole();
        } finally {
            lock.unlock();
        }
    }

    /** The next cut of the group; when there is none, its thread is done. */
    private Optional<Cut> next(LaneGroup group) {
        lock.lock();
        try {
            requireWhole();
            if (group.cuts().isEmpty()
                    && !group.open().isEmpty()
                    && group.resumed().isEmpty()) {
                boolean full = group.largestOpenBytes() >= group.buffering().bytes();
                if (full || ended || isDue(group, steady.instant())) {
                    cut(group, intentUpTo(acceptedUpTo));
                }
            }
            if (group.cuts().isEmpty()) {
                group.setDelivering(false);
                forget(group, low());
                changed.signalAll();
                return Optional.empty();
            }
            return Optional.of(group.cuts().getFirst());
        } finally {
            lock.unlock();
        }
    }

    /** Groups of partitions come and go; only those that are needed are kept. */
    private void forget(LaneGroup group, long low) {
        if (group.idle() && !group.aheadOf(low)) {
            groups.remove(group.key());
        }
    }

    private void deliver(LaneGroup group, Cut cut) throws InterruptedException {
        insist(() -> checkpoints.intend(place, group.key(), cut.intent()));
        var beside = new ArrayList<SideBySide.Work>();
        var main = new ArrayList<SideBySide.Work>();
        for (var batch : cut.batches()) {
            var delivery = new CutDelivery(place, group.key(), cut, batch, environment, pauses, backoff, report);
            var works = batch.lane() instanceof LaneKey.Main ? main : beside;
            works.add(() -> deliver(delivery, batch));
        }
        // Lines first: while their bucket is down, the destination gets nothing that a restart would give it again.
        for (var work : beside) {
            work.run();
        }
        environment.lanes().all(main);
        insist(() -> settle(group, cut));
    }

    private void deliver(CutDelivery delivery, LaneBatch batch) throws InterruptedException {
        insist(() -> {
            try {
                delivery.deliver();
            } catch (SourceGoneException e) {
                report.lost(batch.count(), "their source is gone: " + e.getMessage());
            }
        });
    }

    /** Does something until it works, whatever fails of ours: the lane must not stand still for it. */
    private void insist(SideBySide.Work work) throws InterruptedException {
        while (true) {
            try {
                work.run();
                return;
            } catch (StoppedException e) {
                throw e;
            } catch (UnreadableBatchException e) {
                fail(e);
                throw new StoppedException();
            } catch (SourceUnavailableException e) {
                report.faulty(e);
            } catch (RuntimeException | VirtualMachineError | LinkageError | AssertionError e) {
                // The catalog, a scratch file, no memory, or a bug.
                LOGGER.error("a delivery of {} failed; it is tried again", place, e);
                report.faulty(e);
            }
            pauses.pause(backoff.after(Backoff.SOME_FAILURES));
        }
    }

    private void settle(LaneGroup group, Cut cut) {
        Ahead ahead;
        long low;
        lock.lock();
        try {
            // A cut stays in sight until the catalog knows that it is done; only for the mark it is gone already.
            low = lowWithout(cut);
            ahead = group.delivered(cut, low);
        } finally {
            lock.unlock();
        }
        checkpoints.done(place, group.key(), ahead, low);
        lock.lock();
        try {
            group.cuts().remove(cut);
            written(low);
            cut.batches().forEach(LaneBatch::drop);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private long low() {
        long first = acceptedUpTo;
        for (var group : groups.values()) {
            first = Math.min(first, group.pendingFrom());
        }
        return first;
    }

    private long lowWithout(Cut done) {
        long first = acceptedUpTo;
        for (var group : groups.values()) {
            for (var cut : group.cuts()) {
                first = cut == done ? first : Math.min(first, cut.firstOffset());
            }
            for (var buffer : group.open().values()) {
                first = Math.min(first, buffer.firstOffset());
            }
        }
        return first;
    }

    private void written(long low) {
        writtenLow = Math.max(writtenLow, low);
        writtenAt = steady.instant();
    }

    /** Does what is due by the clock. Returns the mark below which the source's records are not needed any more. */
    long tick() {
        Instant now = steady.instant();
        long low;
        boolean write;
        lock.lock();
        try {
            if (!isWhole()) {
                return writtenLow;
            }
            cutDue(now);
            low = low();
            write = low > writtenLow && !now.isBefore(writtenAt.plus(ADVANCE_INTERVAL));
        } catch (RuntimeException | Error e) {
            breakNow(e);
            throw e;
        } finally {
            lock.unlock();
        }
        if (write) {
            checkpoints.advance(place, low);
        }
        lock.lock();
        try {
            if (write) {
                written(low);
            }
            List.copyOf(groups.values()).forEach(group -> forget(group, writtenLow));
            return writtenLow;
        } finally {
            lock.unlock();
        }
    }

    /** Cuts all that is buffered, whatever its size and age. */
    void cutAll() {
        lock.lock();
        try {
            cutAllLocked();
        } catch (RuntimeException | Error e) {
            breakNow(e);
            throw e;
        } finally {
            lock.unlock();
        }
    }

    private void cutAllLocked() {
        requireWhole();
        for (var group : groups.values()) {
            if (!group.open().isEmpty() && group.resumed().isEmpty()) {
                cut(group, intentUpTo(acceptedUpTo));
            }
        }
    }

    /** A newer version has begun: what is buffered for others is delivered now. */
    private void cutOthersLocked() {
        for (var group : groups.values()) {
            boolean other = group.route().version() != version;
            if (other && !group.open().isEmpty() && group.resumed().isEmpty()) {
                cut(group, intentUpTo(acceptedUpTo));
            }
        }
    }

    /** Waits while there is more than the destination has taken in time; says whether that was so. */
    boolean awaitRoom() throws InterruptedException {
        boolean waited = false;
        lock.lock();
        try {
            while (isOverfull()) {
                requireWhole();
                pauses.check();
                waited = true;
                changed.await(1, TimeUnit.SECONDS);
            }
            return waited;
        } finally {
            lock.unlock();
        }
    }

    private boolean isOverfull() {
        long pending = 0;
        for (var group : groups.values()) {
            if (group.resumed().isPresent()) {
                // It is cut where the last run cut it, which may be further on: waiting for it here would be for ever.
                continue;
            }
            if (group.delivering()
                    && group.largestOpenBytes()
                            >= OVERFULL_TIMES * group.buffering().bytes()) {
                return true;
            }
            pending += group.pendingBytes();
        }
        if (pending < PENDING_MAX_BYTES) {
            return false;
        }
        cutAllLocked();
        return true;
    }

    /** The shard will give no more: waits until all of it is delivered. */
    void end() throws InterruptedException {
        lock.lock();
        try {
            ended = true;
            formResumed(Long.MAX_VALUE);
            cutAllLocked();
        } finally {
            lock.unlock();
        }
        boolean all = awaitDelivered(acceptedUpTo(), Instant.MAX);
        assert all : place;
        checkpoints.advance(place, acceptedUpTo());
        checkpoints.finish(place);
    }

    /** The low mark that the next run would begin at. */
    long writtenLow() {
        lock.lock();
        try {
            return writtenLow;
        } finally {
            lock.unlock();
        }
    }

    long acceptedUpTo() {
        lock.lock();
        try {
            return acceptedUpTo;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until all before the offset has been read and processed, or for as long as it may by the steady clock. */
    boolean awaitAccepted(long upTo, Instant deadline) throws InterruptedException {
        lock.lock();
        try {
            while (acceptedUpTo < upTo) {
                requireWhole();
                pauses.check();
                if (!steady.instant().isBefore(deadline)) {
                    return false;
                }
                changed.await(50, TimeUnit.MILLISECONDS);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until all before the offset is delivered, or for as long as it may by the steady clock. */
    boolean awaitDelivered(long upTo, Instant deadline) throws InterruptedException {
        lock.lock();
        try {
            requireWhole();
            while (low() < upTo) {
                pauses.check();
                if (!steady.instant().isBefore(deadline)) {
                    return false;
                }
                changed.await(1, TimeUnit.SECONDS);
                requireWhole();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** What is on its way at this moment. */
    Pending pending() {
        lock.lock();
        try {
            long bytes = 0;
            var oldest = new ArrayList<Instant>();
            for (var group : groups.values()) {
                bytes += group.pendingBytes();
                group.open().values().forEach(buffer -> oldest.add(buffer.oldestArrival()));
                group.cuts().forEach(cut -> cut.batches().forEach(batch -> oldest.add(batch.oldestArrival())));
            }
            return new Pending(bytes, oldest.stream().min(Instant::compareTo), oldestVersion());
        } finally {
            lock.unlock();
        }
    }

    private int oldestVersion() {
        return groups.values().stream()
                .filter(group -> !group.idle())
                .mapToInt(group -> group.route().version())
                .min()
                .orElse(Integer.MAX_VALUE);
    }

    /**
     * What a shard has on its way.
     *
     * @param oldestVersion of what is on its way; the largest number if nothing is
     */
    record Pending(long bytes, Optional<Instant> oldestArrival, int oldestVersion) {}
}
