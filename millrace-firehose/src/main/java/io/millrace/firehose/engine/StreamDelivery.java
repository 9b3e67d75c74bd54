package io.millrace.firehose.engine;

import io.millrace.firehose.definition.DeliveryStream;
import io.millrace.firehose.definition.Revision;
import io.millrace.firehose.engine.Checkpoints.Place;
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
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One delivery stream at work: its source, the loops of its shards, and the routes of the versions that still have records on
 * their way. One virtual thread looks for shards; each shard has a loop of its own.
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
    private final RouteOpener opener;
    private final IntConsumer oldestVersionInUse;
    private final StreamReport report;
    private final Partitions partitions = new Partitions(Partitions.DEFAULT_MAX);
    private final Waiting waiting = new Waiting();
    private final Map<Integer, Route> routes = new ConcurrentHashMap<>();
    private final Map<String, Running> shards = new ConcurrentHashMap<>();
    /** The scout's own. */
    private final Set<String> finished;

    private final Thread scout;
    private volatile DeliveryStream stream;
    private boolean finishedIsKnown;
    private int oldestVersionTold;

    /** A shard being read. */
    private record Running(SourceShard shard, ShardDelivery delivery, Thread loop) {}

    /** Opens what a version of a delivery stream needs. */
    interface RouteOpener {
        Route open(DeliveryStream stream, Revision revision);
    }

    StreamDelivery(
            Environment environment,
            DeliveryStream stream,
            Source source,
            Instant readFrom,
            RouteOpener opener,
            IntConsumer oldestVersionInUse,
            StreamReport report) {
        this.environment = environment;
        this.stream = stream;
        this.source = source;
        this.readFrom = readFrom;
        this.opener = opener;
        this.oldestVersionInUse = oldestVersionInUse;
        this.report = report;
        this.finished = new HashSet<>();
        this.scout = Thread.ofVirtual().name("firehose " + stream.name()).unstarted(this::scout);
    }

    void start() {
        scout.start();
    }

    DeliveryStream stream() {
        return stream;
    }

    /** Lets the interrupted wait end when the stream stops. */
    private static final class Waiting implements Pauses {
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition stops = lock.newCondition();
        private volatile boolean stopped;

        @Override
        public void pause(Duration time) {
            if (time.isPositive()) {
                await(time.toNanos());
            }
            if (stopped) {
                throw new StoppedException();
            }
        }

        private void await(long nanos) {
            lock.lock();
            try {
                long left = nanos;
                while (!stopped && left > 0) {
                    left = stops.awaitNanos(left);
                }
            } catch (InterruptedException _) {
                throw new StoppedException();
            } finally {
                lock.unlock();
            }
        }

        void stop() {
            lock.lock();
            try {
                stopped = true;
                stops.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Starts a loop for each shard that can be read now, and again for each that comes. */
    private void scout() {
        try {
            while (true) {
                lookForShards();
                waiting.pause(isAskedSeldom() ? PARTITIONS_INTERVAL : SHARDS_INTERVAL);
                if (isSettled()) {
                    return;
                }
            }
        } catch (StoppedException _) {
            LOGGER.debug("{} stops", stream.name());
        }
    }

    /** Each question to a broker is a connection, and partitions are added once in a while. */
    private boolean isAskedSeldom() {
        return stream.source() instanceof io.millrace.firehose.definition.Source.KafkaTopic && !shards.isEmpty();
    }

    /** A delivery stream that records are put into has one shard for ever. */
    private boolean isSettled() {
        return stream.source() instanceof io.millrace.firehose.definition.Source.DirectPut && !shards.isEmpty();
    }

    private void lookForShards() {
        try {
            if (!finishedIsKnown) {
                finished.addAll(environment.checkpoints().finished(stream.id()));
                finishedIsKnown = true;
            }
            shards.forEach((id, running) -> {
                if (!running.loop().isAlive()
                        && environment.checkpoints().finished(stream.id()).contains(id)) {
                    finished.add(id);
                    shards.remove(id);
                }
            });
            for (var shard : source.shards(Set.copyOf(finished))) {
                if (!shards.containsKey(shard.id())) {
                    begin(shard);
                }
            }
        } catch (SourceUnavailableException e) {
            report.unavailable(e);
        } catch (StoppedException e) {
            throw e;
        } catch (RuntimeException | Error e) { // the catalog, a full disk, or a bug: it may be better the next time
            LOGGER.error("{} can't look for shards; it is tried again and again", stream.arn(), e);
            report.failed("Firehose.InternalError", "can't look for shards: " + e);
            waiting.pause(PAUSE_AFTER_FAULT);
        }
    }

    private void begin(SourceShard shard) {
        var place = new Place(stream.id(), shard.id());
        var progress = environment.checkpoints().load(place);
        long from = progress.low().isPresent() ? progress.low().get() : beginning(place, shard);
        var delivery = new ShardDelivery(
                place,
                from,
                progress.groups(),
                environment,
                shard.again()
                        .map(again ->
                                ShardLoop.rereading(again, environment.scratch().rereads())),
                partitions,
                waiting,
                report);
        var loop = new ShardLoop(shard, from, delivery, this::route, waiting, report, environment.clock());
        var thread = Thread.ofVirtual()
                .name("firehose " + stream.name() + " " + shard.id())
                .unstarted(loop);
        shards.put(shard.id(), new Running(shard, delivery, thread));
        thread.start();
    }

    private long beginning(Place place, SourceShard shard) {
        try {
            long from = shard.offsetAt(readFrom);
            environment.checkpoints().advance(place, from);
            return from;
        } catch (RuntimeException e) {
            // The next look gets another one; what this one has opened is nobody's.
            shard.close();
            throw e;
        }
    }

    private Route route(Instant arrival) {
        var revision = stream.revisionAt(arrival);
        return routes.computeIfAbsent(revision.version(), _ -> open(revision));
    }

    /** What can't be opened now may be later; till then nothing is delivered and nothing is lost. */
    private Route open(Revision revision) {
        while (true) {
            try {
                return opener.open(stream, revision);
            } catch (RuntimeException e) {
                LOGGER.error(
                        "version {} of {} can't be opened; it will be tried again",
                        revision.version(),
                        stream.arn(),
                        e);
                report.failed("Firehose.ConfigurationError", String.valueOf(e.getMessage()));
                waiting.pause(Duration.ofSeconds(10));
            }
        }
    }

    /** The delivery stream has a newer version: what is buffered by others is delivered now. */
    void updated(DeliveryStream next) {
        boolean newVersion = next.current().version() != stream.current().version();
        stream = next;
        if (newVersion) {
            shards.values().forEach(running -> running.delivery().cutAll());
        }
    }

    /** Does what is due by the clock. */
    void tick() {
        int oldestVersion = stream.current().version();
        for (var running : shards.values()) {
            long low = running.delivery().tick();
            report.low(running.shard(), low, environment.deliverers());
            oldestVersion = Math.min(oldestVersion, running.delivery().pending().oldestVersion());
        }
        report.partitions(partitions.active());
        forgetOldVersions(oldestVersion);
    }

    /** Records that arrived before an update may still be in the source for as long as a loop has not come so far. */
    private void forgetOldVersions(int oldestVersion) {
        if (oldestVersion > oldestVersionTold && shards.values().stream().allMatch(this::isPastUpdate)) {
            oldestVersionTold = oldestVersion;
            oldestVersionInUse.accept(oldestVersion);
            routes.forEach((version, route) -> {
                if (version < oldestVersion) {
                    routes.remove(version);
                    route.close();
                }
            });
        }
    }

    private boolean isPastUpdate(Running running) {
        var again = running.shard().again();
        if (again.isEmpty()) {
            return false;
        }
        try (var shard = again.get()) {
            return running.delivery().acceptedUpTo()
                    >= shard.offsetAt(stream.current().since());
        } catch (SourceUnavailableException _) {
            return false;
        }
    }

    /** Delivers what has come so far, whatever its size and age; says whether all of it is delivered in time. */
    boolean flush(Duration waitMax) throws InterruptedException {
        var flushing = shards.values().stream()
                .map(running -> Thread.ofVirtual().start(() -> flush(running)))
                .toList();
        long deadline = System.nanoTime() + waitMax.toNanos();
        for (var one : flushing) {
            if (!one.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())))) {
                return false;
            }
        }
        return true;
    }

    private void flush(Running running) {
        try {
            long tail = running.shard()
                    .again()
                    .map(shard -> shard.offsetAt(Instant.ofEpochMilli(Long.MAX_VALUE)))
                    .orElseGet(() -> running.delivery().acceptedUpTo());
            running.delivery().awaitAccepted(tail);
            running.delivery().cutAll();
            running.delivery().awaitDelivered(tail);
        } catch (StoppedException | SourceUnavailableException | InterruptedException _) {
            LOGGER.debug("{} stops while it is flushed", stream.name());
        }
    }

    /** Stops; what is under way goes on after the next start. */
    void stop() {
        waiting.stop();
        shards.values().forEach(running -> running.shard().wake());
        try {
            if (scout.join(STOP_WAIT_MAX)) {
                for (var running : shards.values()) {
                    running.loop().join(STOP_WAIT_MAX);
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        source.close();
        routes.values().forEach(Route::close);
        report.close();
    }

    long bufferedBytes() {
        return shards.values().stream()
                .mapToLong(running -> running.delivery().pending().bytes())
                .sum();
    }

    Optional<Instant> oldestArrival() {
        return shards.values().stream()
                .flatMap(running -> running.delivery().pending().oldestArrival().stream())
                .min(Instant::compareTo);
    }

    StreamReport report() {
        return report;
    }
}
