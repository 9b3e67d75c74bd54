package io.millrace.streams;

import io.millrace.model.Caller;
import io.millrace.model.ValidationException;
import java.time.InstantSource;
import java.util.List;
import software.amazon.awssdk.services.kinesis.model.UpdateMaxRecordSizeRequest;
import software.amazon.awssdk.services.kinesis.model.UpdateMaxRecordSizeResponse;

/** UpdateMaxRecordSize: how large a record may be that is put from now on. What is stored stays readable. */
final class RecordSizeLimit {
    private final StreamsConfig config;
    private final StreamDirectory directory;
    private final StreamRegister register;
    private final StreamTables tables;
    private final InstantSource clock;

    RecordSizeLimit(
            StreamsConfig config,
            StreamDirectory directory,
            StreamRegister register,
            StreamTables tables,
            InstantSource clock) {
        this.config = config;
        this.directory = directory;
        this.register = register;
        this.tables = tables;
        this.clock = clock;
    }

    UpdateMaxRecordSizeResponse update(Caller caller, UpdateMaxRecordSizeRequest request) {
        if (request.streamARN() == null) {
            throw new ValidationException("1 validation error detected: Value null at 'streamARN' failed to satisfy"
                    + " constraint: Member must not be null");
        }
        register.inTurn(() -> {
            var stream = directory.require(caller, null, request.streamARN(), "UpdateMaxRecordSize");
            var state = stream.state();
            state.requireActive();
            long due = clock.millis() + config.transitionDelay().toMillis();
            return register.change(stream, connection -> {
                var updating = state.withSettings(state.settings().withMaxRecordKib(request.maxRecordSizeInKiB()))
                        .updating(List.of(), due);
                tables.updateStream(connection, updating);
                return updating;
            });
        });
        return UpdateMaxRecordSizeResponse.builder().build();
    }
}
