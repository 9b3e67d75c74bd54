package io.millrace.streams;

import io.millrace.model.Caller;
import io.millrace.model.LimitExceededException;
import io.millrace.model.ValidationException;
import io.millrace.streams.ScalingTables.LimitedCall;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import software.amazon.awssdk.services.kinesis.model.StreamMode;
import software.amazon.awssdk.services.kinesis.model.UpdateStreamModeRequest;
import software.amazon.awssdk.services.kinesis.model.UpdateStreamModeResponse;
import software.amazon.awssdk.services.kinesis.model.UpdateStreamWarmThroughputRequest;
import software.amazon.awssdk.services.kinesis.model.UpdateStreamWarmThroughputResponse;
import software.amazon.awssdk.services.kinesis.model.WarmThroughputObject;

/** UpdateStreamMode and UpdateStreamWarmThroughput: who decides how many shards a stream has, and how few it may have. */
final class CapacityModes {
    private final StreamsConfig config;
    private final StreamDirectory directory;
    private final StreamRegister register;
    private final ScalingTables tables;
    private final ShardQuota quota;
    private final OnDemandQuota onDemandQuota;
    private final AccountSettings accounts;
    private final Resharding resharding;
    private final InstantSource clock;

    CapacityModes(
            StreamsConfig config,
            StreamDirectory directory,
            StreamRegister register,
            ScalingTables tables,
            ShardQuota quota,
            OnDemandQuota onDemandQuota,
            AccountSettings accounts,
            Resharding resharding,
            InstantSource clock) {
        this.config = config;
        this.directory = directory;
        this.register = register;
        this.tables = tables;
        this.quota = quota;
        this.onDemandQuota = onDemandQuota;
        this.accounts = accounts;
        this.resharding = resharding;
        this.clock = clock;
    }

    UpdateStreamModeResponse updateMode(Caller caller, UpdateStreamModeRequest request) {
        var mode = request.streamModeDetails().streamMode();
        var asked = Optional.ofNullable(request.warmThroughputMiBps()).filter(mib -> mib > 0);
        return register.inTurn(() -> {
            var stream = directory.require(caller, null, request.streamARN(), "UpdateStreamMode");
            var state = stream.state();
            state.requireActive();
            asked.ifPresent(mib -> requireWarmable(state, mode, mib));
            boolean switched = mode != state.settings().mode();
            if (switched || asked.isPresent()) {
                if (switched && mode == StreamMode.ON_DEMAND) {
                    onDemandQuota.requireRoom(state.address().namespace());
                }
                var warm = mode == StreamMode.PROVISIONED
                        ? Optional.<Integer>empty()
                        : asked.or(state.settings()::warmThroughputMib);
                var settings = state.settings().withMode(mode).withWarmThroughput(warm);
                resharding.begin(
                        stream,
                        settings,
                        asked.isPresent() ? planFor(state, asked.get()) : ReshardPlan.none(),
                        switched ? connection -> noteSwitch(connection, state, mode) : Resharding.Also.NOTHING);
            }
            return UpdateStreamModeResponse.builder().build();
        });
    }

    UpdateStreamWarmThroughputResponse updateWarmThroughput(Caller caller, UpdateStreamWarmThroughputRequest request) {
        int mib = request.warmThroughputMiBps();
        return register.inTurn(() -> {
            var stream =
                    directory.require(caller, request.streamName(), request.streamARN(), "UpdateStreamWarmThroughput");
            var state = stream.state();
            state.requireActive();
            requireWarmable(state, state.settings().mode(), mib);
            var settings = state.settings().withWarmThroughput(Optional.of(mib));
            resharding.begin(stream, settings, planFor(state, mib), Resharding.Also.NOTHING);
            return UpdateStreamWarmThroughputResponse.builder()
                    .streamName(state.address().name())
                    .streamARN(state.address().arn())
                    .warmThroughput(describe(mib, state))
                    .build();
        });
    }

    /** Refuses warm throughput unless the stream is or will be of a mode, and its account of a kind, that can have it. */
    private void requireWarmable(StreamState state, StreamMode mode, int mib) {
        if (mode != StreamMode.ON_DEMAND) {
            throw new ValidationException("WarmThroughputMiBps can be set only for on-demand streams. Stream "
                    + state.address().name() + " under account "
                    + state.address().namespace().account() + " is in Provisioned mode.");
        }
        accounts.requireCommitted(state.address().namespace());
        WarmThroughput.requireAllowed(mib);
    }

    /** Only grows: how far a stream may shrink, its load decides, in its time. */
    private ReshardPlan planFor(StreamState state, int mib) {
        int open = state.shards().openCount();
        int target = Math.max(open, WarmThroughput.shardsFor(mib));
        quota.requireRoomFor(state.address().namespace(), target - open);
        return ReshardPlan.toCount(state.shards().open(), target, state.nextShardIndex());
    }

    /** A stream that becomes on-demand has room for its peaks of the past, which nobody has measured: all it has. */
    private void noteSwitch(Connection connection, StreamState state, StreamMode mode) throws SQLException {
        countSwitch(connection, state);
        if (mode == StreamMode.ON_DEMAND) {
            long today = Duration.ofMillis(clock.millis()).toDays();
            var peak = OnDemandScaling.peakThatKeeps(state.shards().openCount());
            tables.putPeak(connection, state.id(), today, peak, today);
        }
    }

    private void countSwitch(Connection connection, StreamState state) throws SQLException {
        int allowed = config.modeSwitchesPerDay();
        tables.count(connection, state.id(), LimitedCall.MODE, clock.millis(), allowed, () -> {
            throw new LimitExceededException("Stream " + state.address().name() + " under account "
                    + state.address().namespace().account() + " has switched its mode " + allowed
                    + " times in the last 24 hours, which is the limit.");
        });
    }

    /** What a stream's summary says of its warm throughput, if there is anything to say. */
    Optional<WarmThroughputObject> describe(StreamState state) {
        boolean warmable = state.settings().mode() == StreamMode.ON_DEMAND
                && accounts.committed(state.address().namespace());
        return warmable
                ? Optional.of(describe(state.settings().warmThroughputMib().orElse(0), state))
                : Optional.empty();
    }

    private static WarmThroughputObject describe(int targetMib, StreamState state) {
        return WarmThroughputObject.builder()
                .targetMiBps(targetMib)
                .currentMiBps(state.shards().openCount())
                .build();
    }
}
