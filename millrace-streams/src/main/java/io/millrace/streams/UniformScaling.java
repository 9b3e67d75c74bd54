package io.millrace.streams;

import io.millrace.model.Caller;
import io.millrace.model.InvalidArgumentException;
import io.millrace.model.LimitExceededException;
import io.millrace.streams.ScalingTables.LimitedCall;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import software.amazon.awssdk.services.kinesis.model.UpdateShardCountRequest;
import software.amazon.awssdk.services.kinesis.model.UpdateShardCountResponse;

/** UpdateShardCount: the whole way to the new count is planned and written down in one call. */
final class UniformScaling {
    private final StreamsConfig config;
    private final StreamDirectory directory;
    private final StreamRegister register;
    private final ScalingTables tables;
    private final ShardQuota quota;
    private final Resharding resharding;
    private final InstantSource clock;

    UniformScaling(
            StreamsConfig config,
            StreamDirectory directory,
            StreamRegister register,
            ScalingTables tables,
            ShardQuota quota,
            Resharding resharding,
            InstantSource clock) {
        this.config = config;
        this.directory = directory;
        this.register = register;
        this.tables = tables;
        this.quota = quota;
        this.resharding = resharding;
        this.clock = clock;
    }

    UpdateShardCountResponse update(Caller caller, UpdateShardCountRequest request) {
        return register.inTurn(() -> {
            var stream = directory.require(caller, request.streamName(), request.streamARN(), "UpdateShardCount");
            var state = stream.state();
            int target = request.targetShardCount();
            state.requireActive();
            Resharding.requireProvisioned(state);
            requireAllowed(state, target);
            int open = state.shards().openCount();
            if (target != open) {
                quota.requireRoomFor(state.address().namespace(), Math.max(0, target - open));
                var plan = ReshardPlan.toCount(state.shards().open(), target, state.nextShardIndex());
                resharding.begin(stream, state.settings(), plan, connection -> count(connection, state));
            }
            return UpdateShardCountResponse.builder()
                    .streamName(state.address().name())
                    .streamARN(state.address().arn())
                    .currentShardCount(open)
                    .targetShardCount(target)
                    .build();
        });
    }

    private void requireAllowed(StreamState state, int target) {
        switch (config.scalingLimits()) {
            case OFF -> {}
            case AWS -> requireAllowedOnAws(state.shards().openCount(), target);
        }
    }

    private static void requireAllowedOnAws(int open, int target) {
        if (target > StreamLimits.STREAM_MAX_SHARDS) {
            throw new LimitExceededException("UpdateShardCount cannot scale a stream beyond "
                    + StreamLimits.STREAM_MAX_SHARDS + " shards. Target shard count: " + target);
        }
        if (target > 2L * open) {
            throw new InvalidArgumentException("UpdateShardCount cannot scale up over double your current open shard"
                    + " count. Current open shard count: " + open + " Target shard count: " + target);
        }
        if (target < (open + 1) / 2) {
            throw new InvalidArgumentException("UpdateShardCount cannot scale down below half your current open shard"
                    + " count. Current open shard count: " + open + " Target shard count: " + target);
        }
    }

    /** Counted always, so that a limit that is switched on later knows of the calls before. */
    private void count(Connection connection, StreamState state) throws SQLException {
        int allowed = switch (config.scalingLimits()) {
            case OFF -> Integer.MAX_VALUE;
            case AWS -> StreamLimits.SHARD_COUNT_UPDATES_PER_DAY;
        };
        tables.count(connection, state.id(), LimitedCall.SHARD_COUNT, clock.millis(), allowed, () -> {
            throw new LimitExceededException("Stream " + state.address().name() + " under account "
                    + state.address().namespace().account() + " has had its shard count updated " + allowed
                    + " times in the last 24 hours, which is the limit.");
        });
    }
}
