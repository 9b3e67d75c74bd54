package io.millrace.server;

import io.millrace.firehose.DeliveryStreamChanges;
import io.millrace.firehose.RecordIntake;
import io.millrace.firehose.definition.DeliveryStream;
import io.millrace.model.SlowDownException;
import java.util.concurrent.CompletableFuture;

/** In the place of what delivers: refuses records, so that none is lost. */
final class NoDelivery {
    static final RecordIntake INTAKE = (stream, records) -> CompletableFuture.failedFuture(
            new SlowDownException("Records can not be taken: this server does not deliver."));

    static final DeliveryStreamChanges CHANGES = new DeliveryStreamChanges() {
        @Override
        public void created(DeliveryStream stream) {}

        @Override
        public void updated(DeliveryStream stream) {}

        @Override
        public void deleted(DeliveryStream stream) {}
    };

    private NoDelivery() {}
}
