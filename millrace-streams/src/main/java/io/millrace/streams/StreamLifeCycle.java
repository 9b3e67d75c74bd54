package io.millrace.streams;

import io.millrace.log.ShardKey;
import io.millrace.model.Caller;
import io.millrace.model.LimitExceededException;
import io.millrace.model.Namespace;
import io.millrace.model.ValidationException;
import io.millrace.streams.shard.HashRange;
import io.millrace.streams.shard.Shard;
import io.millrace.streams.shard.ShardMap;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.kinesis.model.CreateStreamRequest;
import software.amazon.awssdk.services.kinesis.model.CreateStreamResponse;
import software.amazon.awssdk.services.kinesis.model.DeleteStreamRequest;
import software.amazon.awssdk.services.kinesis.model.DeleteStreamResponse;
import software.amazon.awssdk.services.kinesis.model.StreamMode;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/** CreateStream and DeleteStream: they write down what is wanted, and the reconciler makes it so. */
final class StreamLifeCycle {
    /** Shards are born a little in the past, as on AWS, so that the first put is always later. */
    private static final int CREATION_HEAD_START_SECONDS = 2;

    private final StreamsConfig config;
    private final StreamDirectory directory;
    private final StreamRegister register;
    private final StreamTables tables;
    private final ShardQuota quota;
    private final ConsumerLifeCycle consumers;
    private final InstantSource clock;

    StreamLifeCycle(
            StreamsConfig config,
            StreamDirectory directory,
            StreamRegister register,
            StreamTables tables,
            ShardQuota quota,
            ConsumerLifeCycle consumers,
            InstantSource clock) {
        this.config = config;
        this.directory = directory;
        this.register = register;
        this.tables = tables;
        this.quota = quota;
        this.consumers = consumers;
        this.clock = clock;
    }

    CreateStreamResponse create(Caller caller, CreateStreamRequest request) {
        var address = new StreamAddress(caller.namespace(), request.streamName());
        var mode = modeOf(request);
        int shardCount = mode == StreamMode.ON_DEMAND ? StreamLimits.ON_DEMAND_SHARDS : requireShardCount(request);
        refuseWarmThroughput(request);
        TagRules.require(address, request.tags());
        register.inTurn(() -> {
            if (directory.find(address).isPresent()) {
                throw address.alreadyExists();
            }
            quota.requireRoomFor(address.namespace(), shardCount);
            if (mode == StreamMode.ON_DEMAND) {
                requireRoomForOnDemandStream(address.namespace());
            }
            return register.add(connection -> write(connection, address, mode, shardCount, request));
        });
        return CreateStreamResponse.builder().build();
    }

    private static StreamMode modeOf(CreateStreamRequest request) {
        if (request.streamModeDetails() != null) {
            return request.streamModeDetails().streamMode();
        }
        return request.shardCount() == null ? StreamMode.ON_DEMAND : StreamMode.PROVISIONED;
    }

    private static int requireShardCount(CreateStreamRequest request) {
        if (request.shardCount() == null) {
            throw new ValidationException("1 validation error detected: Value null at 'shardCount' failed to satisfy"
                    + " constraint: Member must not be null");
        }
        return request.shardCount();
    }

    private static void refuseWarmThroughput(CreateStreamRequest request) {
        if (Objects.requireNonNullElse(request.warmThroughputMiBps(), 0) > 0) {
            throw new ValidationException("WarmThroughputMiBps can be set only for on-demand streams of accounts with"
                    + " MinimumThroughputBillingCommitment enabled.");
        }
    }

    private void requireRoomForOnDemandStream(Namespace namespace) {
        long there = directory.in(namespace).values().stream()
                .filter(stream -> stream.state().settings().mode() == StreamMode.ON_DEMAND)
                .count();
        if (there >= config.onDemandStreamLimit()) {
            throw new LimitExceededException("This request would exceed the on-demand stream limit for the account "
                    + namespace.account() + " in " + namespace.region() + ". Current on-demand stream count: " + there
                    + ". Limit: " + config.onDemandStreamLimit() + ".");
        }
    }

    private StreamState write(
            Connection connection, StreamAddress address, StreamMode mode, int shardCount, CreateStreamRequest request)
            throws SQLException {
        long now = clock.millis();
        long firstLogKey = tables.allocate(connection, StreamTables.Counter.LOG_KEY, shardCount);
        var ranges = HashRange.tiles(shardCount);
        List<Shard> shards = IntStream.range(0, shardCount)
                .mapToObj(i -> new Shard(
                        i,
                        new ShardKey(firstLogKey + i),
                        ranges.get(i),
                        List.of(),
                        Math.floorDiv(now, 1000L) - CREATION_HEAD_START_SECONDS,
                        now,
                        Optional.empty()))
                .toList();
        var state = new StreamState(
                tables.allocate(connection, StreamTables.Counter.STREAM_ID, 1),
                address,
                StreamStatus.CREATING,
                StreamSettings.of(
                        mode,
                        Objects.requireNonNullElse(request.maxRecordSizeInKiB(), StreamLimits.RECORD_DEFAULT_KIB)),
                0,
                now,
                now + config.transitionDelay().toMillis(),
                shardCount,
                ShardMap.EMPTY,
                shards);
        tables.insertStream(connection, state);
        tables.putShards(connection, state.id(), shards, StreamTables.Stage.PENDING);
        tables.insertTags(connection, state.id(), request.tags());
        return state;
    }

    DeleteStreamResponse delete(Caller caller, DeleteStreamRequest request) {
        register.inTurn(() -> {
            var stream = directory.require(caller, request.streamName(), request.streamARN(), "DeleteStream");
            var state = stream.state();
            if (!state.writable()) {
                throw state.address().notActive(state.status());
            }
            consumers.requireDeletable(state, request);
            long due = clock.millis() + config.transitionDelay().toMillis();
            var gone = register.change(stream, connection -> {
                var deleting = state.deleting(due);
                tables.updateStream(connection, deleting);
                return deleting;
            });
            consumers.deleteAll(gone);
            return gone;
        });
        return DeleteStreamResponse.builder().build();
    }
}
