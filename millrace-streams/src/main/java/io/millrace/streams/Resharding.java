package io.millrace.streams;

import io.millrace.log.ShardKey;
import io.millrace.model.Caller;
import io.millrace.model.InvalidArgumentException;
import io.millrace.model.ValidationException;
import io.millrace.streams.StreamTables.Counter;
import io.millrace.streams.shard.HashKey;
import io.millrace.streams.shard.Shard;
import io.millrace.streams.shard.ShardId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.kinesis.model.MergeShardsRequest;
import software.amazon.awssdk.services.kinesis.model.MergeShardsResponse;
import software.amazon.awssdk.services.kinesis.model.SplitShardRequest;
import software.amazon.awssdk.services.kinesis.model.SplitShardResponse;
import software.amazon.awssdk.services.kinesis.model.StreamMode;

/**
 * SplitShard, MergeShards, and the beginning of every reshard: the children to come are written down, and the reconciler
 * closes the parents and opens them.
 */
final class Resharding {
    private final StreamsConfig config;
    private final StreamDirectory directory;
    private final StreamRegister register;
    private final StreamTables tables;
    private final ShardQuota quota;
    private final InstantSource clock;

    Resharding(
            StreamsConfig config,
            StreamDirectory directory,
            StreamRegister register,
            StreamTables tables,
            ShardQuota quota,
            InstantSource clock) {
        this.config = config;
        this.directory = directory;
        this.register = register;
        this.tables = tables;
        this.quota = quota;
        this.clock = clock;
    }

    SplitShardResponse split(Caller caller, SplitShardRequest request) {
        var address = directory.address(caller, request.streamName(), request.streamARN(), "SplitShard");
        int index = requireIndex(request.shardToSplit(), address);
        register.inTurn(() -> {
            var stream = directory.find(caller, address).orElseThrow(address::notFound);
            var state = stream.state();
            requireReshardable(state);
            var parent = requireShard(index, state);
            requireOpen(parent, state);
            quota.requireRoomFor(address.namespace(), 1);
            var key = requireInside(request.newStartingHashKey(), parent, state);
            var plan = ReshardPlan.split(parent, parent.range().cutAt(key), state.nextShardIndex());
            return begin(stream, state.settings(), plan, Also.NOTHING);
        });
        return SplitShardResponse.builder().build();
    }

    MergeShardsResponse merge(Caller caller, MergeShardsRequest request) {
        var address = directory.address(caller, request.streamName(), request.streamARN(), "MergeShards");
        int first = requireIndex(request.shardToMerge(), address);
        int second = requireIndex(request.adjacentShardToMerge(), address);
        register.inTurn(() -> {
            var stream = directory.find(caller, address).orElseThrow(address::notFound);
            var state = stream.state();
            requireReshardable(state);
            var toMerge = requireShard(first, state);
            var adjacent = requireShard(second, state);
            requireOpen(toMerge, state);
            requireOpen(adjacent, state);
            if (!toMerge.range().touches(adjacent.range())) {
                throw new InvalidArgumentException("Shards " + toMerge.id() + " and " + adjacent.id() + " in " + address
                        + " are not an adjacent pair of shards eligible for merging");
            }
            var plan = ReshardPlan.merge(toMerge, adjacent, state.nextShardIndex());
            return begin(stream, state.settings(), plan, Also.NOTHING);
        });
        return MergeShardsResponse.builder().build();
    }

    private static int requireIndex(String shardId, StreamAddress address) {
        return ShardId.parse(shardId).orElseThrow(() -> address.couldNotFindShard(shardId));
    }

    private static void requireReshardable(StreamState state) {
        state.requireActive();
        requireProvisioned(state);
    }

    /** Refuses to change the shards of an on-demand stream by hand. */
    static void requireProvisioned(StreamState state) {
        if (state.settings().mode() == StreamMode.ON_DEMAND) {
            throw new ValidationException("Request is invalid. Stream "
                    + state.address().name() + " under account "
                    + state.address().namespace().account() + " is in On-Demand mode.");
        }
    }

    private Shard requireShard(int index, StreamState state) {
        return state.shards()
                .find(index)
                .filter(shard -> state.unexpired(shard, clock.millis()))
                .orElseThrow(() -> state.address().couldNotFindShard(ShardId.of(index)));
    }

    private static void requireOpen(Shard shard, StreamState state) {
        if (!shard.open()) {
            throw new InvalidArgumentException("Shard " + shard.id() + " in " + state.address()
                    + " has already been merged or split, and thus is not eligible for merging or splitting.");
        }
    }

    private static HashKey requireInside(String given, Shard parent, StreamState state) {
        var range = parent.range();
        return HashKey.parse(given)
                .filter(key ->
                        key.compareTo(range.start()) > 0 && key.previous().compareTo(range.start()) > 0)
                .filter(key -> key.compareTo(range.end()) < 0)
                .orElseThrow(() -> new InvalidArgumentException("NewStartingHashKey " + given
                        + " used in SplitShard() on shard " + parent.id() + " in " + state.address()
                        + " is not both greater than one plus the shard's StartingHashKey " + range.start()
                        + " and less than the shard's EndingHashKey " + range.end() + "."));
    }

    /**
     * Writes down what is to come and shows the stream UPDATING; the reconciler makes it so. In turn.
     *
     * @param settings what the stream's are from now on; where they alone change, the plan is {@link ReshardPlan#none}
     * @param also what else belongs into the same transaction
     */
    StreamState begin(LiveStream stream, StreamSettings settings, ReshardPlan plan, Also also) {
        var state = stream.state();
        long now = clock.millis();
        var firstParents = parents(plan, state);
        long due = Math.max(
                now + config.transitionDelay().toMillis(),
                firstParents.isEmpty() ? now : ReshardTimes.earliestMillis(firstParents, now));
        return register.change(stream, connection -> {
            also.write(connection);
            var pending = pending(plan, tables.allocate(connection, Counter.LOG_KEY, plan.size()), due);
            var updating = state.withSettings(settings).updating(pending, due);
            tables.updateStream(connection, updating);
            tables.putShards(connection, state.id(), pending, StreamTables.Stage.PENDING);
            return updating;
        });
    }

    /** What is written along with a reshard. */
    @FunctionalInterface
    interface Also {
        Also NOTHING = _ -> {};

        void write(Connection connection) throws SQLException;
    }

    private static List<Shard> parents(ReshardPlan plan, StreamState state) {
        return plan.shards().stream()
                .flatMap(planned -> planned.parents().stream())
                .flatMap(index -> state.shards().find(index).stream())
                .toList();
    }

    /** Their moments are set when they open. */
    private static List<Shard> pending(ReshardPlan plan, long firstLogKey, long due) {
        int firstIndex = plan.isEmpty() ? 0 : plan.shards().getFirst().index();
        return plan.shards().stream()
                .map(planned -> new Shard(
                        planned.index(),
                        new ShardKey(firstLogKey + planned.index() - firstIndex),
                        planned.range(),
                        planned.parents(),
                        Math.floorDiv(due, 1000L),
                        due,
                        Optional.empty()))
                .toList();
    }
}
