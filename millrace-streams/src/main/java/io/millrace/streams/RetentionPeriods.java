package io.millrace.streams;

import io.millrace.log.LogUnavailableException;
import io.millrace.model.Caller;
import io.millrace.model.InvalidArgumentException;
import io.millrace.model.ServiceUnavailableException;
import java.time.Duration;
import java.time.InstantSource;
import software.amazon.awssdk.services.kinesis.model.DecreaseStreamRetentionPeriodRequest;
import software.amazon.awssdk.services.kinesis.model.DecreaseStreamRetentionPeriodResponse;
import software.amazon.awssdk.services.kinesis.model.IncreaseStreamRetentionPeriodRequest;
import software.amazon.awssdk.services.kinesis.model.IncreaseStreamRetentionPeriodResponse;

/**
 * IncreaseStreamRetentionPeriod and DecreaseStreamRetentionPeriod, both in force when they return. What had expired
 * before an increase stays hidden: the horizon of that moment is kept as a floor.
 */
final class RetentionPeriods {
    private final StreamDirectory directory;
    private final StreamRegister register;
    private final StreamTables tables;
    private final ShardLogs logs;
    private final InstantSource clock;

    RetentionPeriods(
            StreamDirectory directory,
            StreamRegister register,
            StreamTables tables,
            ShardLogs logs,
            InstantSource clock) {
        this.directory = directory;
        this.register = register;
        this.tables = tables;
        this.logs = logs;
        this.clock = clock;
    }

    IncreaseStreamRetentionPeriodResponse increase(Caller caller, IncreaseStreamRetentionPeriodRequest request) {
        register.inTurn(() -> {
            var stream = directory.require(
                    caller, request.streamName(), request.streamARN(), "IncreaseStreamRetentionPeriod");
            var state = stream.state();
            var wanted = requireAllowed(request.retentionPeriodHours());
            if (wanted.compareTo(state.settings().retention()) < 0) {
                throw new InvalidArgumentException("Requested retention period (" + wanted.toHours()
                        + " hours) for stream " + state.address().name()
                        + " can not be shorter than existing retention period ("
                        + state.settings().retention().toHours() + " hours). Use DecreaseRetentionPeriod API.");
            }
            requireThere(state);
            // The log first: were we to stop in between, it would keep the records longer than needed, not shorter.
            tellLog(state, wanted);
            return write(stream, wanted);
        });
        return IncreaseStreamRetentionPeriodResponse.builder().build();
    }

    DecreaseStreamRetentionPeriodResponse decrease(Caller caller, DecreaseStreamRetentionPeriodRequest request) {
        register.inTurn(() -> {
            var stream = directory.require(
                    caller, request.streamName(), request.streamARN(), "DecreaseStreamRetentionPeriod");
            var state = stream.state();
            var wanted = requireAllowed(request.retentionPeriodHours());
            if (wanted.compareTo(state.settings().retention()) > 0) {
                throw new InvalidArgumentException("Requested retention period (" + wanted.toHours()
                        + " hours) for stream " + state.address().name()
                        + " can not be longer than existing retention period ("
                        + state.settings().retention().toHours() + " hours). Use IncreaseRetentionPeriod API.");
            }
            requireThere(state);
            var decreased = write(stream, wanted);
            tellLog(decreased, wanted);
            return decreased;
        });
        return DecreaseStreamRetentionPeriodResponse.builder().build();
    }

    private static Duration requireAllowed(int hours) {
        if (hours < StreamLimits.RETENTION_MIN_HOURS) {
            throw new InvalidArgumentException("Minimum allowed retention period is " + StreamLimits.RETENTION_MIN_HOURS
                    + " hours. Requested retention period (" + hours + " hours) is too short.");
        }
        if (hours > StreamLimits.RETENTION_MAX_HOURS) {
            throw new InvalidArgumentException("Maximum allowed retention period is " + StreamLimits.RETENTION_MAX_HOURS
                    + " hours. Requested retention period (" + hours + " hours) is too long.");
        }
        return Duration.ofHours(hours);
    }

    /** A stream that is being deleted must not have its shards opened in the log again. */
    private static void requireThere(StreamState state) {
        if (!state.writable()) {
            throw state.address().notActive(state.status());
        }
    }

    private void tellLog(StreamState stream, Duration retention) {
        try {
            logs.openAll(stream, retention);
        } catch (LogUnavailableException _) {
            // The client tries again, and the same request once more does what was left undone.
            throw new ServiceUnavailableException();
        }
    }

    private StreamState write(LiveStream stream, Duration retention) {
        return register.change(stream, connection -> {
            var state = stream.state();
            var changed = state.withSettings(state.settings().withRetention(retention))
                    .withHorizonFloor(state.horizonMillis(clock.millis()));
            tables.updateStream(connection, changed);
            return changed;
        });
    }
}
