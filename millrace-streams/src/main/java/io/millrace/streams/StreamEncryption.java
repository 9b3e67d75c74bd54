package io.millrace.streams;

import io.millrace.model.Caller;
import io.millrace.model.InvalidArgumentException;
import io.millrace.model.LimitExceededException;
import io.millrace.streams.ScalingTables.LimitedCall;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Optional;
import software.amazon.awssdk.services.kinesis.model.EncryptionType;
import software.amazon.awssdk.services.kinesis.model.StartStreamEncryptionRequest;
import software.amazon.awssdk.services.kinesis.model.StartStreamEncryptionResponse;
import software.amazon.awssdk.services.kinesis.model.StopStreamEncryptionRequest;
import software.amazon.awssdk.services.kinesis.model.StopStreamEncryptionResponse;

/**
 * StartStreamEncryption and StopStreamEncryption: which key new records are marked with. The marks are exact; the bytes on
 * the disk are the same with and without.
 */
final class StreamEncryption {
    private final StreamDirectory directory;
    private final StreamRegister register;
    private final ScalingTables tables;
    private final Resharding resharding;
    private final InstantSource clock;

    StreamEncryption(
            StreamDirectory directory,
            StreamRegister register,
            ScalingTables tables,
            Resharding resharding,
            InstantSource clock) {
        this.directory = directory;
        this.register = register;
        this.tables = tables;
        this.resharding = resharding;
        this.clock = clock;
    }

    StartStreamEncryptionResponse start(Caller caller, StartStreamEncryptionRequest request) {
        register.inTurn(() -> {
            var stream = directory.require(caller, request.streamName(), request.streamARN(), "StartStreamEncryption");
            requireKms(request.encryptionType());
            return change(stream, Optional.of(EncryptionKey.require(request.keyId())));
        });
        return StartStreamEncryptionResponse.builder().build();
    }

    StopStreamEncryptionResponse stop(Caller caller, StopStreamEncryptionRequest request) {
        register.inTurn(() -> {
            var stream = directory.require(caller, request.streamName(), request.streamARN(), "StopStreamEncryption");
            requireKms(request.encryptionType());
            EncryptionKey.require(request.keyId());
            return change(stream, Optional.empty());
        });
        return StopStreamEncryptionResponse.builder().build();
    }

    private static void requireKms(EncryptionType type) {
        if (type != EncryptionType.KMS) {
            throw new InvalidArgumentException("EncryptionType must be KMS, not " + type + ".");
        }
    }

    private StreamState change(LiveStream stream, Optional<String> keyId) {
        var state = stream.state();
        state.requireActive();
        if (state.settings().encryptionKeyId().equals(keyId)) {
            return state;
        }
        // In force at once; only the state takes its time.
        var settings = state.settings().withEncryptionKeyId(keyId);
        return resharding.begin(stream, settings, ReshardPlan.none(), connection -> count(connection, state));
    }

    private void count(Connection connection, StreamState state) throws SQLException {
        int allowed = StreamLimits.ENCRYPTION_CHANGES_PER_DAY;
        tables.count(connection, state.id(), LimitedCall.ENCRYPTION, clock.millis(), allowed, () -> {
            throw new LimitExceededException("The encryption of " + state.address() + " has been changed " + allowed
                    + " times within 24 hours, which is the limit. Try again later.");
        });
    }
}
