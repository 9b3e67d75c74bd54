package io.millrace.firehose;

import io.millrace.firehose.definition.DeliveryStreamAddress;
import io.millrace.firehose.definition.DeliveryStreams;
import io.millrace.firehose.definition.DestinationConfiguration;
import io.millrace.firehose.definition.Destinations;
import io.millrace.firehose.definition.Source;
import io.millrace.firehose.rules.DestinationRules;
import io.millrace.model.Caller;
import io.millrace.model.InvalidArgumentException;
import io.millrace.model.LimitExceededException;
import io.millrace.model.ResourceInUseException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import software.amazon.awssdk.services.firehose.model.CreateDeliveryStreamRequest;
import software.amazon.awssdk.services.firehose.model.CreateDeliveryStreamResponse;
import software.amazon.awssdk.services.firehose.model.DeliveryStreamType;
import software.amazon.awssdk.services.firehose.model.DirectPutSourceConfiguration;

/** CreateDeliveryStream: its checks in AWS's order, and then the delivery stream, whole and active at once. */
final class Creation {
    private final FirehoseConfig config;
    private final DeliveryStreams streams;
    private final DeliveryStreamChanges changes;
    private final InstantSource clock;

    Creation(FirehoseConfig config, DeliveryStreams streams, DeliveryStreamChanges changes, InstantSource clock) {
        this.config = config;
        this.streams = streams;
        this.changes = changes;
        this.clock = clock;
    }

    CreateDeliveryStreamResponse create(Caller caller, CreateDeliveryStreamRequest request) {
        var address = new DeliveryStreamAddress(caller.namespace(), request.deliveryStreamName());
        // What the catalog keeps, so that a restart changes no answer.
        var now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        var destination = Destinations.given(request);
        var source = source(request, destination, now);
        streams.inTurn(() -> {
            requireQuota(address);
            requireNew(address);
            var encryption = StreamEncryption.atCreation(
                    request.deliveryStreamEncryptionConfigurationInput(),
                    source,
                    address.namespace().region());
            DestinationRules.require(destination, address.namespace().region());
            TagRules.require(request.tags());
            var tags = TagRules.byKey(request.tags());
            return streams.create(
                    new DeliveryStreams.Beginning(address, source, encryption, destination, tags, now),
                    changes::created);
        });
        return CreateDeliveryStreamResponse.builder()
                .deliveryStreamARN(address.arn())
                .build();
    }

    private static Source source(
            CreateDeliveryStreamRequest request, DestinationConfiguration destination, Instant now) {
        var type = Objects.requireNonNullElse(request.deliveryStreamType(), DeliveryStreamType.DIRECT_PUT);
        var stream = request.kinesisStreamSourceConfiguration();
        if (stream != null && type != DeliveryStreamType.KINESIS_STREAM_AS_SOURCE) {
            throw new InvalidArgumentException(
                    "KinesisSourceStreamConfig is only applicable for KinesisStreamAsSource stream type");
        }
        return switch (type) {
            case DIRECT_PUT ->
                new Source.DirectPut(Optional.ofNullable(request.directPutSourceConfiguration())
                        .map(DirectPutSourceConfiguration::throughputHintInMBs));
            case KINESIS_STREAM_AS_SOURCE -> {
                if (stream == null) {
                    throw new InvalidArgumentException(
                            "KinesisSourceStreamConfig is mandatory for KinesisStreamAsSource stream type.");
                }
                yield new Source.KinesisStream(stream, now);
            }
            case MSK_AS_SOURCE -> {
                var topic = request.mskSourceConfiguration();
                if (topic == null) {
                    throw new InvalidArgumentException("MSKSourceConfig is mandatory for MSK as Source stream type.");
                }
                yield new Source.KafkaTopic(topic, now);
            }
            case DATABASE_AS_SOURCE -> {
                var database = request.databaseSourceConfiguration();
                if (!(destination instanceof DestinationConfiguration.Iceberg)) {
                    throw new InvalidArgumentException(
                            "IcebergDestinationConfiguration must be specified for Database as Source.");
                }
                if (database == null) {
                    throw new InvalidArgumentException(
                            "DatabaseSourceConfiguration is mandatory for Database as Source stream type.");
                }
                yield new Source.Database(database);
            }
            case UNKNOWN_TO_SDK_VERSION -> throw new IllegalStateException("the model lists the types");
        };
    }

    private void requireQuota(DeliveryStreamAddress address) {
        var present = streams.in(address.namespace());
        if (present.size() >= config.deliveryStreamLimit()) {
            throw new LimitExceededException("You have already consumed your firehose quota of "
                    + config.deliveryStreamLimit() + " hoses. Firehose names: " + present.keySet());
        }
    }

    private void requireNew(DeliveryStreamAddress address) {
        if (streams.find(address.namespace(), address.name()).isPresent()) {
            throw new ResourceInUseException("Firehose " + address.name() + " under accountId "
                    + address.namespace().account() + " already exists");
        }
    }
}
