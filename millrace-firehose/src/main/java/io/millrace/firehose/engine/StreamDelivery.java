package io.millrace.firehose.engine;

import io.millrace.firehose.definition.DeliveryStream;
import io.millrace.firehose.definition.Source.DirectPut;
import io.millrace.firehose.definition.Source.KafkaTopic;
import io.millrace.firehose.engine.Checkpoints.Place;
import io.millrace.firehose.source.DirectPutLog;
import io.millrace.firehose.source.Source;
import io.millrace.firehose.source.SourceShard;
import io.millrace.firehose.source.SourceUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One delivery stream at work: its source, the loops of its shards, and the versions that still have records on their
 * way. One virtual thread looks for shards; each shard has a loop of its own.
 */
final class StreamDelivery {
    private static final Logger LOGGER = LoggerFactory.getLogger(StreamDelivery.class);
    private static final Duration SHARDS_INTERVAL = Duration.ofSeconds(1);
    private static final Duration PARTITIONS_INTERVAL = Duration.ofSeconds(30);
    private static final Duration PAUSE_AFTER_FAULT = Duration.ofSeconds(10);
    private static final Duration STOP_WAIT_MAX = Duration.ofSeconds(2);

    private final Environment environment;
    private final Source source;
    private final Instant readFrom;
    private final IntConsumer oldestVersionInUse;
    private final StreamReport report;
    private final Partitions partitions = new Partitions(Partitions.DEFAULT_MAX);
    private final Waiting waiting;
    private final Versions versions;
    private final Map<String, ShardWork> shards = new ConcurrentHashMap<>();
    /** The scout's own. */
    private final Set<String> finished;

    private final Thread scout;
    private volatile boolean stopping;
    private boolean finishedIsKnown;
    /**
     * When it was seen last that all shards are being read. Whichever comes later has no records from before; nothing is known
     * as long as it is empty.
     */
    private volatile Optional<Instant> allSeenAt = Optional.empty();

    /** The ticker's. */
    private int oldestVersionTold;

    StreamDelivery(
            Environment environment,
            DeliveryStream stream,
            Source source,
            Instant readFrom,
            Versions.RouteOpener opener,
            IntConsumer oldestVersionInUse,
            StreamReport report) {
        this.environment = environment;
        this.waiting = new Waiting(environment.pace());
        this.versions = new Versions(stream, opener, waiting, report);
        this.source = source;
        this.readFrom = readFrom;
        this.oldestVersionInUse = oldestVersionInUse;
        this.report = report;
        this.finished = new HashSet<>();
        this.scout = Thread.ofVirtual().name("firehose " + stream.name()).unstarted(this::scout);
    }

    void start() {
        scout.start();
    }

    DeliveryStream stream() {
        return versions.stream();
    }

    /** Starts a loop for each shard that can be read now, and again for each that comes. */
    private void scout() {
        try {
            while (true) {
                lookForShards();
                waiting.pause(isAskedSeldom() ? PARTITIONS_INTERVAL : SHARDS_INTERVAL);
                if (isSettled()) {
                    allSeenAt = Optional.of(Instant.MAX);
                    return;
                }
            }
        } catch (StoppedException _) {
            LOGGER.debug("{} stops", stream().name());
        }
    }

    /** Each question to a broker is a connection, and partitions are added once in a while. */
    private boolean isAskedSeldom() {
        return stream().source() instanceof KafkaTopic && !shards.isEmpty();
    }

    /** A delivery stream that records are put into has one shard for ever. */
    private boolean isSettled() {
        return stream().source() instanceof DirectPut && !shards.isEmpty();
    }

    private void lookForShards() {
        var asked = environment.clock().instant();
        try {
            if (!finishedIsKnown) {
                finished.addAll(environment.checkpoints().finished(stream().id()));
                finishedIsKnown = true;
            }
            shards.forEach((id, work) -> {
                if (work.isOver()
                        && environment.checkpoints().finished(stream().id()).contains(id)) {
                    finished.add(id);
                    shards.remove(id);
                }
            });
            var found = new HashSet<String>();
            for (var shard : source.shards(Set.copyOf(finished))) {
                found.add(shard.id());
                if (!shards.containsKey(shard.id()) && !finished.contains(shard.id())) {
                    begin(shard);
                }
            }
            // A stream or topic that was made anew has others; those of the old one will never give more.
            shards.forEach((id, work) -> {
                if (!found.contains(id)) {
                    work.leave();
                }
            });
            if (stream().revisions().size() > 1
                    && !allSeenSince(stream().current().since())
                    && noneHides()) {
                allSeenAt = Optional.of(asked);
            }
        } catch (SourceUnavailableException e) {
            report.unavailable(e);
        } catch (StoppedException e) {
            throw e;
        } catch (RuntimeException | Error e) { // the catalog, a full disk, or a bug: it may be better the next time
            LOGGER.error(
                    "{} can't look for shards; it is tried again and again",
                    stream().arn(),
                    e);
            report.faulty(e);
            waiting.pause(PAUSE_AFTER_FAULT);
        }
    }

    /** Whether no shard waits behind its parents, with records that may be as old as theirs. */
    private boolean noneHides() {
        var supposed = new HashSet<>(finished);
        supposed.addAll(shards.keySet());
        return source.shards(supposed).isEmpty();
    }

    private boolean allSeenSince(Instant update) {
        return allSeenAt.filter(seen -> seen.isAfter(update)).isPresent();
    }

    private void begin(SourceShard shard) {
        var work = new ShardWork(
                new Place(stream().id(), shard.id()),
                shard,
                readFrom,
                retention(),
                environment,
                partitions,
                versions,
                report);
        shards.put(shard.id(), work);
        work.start();
        if (stopping) {
            work.stop();
        }
    }

    /** Other sources forget their records by themselves. */
    private Optional<Duration> retention() {
        return stream().source() instanceof DirectPut ? Optional.of(DirectPutLog.RETENTION) : Optional.empty();
    }

    /** The delivery stream has a newer version: what is buffered by others is delivered now. */
    void updated(DeliveryStream next) {
        if (versions.update(next)) {
            shards.values().forEach(ShardWork::cutAll);
        }
    }

    /** Does what is due by the clock. */
    void tick() {
        shards.values().forEach(ShardWork::tick);
        report.partitions(partitions);
        var present = stream();
        if (present.current().version() > oldestVersionTold && isAllPastUpdate(present)) {
            oldestVersionTold = present.current().version();
            forgetVersionsBefore(oldestVersionTold);
        }
    }

    /**
     * Whether nothing of what arrived before the last update will be read again. The order matters: what is on its way comes
     * from what was read, and what is read from the shards there are.
     */
    private boolean isAllPastUpdate(DeliveryStream present) {
        if (present.revisions().size() == 1) {
            return true;
        }
        return allSeenSince(present.current().since())
                && shards.values().stream().allMatch(work -> work.isPast(present.current()))
                && shards.values().stream()
                        .allMatch(work -> work.pending()
                                .filter(pending -> pending.oldestVersion()
                                        >= present.current().version())
                                .isPresent());
    }

    private void forgetVersionsBefore(int version) {
        versions.closeBefore(version);
        // It waits for others that make changes, which the ticker must not.
        environment.deliverers().execute(() -> {
            try {
                oldestVersionInUse.accept(version);
            } catch (RuntimeException e) { // the catalog: the next start forgets them
                report.faulty(e);
            }
        });
    }

    /** Delivers what has come so far, whatever its size and age; says whether all of it is delivered in time. */
    boolean flush(Duration waitMax) throws InterruptedException {
        var flushing = shards.values().stream()
                .map(work -> {
                    var task = new FutureTask<>(() -> work.flush(waitMax));
                    return new Flushing(task, Thread.ofVirtual().start(task));
                })
                .toList();
        long deadline = System.nanoTime() + waitMax.toNanos();
        boolean all = true;
        for (var one : flushing) {
            all &= one.isDoneBy(deadline);
        }
        return all;
    }

    private record Flushing(FutureTask<Boolean> task, Thread thread) {
        boolean isDoneBy(long deadlineNanos) throws InterruptedException {
            boolean done = thread.join(Duration.ofNanos(Math.max(1, deadlineNanos - System.nanoTime())));
            if (!done) {
                return false;
            }
            try {
                return task.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("a shard can't be flushed", e.getCause());
            }
        }
    }

    /** Stops, without waiting; what is under way goes on after the next start. */
    void stop() {
        stopping = true;
        waiting.stop();
        shards.values().forEach(ShardWork::stop);
        report.close();
    }

    /** Waits until what was stopped has ended, but not long: an attempt may take its time. */
    void awaitEnd() {
        long deadline = System.nanoTime() + STOP_WAIT_MAX.toNanos();
        try {
            if (scout.join(left(deadline))) {
                for (var work : shards.values()) {
                    work.join(left(deadline));
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        source.close();
        versions.close();
    }

    private static Duration left(long deadlineNanos) {
        return Duration.ofNanos(Math.max(1, deadlineNanos - System.nanoTime()));
    }

    long bufferedBytes() {
        return shards.values().stream()
                .flatMap(work -> work.pending().stream())
                .mapToLong(ShardLanes.Pending::bytes)
                .sum();
    }

    Optional<Instant> oldestArrival() {
        return shards.values().stream()
                .flatMap(work -> work.pending().stream())
                .flatMap(pending -> pending.oldestArrival().stream())
                .min(Instant::compareTo);
    }

    StreamReport report() {
        return report;
    }
}
