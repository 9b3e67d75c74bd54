package io.millrace.firehose.engine;

import io.millrace.firehose.definition.Revision;
import io.millrace.firehose.engine.Checkpoints.Place;
import io.millrace.firehose.engine.ShardLanes.Pending;
import io.millrace.firehose.source.SourceGoneException;
import io.millrace.firehose.source.SourceShard;
import io.millrace.firehose.source.SourceUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One source shard of one delivery stream at work. A run reads and delivers from the checkpoint on; one that breaks (a full
 * disk, a bug, records that are gone) is given up with all that it held, as by a crash, and the next one begins where the
 * checkpoint is. So nothing is lost, and no other shard notices.
 *
 * <p>Owns the shard. Its thread is the loop's; all public methods may come from others.
 */
final class ShardWork {
    private static final Logger LOGGER = LoggerFactory.getLogger(ShardWork.class);
    private static final Duration PAUSE_WHEN_UNAVAILABLE = Duration.ofSeconds(1);

    /** How often what is too old is given up: each time a run ends and its buffers are read again. */
    private static final Duration EXPIRY_INTERVAL = Duration.ofMinutes(5);

    /** A server that was down for longer than records are kept tries to deliver them first. */
    private static final Duration GRACE = Duration.ofHours(1);

    private static final Duration LOOK_INTERVAL = Duration.ofMillis(50);

    private final Place place;
    private final SourceShard shard;
    private final Instant readFrom;
    private final Optional<Duration> retention;
    private final Environment environment;
    private final Partitions partitions;
    private final Versions versions;
    private final StreamReport report;
    private final Backoff backoff;
    private final Waiting waiting;
    private final Thread thread;
    private volatile Optional<Run> current = Optional.empty();
    private volatile boolean stopped;
    private volatile boolean leaving;
    /** The ticker's; by the clock that nobody sets. */
    private Instant nextExpiry;

    /** From one checkpoint to the end, or to the next trouble. */
    private record Run(Waiting waiting, ShardDelivery delivery, ShardLoop loop, Routing routing) {}

    /**
     * @param readFrom where reading begins that never began
     * @param retention how long records are kept for a destination that is away; empty where that is the source's to say
     */
    ShardWork(
            Place place,
            SourceShard shard,
            Instant readFrom,
            Optional<Duration> retention,
            Environment environment,
            Partitions partitions,
            Versions versions,
            StreamReport report) {
        this.place = place;
        this.shard = shard;
        this.readFrom = readFrom;
        this.retention = retention;
        this.environment = environment;
        this.partitions = partitions;
        this.versions = versions;
        this.report = report;
        this.waiting = new Waiting(environment.pace());
        this.backoff = new Backoff(environment.random());
        this.nextExpiry = environment.steady().instant().plus(GRACE);
        this.thread = Thread.ofVirtual().name("firehose " + place.shard()).unstarted(this::work);
    }

    void start() {
        thread.start();
    }

    SourceShard shard() {
        return shard;
    }

    /** Whether the thread is done, with the shard or altogether. */
    boolean isOver() {
        return !thread.isAlive();
    }

    private void work() {
        int failures = 0;
        long furthest = -1;
        try {
            while (true) {
                try {
                    var from = from();
                    if (from.isEmpty()) {
                        return;
                    }
                    failures = from.getAsLong() > furthest ? 0 : failures;
                    furthest = Math.max(furthest, from.getAsLong());
                    readOn(from.getAsLong());
                    return;
                } catch (InterruptedException e) {
                    LOGGER.debug("{} stops", place, e);
                    return;
                } catch (ExpiredRecordsException e) {
                    LOGGER.debug("{} goes on after what has expired", place, e);
                } catch (SourceUnavailableException e) {
                    report.unavailable(e);
                    waiting.pause(PAUSE_WHEN_UNAVAILABLE);
                } catch (RuntimeException | Error e) { // the top of this thread, which must not end for anything
                    waiting.check();
                    failures++;
                    var pause = backoff.after(failures);
                    LOGGER.error("{} broke; it begins again at its checkpoint in {}", place, pause, e);
                    report.faulty(e);
                    waiting.pause(pause);
                }
            }
        } catch (StoppedException _) {
            LOGGER.debug("{} stops", place);
        } finally {
            shard.close();
        }
    }

    /** Where to read; empty if there is nothing to be read any more, and never was. */
    private OptionalLong from() {
        var low = environment.checkpoints().low(place);
        if (low.isPresent()) {
            return OptionalLong.of(low.get());
        }
        try {
            long from = shard.offsetAt(readFrom);
            environment.checkpoints().advance(place, from);
            return OptionalLong.of(from);
        } catch (SourceGoneException e) {
            LOGGER.info("{} was never read: {}", place, e.getMessage());
            environment.checkpoints().advance(place, 0);
            environment.checkpoints().finish(place);
            return OptionalLong.empty();
        }
    }

    private void readOn(long from) throws InterruptedException {
        var runWaiting = new Waiting(environment.pace());
        var delivery = new ShardDelivery(
                place,
                from,
                environment.checkpoints().load(place).groups(),
                environment,
                shard.again()
                        .map(again -> Reread.of(again, environment.scratch().rereads())),
                partitions,
                runWaiting,
                report,
                () -> {
                    runWaiting.stop();
                    shard.wake();
                });
        var routing = routing();
        var loop = new ShardLoop(shard, from, delivery, routing, runWaiting, report, environment);
        current = Optional.of(new Run(runWaiting, delivery, loop, routing));
        if (stopped) {
            runWaiting.stop();
            loop.stop();
        }
        if (leaving) {
            loop.leave();
        }
        try {
            loop.run();
        } catch (StoppedException e) {
            throw reason(delivery).orElse(e);
        } finally {
            current = Optional.empty();
            runWaiting.stop();
            loop.abandon();
            giveUp(delivery);
        }
    }

    private Routing routing() {
        return shard.tellsArrival()
                ? new Routing.ByArrival(shard, versions, environment.clock())
                : new Routing.ByOffset(place, environment.checkpoints(), versions);
    }

    private static Optional<RuntimeException> reason(ShardDelivery delivery) {
        return delivery.broken()
                .map(broken -> broken instanceof RuntimeException e
                        ? e
                        : new IllegalStateException("a run of the shard broke", broken));
    }

    /** Ends a run. What it gave up for its age is counted and told before the checkpoint goes past it. */
    private void giveUp(ShardDelivery delivery) {
        if (delivery.broken().orElse(null) instanceof ExpiredRecordsException expired && !stopped) {
            long undelivered = delivery.abandon(expired.upTo());
            report.lost(
                    undelivered,
                    "nobody took them for " + retention.orElseThrow().toHours() + " hours");
            delivery.forgetBefore(expired.upTo());
        } else {
            delivery.abandon(0);
        }
    }

    /** Does what is due by the clock. */
    void tick() {
        current.ifPresent(this::tick);
    }

    private void tick(Run run) {
        long low;
        try {
            low = run.delivery().tick();
        } catch (RuntimeException e) {
            if (run.delivery().broken().isPresent()) {
                LOGGER.debug("{} begins anew, and says why", place);
                return;
            }
            throw e;
        }
        report.low(shard, low, environment.deliverers());
        retention.ifPresent(kept -> expire(run, low, kept));
    }

    private void expire(Run run, long low, Duration kept) {
        var now = environment.steady().instant();
        if (now.isBefore(nextExpiry) || !run.delivery().isFailingBefore(Long.MAX_VALUE)) {
            return;
        }
        nextExpiry = now.plus(EXPIRY_INTERVAL);
        try (var again = shard.again().orElseThrow()) {
            long expired = again.offsetAt(environment.clock().instant().minus(kept));
            if (expired > low && run.delivery().isFailingBefore(expired)) {
                run.delivery().fail(new ExpiredRecordsException(expired));
            }
        } catch (SourceUnavailableException e) {
            report.unavailable(e);
        }
    }

    /** Cuts all that is buffered, whatever its size and age. */
    void cutAll() {
        current.ifPresent(run -> {
            try {
                run.delivery().cutAll();
            } catch (StoppedException _) {
                LOGGER.debug("{} begins anew, with nothing to cut", place);
            }
        });
    }

    /**
     * Delivers what has come so far, whatever its size and age.
     *
     * @return whether it is all delivered; otherwise the time was over, or the shard stopped or began anew before
     */
    boolean flush(Duration waitMax) throws InterruptedException {
        var deadline = environment.steady().instant().plus(waitMax);
        try {
            var run = awaitRun(deadline);
            if (run.isEmpty()) {
                return isOver();
            }
            long tail = tail(run.get());
            run.get().loop().hurry(tail);
            if (!run.get().delivery().awaitAccepted(tail, deadline)) {
                return false;
            }
            run.get().delivery().cutAll();
            return run.get().delivery().awaitDelivered(tail, deadline);
        } catch (StoppedException | SourceUnavailableException _) {
            return false;
        }
    }

    /** The run of this moment, as soon as there is one; empty if there will be none in time. */
    private Optional<Run> awaitRun(Instant deadline) {
        var run = current;
        while (run.isEmpty() && !isOver() && environment.steady().instant().isBefore(deadline)) {
            waiting.pause(LOOK_INTERVAL);
            run = current;
        }
        return run;
    }

    private long tail(Run run) {
        var again = shard.again();
        if (again.isEmpty()) {
            return run.loop().readUpTo();
        }
        try (var reader = again.get()) {
            return reader.offsetAt(Instant.ofEpochMilli(Long.MAX_VALUE));
        } catch (SourceGoneException _) {
            return run.loop().readUpTo();
        }
    }

    /** Whether all that goes by a version before the newest is delivered, and would not be read again after a crash. */
    boolean isPast(Revision newest) {
        return current.filter(run -> run.routing().isPast(newest, run.delivery().writtenLow()))
                .isPresent();
    }

    /** What is on its way; empty between two runs, when nobody knows. */
    Optional<Pending> pending() {
        return current.map(run -> run.delivery().pending());
    }

    /** The shard is not among its source's any more: what was read is delivered, and then it is finished. */
    void leave() {
        leaving = true;
        current.ifPresent(run -> run.loop().leave());
    }

    /** Stops; what is under way goes on after the next start. */
    void stop() {
        stopped = true;
        waiting.stop();
        current.ifPresent(run -> {
            run.waiting().stop();
            run.loop().stop();
        });
        shard.wake();
    }

    void join(Duration waitMax) throws InterruptedException {
        if (!thread.join(waitMax)) {
            LOGGER.debug("{} stops when the attempt under way is over", place);
        }
    }
}
