package io.millrace.streams;

import io.millrace.log.ShardKey;
import io.millrace.model.Caller;
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
    private final ResourceTables resourceTables;
    private final ShardQuota quota;
    private final ConsumerLifeCycle consumers;
    private final OnDemandQuota onDemandQuota;
    private final AccountSettings accounts;
    private final InstantSource clock;

    StreamLifeCycle(
            StreamsConfig config,
            StreamDirectory directory,
            StreamRegister register,
            StreamTables tables,
            ResourceTables resourceTables,
            ShardQuota quota,
            ConsumerLifeCycle consumers,
            OnDemandQuota onDemandQuota,
            AccountSettings accounts,
            InstantSource clock) {
        this.config = config;
        this.directory = directory;
        this.register = register;
        this.tables = tables;
        this.resourceTables = resourceTables;
        this.quota = quota;
        this.consumers = consumers;
        this.onDemandQuota = onDemandQuota;
        this.accounts = accounts;
        this.clock = clock;
    }

    CreateStreamResponse create(Caller caller, CreateStreamRequest request) {
        var address = new StreamAddress(caller.namespace(), request.streamName());
        var mode = modeOf(request);
        var warm = warmThroughputOf(request, caller, mode);
        int shardCount =
                mode == StreamMode.ON_DEMAND ? WarmThroughput.shardsFor(warm.orElse(0)) : requireShardCount(request);
        TagRules.requireAddable(address.toString(), request.tags());
        TagRules.requireRoomFor(address.toString(), request.tags().size());
        register.inTurn(() -> {
            if (directory.find(address).isPresent()) {
                throw address.alreadyExists();
            }
            quota.requireRoomFor(address.namespace(), shardCount);
            if (mode == StreamMode.ON_DEMAND) {
                onDemandQuota.requireRoom(address.namespace());
            }
            return register.add(connection -> write(connection, address, mode, warm, shardCount, request));
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

    /** The warm throughput that was asked for, if any. */
    private Optional<Integer> warmThroughputOf(CreateStreamRequest request, Caller caller, StreamMode mode) {
        var asked = Optional.ofNullable(request.warmThroughputMiBps()).filter(mib -> mib > 0);
        asked.ifPresent(mib -> {
            if (mode != StreamMode.ON_DEMAND) {
                throw new ValidationException("WarmThroughputMiBps can be set only for on-demand streams.");
            }
            accounts.requireCommitted(caller.namespace());
            WarmThroughput.requireAllowed(mib);
        });
        return asked;
    }

    private StreamState write(
            Connection connection,
            StreamAddress address,
            StreamMode mode,
            Optional<Integer> warmThroughputMib,
            int shardCount,
            CreateStreamRequest request)
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
                                Objects.requireNonNullElse(
                                        request.maxRecordSizeInKiB(), StreamLimits.RECORD_DEFAULT_KIB))
                        .withWarmThroughput(warmThroughputMib),
                0,
                now,
                now + config.transitionDelay().toMillis(),
                shardCount,
                ShardMap.EMPTY,
                shards);
        tables.insertStream(connection, state);
        tables.putShards(connection, state.id(), shards, StreamTables.Stage.PENDING);
        resourceTables.putTags(connection, ResourceKey.ofStream(state.id()), request.tags());
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
