package io.millrace.streams;

import io.millrace.log.Log;
import io.millrace.streams.shard.Shard;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/**
 * Brings the log and the catalog to the state that was asked for. What is pending stands in the catalog, each step can be
 * done twice, and the step that ends it is one transaction; so whatever a crash leaves half done is done at the next
 * start.
 */
final class Reconciler {
    private static final Logger LOGGER = LoggerFactory.getLogger(Reconciler.class);

    /** How long to wait with a step that failed, on a full disk for example. */
    private static final Duration RETRY_INTERVAL = Duration.ofSeconds(1);

    /** Longer waits are believed to come from a clock that was set back, and are not waited for. */
    private static final Duration RESHARD_WAIT_MAX = Duration.ofSeconds(1);

    private static final Duration NOTHING_DUE = Duration.ofDays(1);

    private final StreamsConfig config;
    private final StreamDirectory directory;
    private final StreamRegister register;
    private final StreamTables tables;
    private final ConsumerRegister consumers;
    private final Log log;
    private final ShardLogs logs;
    private final InstantSource clock;

    Reconciler(
            StreamsConfig config,
            StreamDirectory directory,
            StreamRegister register,
            StreamTables tables,
            ConsumerRegister consumers,
            Log log,
            InstantSource clock) {
        this.config = config;
        this.directory = directory;
        this.register = register;
        this.tables = tables;
        this.consumers = consumers;
        this.log = log;
        this.logs = new ShardLogs(log);
        this.clock = clock;
    }

    /**
     * Does every step that is due.
     *
     * @return how long to wait for the next one, if nothing new is asked for
     */
    Duration reconcile() {
        var next = NOTHING_DUE;
        for (var stream : directory.all().toList()) {
            var state = stream.state();
            if (state.status() != StreamStatus.ACTIVE) {
                var wait = untilDue(state);
                var again = wait.isPositive() ? wait : step(stream, state);
                next = again.compareTo(next) < 0 ? again : next;
            }
        }
        return next;
    }

    private Duration untilDue(StreamState state) {
        var wait = Duration.ofMillis(state.transitionDueMillis() - clock.millis());
        var longest = config.transitionDelay().plus(RESHARD_WAIT_MAX);
        return wait.compareTo(longest) > 0 ? Duration.ZERO : wait;
    }

    /** Returns how long to wait before this stream needs another step. */
    private Duration step(LiveStream stream, StreamState state) {
        try {
            switch (state.status()) {
                case CREATING -> create(stream, state);
                case UPDATING -> reshard(stream, state);
                case DELETING -> delete(stream, state);
                case ACTIVE, UNKNOWN_TO_SDK_VERSION -> throw new AssertionError(state.status() + " needs no step");
            }
            return stream.state().status() == StreamStatus.UPDATING ? untilDue(stream.state()) : NOTHING_DUE;
        } catch (RuntimeException e) {
            LOGGER.error("{} stays {} until the next try", state.address(), state.status(), e);
            stream.refuseParked();
            return RETRY_INTERVAL;
        }
    }

    private void create(LiveStream stream, StreamState seen) {
        logs.open(seen.pending(), seen.settings().retention());
        finish(stream, seen, List.of(), seen.pending());
    }

    /**
     * Opens one generation of shards: of many that are split twice over, the next one can be opened a second later. From
     * the moment the parents are sealed, puts to them wait; they go on to the children when those are shown.
     */
    private void reshard(LiveStream stream, StreamState seen) {
        var children = seen.nextGeneration();
        if (children.isEmpty()) {
            finish(stream, seen, List.of(), List.of());
            return;
        }
        logs.open(children, seen.settings().retention());
        var parents = children.stream()
                .flatMap(child -> child.parents().stream())
                .distinct()
                .flatMap(index -> seen.shards().find(index).stream())
                .toList();
        logs.seal(parents);
        var closing = ReshardTimes.closing(parents, children, clock.millis(), lastArrivalMillis(parents));
        finish(
                stream,
                seen,
                parents.stream().map(parent -> parent.closed(closing)).toList(),
                children.stream()
                        .map(child -> ReshardTimes.opened(child, closing))
                        .toList());
    }

    private long lastArrivalMillis(List<Shard> parents) {
        return parents.stream()
                .mapToLong(parent -> log.bounds(parent.logKey()).lastArrivalMillis())
                .max()
                .orElse(0);
    }

    /** Writes the end of a step and shows it; unless the stream was meanwhile told to go, which then comes first. */
    private void finish(LiveStream stream, StreamState seen, List<Shard> closed, List<Shard> opened) {
        register.inTurn(() -> {
            var state = stream.state();
            if (state.status() != seen.status()) {
                return state;
            }
            // It may have been changed while the shards were being opened with the old one.
            if (!state.settings().retention().equals(seen.settings().retention())) {
                logs.open(opened, state.settings().retention());
            }
            long now = clock.millis();
            long due = opened.isEmpty() ? now : ReshardTimes.earliestMillis(opened, now);
            var next = state.opened(opened, state.shards().resharded(closed, opened), due);
            return register.change(stream, connection -> {
                tables.updateStream(connection, next);
                tables.putShards(
                        connection,
                        state.id(),
                        Stream.concat(closed.stream(), opened.stream()).toList(),
                        StreamTables.Stage.LIVE);
                return next;
            });
        });
    }

    private void delete(LiveStream stream, StreamState state) {
        logs.delete(Stream.concat(state.shards().all().stream(), state.pending().stream())
                .toList());
        register.inTurn(() -> {
            register.remove(stream, connection -> {
                tables.deleteStream(connection, state.id());
                return true;
            });
            consumers.forgetAll(state);
            return state;
        });
    }
}
