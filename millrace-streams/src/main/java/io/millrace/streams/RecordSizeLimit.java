package io.millrace.streams;

import io.millrace.model.Caller;
import io.millrace.model.ValidationException;
import software.amazon.awssdk.services.kinesis.model.UpdateMaxRecordSizeRequest;
import software.amazon.awssdk.services.kinesis.model.UpdateMaxRecordSizeResponse;

/** UpdateMaxRecordSize: how large a record may be that is put from now on. What is stored stays readable. */
final class RecordSizeLimit {
    private final StreamDirectory directory;
    private final StreamRegister register;
    private final Resharding resharding;

    RecordSizeLimit(StreamDirectory directory, StreamRegister register, Resharding resharding) {
        this.directory = directory;
        this.register = register;
        this.resharding = resharding;
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
            var settings = state.settings().withMaxRecordKib(request.maxRecordSizeInKiB());
            return resharding.begin(stream, settings, ReshardPlan.none(), Resharding.Also.NOTHING);
        });
        return UpdateMaxRecordSizeResponse.builder().build();
    }
}
