package io.millrace.firehose.engine;

import io.millrace.firehose.engine.Checkpoints.Place;
import io.millrace.firehose.engine.CutDelivery.DeliveryReport;
import io.millrace.firehose.processing.Processed;
import io.millrace.firehose.source.SourceGoneException;
import io.millrace.firehose.source.SourceUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
 * The deliveries of one source shard of one delivery stream: records come in processed and in order, go into {@link
 * ShardLanes lanes}, and leave lane by lane as batches, each of them remembered in the catalog before it is tried and
 * when it is done.
 *
 * <p>Owns the lock that guards the lanes, and the deliverers: each group of lanes with something to deliver has one
 * thread that does, and ends when there is nothing more. The shard's loop adds, a ticker cuts what is due by time,
 * and others ask; all of them and the deliverers take the lock for what the lanes hold, and nobody waits for a
 * destination or the catalog under it.
 */
final class ShardDelivery {
    private static final Logger LOGGER = LoggerFactory.getLogger(ShardDelivery.class);

    /** How long the low mark may move without being written where nothing is delivered. */
    private static final Duration ADVANCE_INTERVAL = Duration.ofSeconds(10);

    private final Place place;
    private final Checkpoints checkpoints;
    private final Executor executor;
    private final Pauses pauses;
    private final Backoff backoff;
    private final DeliveryReport report;
    private final Runnable whenBroken;
    private final Environment environment;
    private final InstantSource steady;
    private final Supplier<UUID> ids;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // All below is guarded by the lock.
    private final ShardLanes lanes;
    private long writtenLow;
    private Instant writtenAt;
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
        this.executor = environment.deliverers();
        this.pauses = pauses;
        this.backoff = new Backoff(environment.random());
        this.report = report;
        this.whenBroken = whenBroken;
        this.environment = environment;
        this.steady = environment.steady();
        this.ids = environment.ids();
        this.writtenLow = from;
        this.writtenAt = steady.instant();
        this.lanes = new ShardLanes(
                place.shard(), from, known, environment, rereading, partitions, report, this::startDelivering);
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
            lanes.accept(route, results, upTo);
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
        Map<String, Intent> renamed;
        lock.lock();
        try {
            requireWhole();
            renamed = lanes.skipped(from, upTo);
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

    /** Whether a delivery that has records from before the offset is refused, again and again. */
    boolean isFailingBefore(long offset) {
        lock.lock();
        try {
            return lanes.isFailingBefore(offset);
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
            long undelivered = lanes.undeliveredBefore(beforeOffset);
            lanes.drop();
            return undelivered;
        } finally {
            lock.unlock();
        }
    }

    /** Called by the lanes, under the lock. */
    private void startDelivering(LaneGroup group) {
        executor.execute(() -> deliver(group));
        deliverers++;
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

    private Optional<Cut> next(LaneGroup group) {
        lock.lock();
        try {
            requireWhole();
            var next = lanes.next(group);
            if (next.isEmpty()) {
                changed.signalAll();
            }
            return next;
        } finally {
            lock.unlock();
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
        ShardLanes.Marks marks;
        lock.lock();
        try {
            marks = lanes.delivered(group, cut);
        } finally {
            lock.unlock();
        }
        checkpoints.done(place, group.key(), marks.ahead(), marks.low());
        lock.lock();
        try {
            written(marks.low());
            lanes.settled(group, cut);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
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
            lanes.cutDue(now);
            low = lanes.low();
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
            lanes.forgetIdle(writtenLow);
            return writtenLow;
        } finally {
            lock.unlock();
        }
    }

    /** Cuts all that is buffered, whatever its size and age. */
    void cutAll() {
        lock.lock();
        try {
            requireWhole();
            lanes.cutAll();
        } catch (RuntimeException | Error e) {
            breakNow(e);
            throw e;
        } finally {
            lock.unlock();
        }
    }

    /** Waits while there is more than the destination has taken in time; says whether that was so. */
    boolean awaitRoom() throws InterruptedException {
        boolean waited = false;
        lock.lock();
        try {
            requireWhole();
            while (lanes.isOverfull()) {
                pauses.check();
                waited = true;
                changed.await(1, TimeUnit.SECONDS);
                requireWhole();
            }
            return waited;
        } finally {
            lock.unlock();
        }
    }

    /** The shard will give no more: waits until all of it is delivered. */
    void end() throws InterruptedException {
        lock.lock();
        try {
            requireWhole();
            lanes.end();
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
            return lanes.acceptedUpTo();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until all before the offset has been read and processed, or for as long as it may by the steady clock. */
    boolean awaitAccepted(long upTo, Instant deadline) throws InterruptedException {
        lock.lock();
        try {
            while (lanes.acceptedUpTo() < upTo) {
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
            while (lanes.low() < upTo) {
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
    ShardLanes.Pending pending() {
        lock.lock();
        try {
            return lanes.pending();
        } finally {
            lock.unlock();
        }
    }
}
