package io.millrace.firehose.definition;

import java.time.Instant;
import java.util.Optional;
import software.amazon.awssdk.services.firehose.model.DatabaseSourceConfiguration;
import software.amazon.awssdk.services.firehose.model.DeliveryStreamType;
import software.amazon.awssdk.services.firehose.model.KinesisStreamSourceConfiguration;
import software.amazon.awssdk.services.firehose.model.MSKSourceConfiguration;

/** Where a delivery stream's records come from; never changed after it was created. */
public sealed interface Source {
    /** @param throughputHintMib what clients said they will put in a second; a hint and no more */
    record DirectPut(Optional<Integer> throughputHintMib) implements Source {}

    /** @param deliveryStart where reading begins: what was put later is delivered */
    record KinesisStream(KinesisStreamSourceConfiguration configuration, Instant deliveryStart) implements Source {}

    /** @param deliveryStart where reading begins unless the configuration says otherwise */
    record KafkaTopic(MSKSourceConfiguration configuration, Instant deliveryStart) implements Source {}

    record Database(DatabaseSourceConfiguration configuration) implements Source {}

    default DeliveryStreamType type() {
        return switch (this) {
            case DirectPut _ -> DeliveryStreamType.DIRECT_PUT;
            case KinesisStream _ -> DeliveryStreamType.KINESIS_STREAM_AS_SOURCE;
            case KafkaTopic _ -> DeliveryStreamType.MSK_AS_SOURCE;
            case Database _ -> DeliveryStreamType.DATABASE_AS_SOURCE;
        };
    }
}
