package io.millrace.streams;

import io.millrace.model.Caller;
import io.millrace.model.InvalidArgumentException;
import io.millrace.model.LimitExceededException;
import java.time.InstantSource;
import java.util.List;
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
    private final StreamsConfig config;
    private final StreamDirectory directory;
    private final StreamRegister register;
    private final StreamTables tables;
    private final EncryptionTables encryptionTables;
    private final InstantSource clock;

    StreamEncryption(
            StreamsConfig config,
            StreamDirectory directory,
            StreamRegister register,
            StreamTables tables,
            EncryptionTables encryptionTables,
            InstantSource clock) {
        this.config = config;
        this.directory = directory;
        this.register = register;
        this.tables = tables;
        this.encryptionTables = encryptionTables;
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
        return register.change(stream, connection -> {
            long now = clock.millis();
            long windowStart = now - StreamLimits.ENCRYPTION_CHANGES_WINDOW.toMillis();
            if (encryptionTables.changesSince(connection, state.id(), windowStart)
                    >= StreamLimits.ENCRYPTION_CHANGES_MAX) {
                throw new LimitExceededException("The encryption of " + state.address() + " has been changed "
                        + StreamLimits.ENCRYPTION_CHANGES_MAX + " times within "
                        + StreamLimits.ENCRYPTION_CHANGES_WINDOW.toHours()
                        + " hours, which is the limit. Try again later.");
            }
            encryptionTables.addChange(connection, state.id(), now, windowStart);
            // In force at once; only the state takes its time.
            var updating = state.withSettings(state.settings().withEncryptionKeyId(keyId))
                    .updating(List.of(), now + config.transitionDelay().toMillis());
            tables.updateStream(connection, updating);
            return updating;
        });
    }
}
