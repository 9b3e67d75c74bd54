package io.millrace.firehose;

import io.millrace.firehose.conversion.TableSchemas;
import io.millrace.firehose.definition.DeliveryStreamAddress;
import io.millrace.firehose.definition.DeliveryStreams;
import io.millrace.firehose.definition.DestinationConfiguration;
import io.millrace.firehose.definition.Destinations;
import io.millrace.firehose.definition.Source;
import io.millrace.firehose.delivery.StreamIdentity;
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
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.firehose.model.CreateDeliveryStreamRequest;
import software.amazon.awssdk.services.firehose.model.CreateDeliveryStreamResponse;
import software.amazon.awssdk.services.firehose.model.DeliveryStreamType;
import software.amazon.awssdk.services.firehose.model.DirectPutSourceConfiguration;

/** CreateDeliveryStream: its checks in AWS's order, and then the delivery stream, whole and active at once. */
final class Creation {
    private static final String FIRST_VERSION = "1";

    private final FirehoseConfig config;
    private final DeliveryStreams streams;
    private final DeliveryStreamChanges changes;
    private final TableSchemas tables;
    private final InstantSource clock;

    Creation(
            FirehoseConfig config,
            DeliveryStreams streams,
            DeliveryStreamChanges changes,
            TableSchemas tables,
            InstantSource clock) {
        this.config = config;
        this.streams = streams;
        this.changes = changes;
        this.tables = tables;
        this.clock = clock;
    }

    CreateDeliveryStreamResponse create(Caller caller, CreateDeliveryStreamRequest request) {
        var address = new DeliveryStreamAddress(caller.namespace(), request.deliveryStreamName());
        // What the catalog keeps, so that a restart changes no answer.
        var now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        var destination = Destinations.given(request);
        var source = source(request, destination, now);
        var encryption = StreamEncryption.atCreation(
                request.deliveryStreamEncryptionConfigurationInput(),
                source,
                address.namespace().region());
        streams.inTurn(() -> {
            requireQuota(address);
            requireNew(address);
            DestinationRules.require(destination, address.namespace().region(), knownTables(address));
            requireServed(source);
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

    private KnownTables knownTables(DeliveryStreamAddress address) {
        var namespace = address.namespace();
        return new KnownTables(
                tables,
                new StreamIdentity(
                        namespace.account(), namespace.region(), address.name(), address.arn(), FIRST_VERSION));
    }

    private static Source source(
            CreateDeliveryStreamRequest request, DestinationConfiguration destination, Instant now) {
        var type = Objects.requireNonNullElse(request.deliveryStreamType(), DeliveryStreamType.DIRECT_PUT);
        requireApplicable(request, type);
        return switch (type) {
            case DIRECT_PUT ->
                new Source.DirectPut(Optional.ofNullable(request.directPutSourceConfiguration())
                        .map(DirectPutSourceConfiguration::throughputHintInMBs));
            case KINESIS_STREAM_AS_SOURCE -> {
                var stream = request.kinesisStreamSourceConfiguration();
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

    private static void requireApplicable(CreateDeliveryStreamRequest request, DeliveryStreamType type) {
        requireApplicable(
                "KinesisSourceStreamConfig",
                request.kinesisStreamSourceConfiguration(),
                DeliveryStreamType.KINESIS_STREAM_AS_SOURCE,
                type);
        requireApplicable(
                "DirectPutSourceConfig", request.directPutSourceConfiguration(), DeliveryStreamType.DIRECT_PUT, type);
        requireApplicable("MSKSourceConfig", request.mskSourceConfiguration(), DeliveryStreamType.MSK_AS_SOURCE, type);
        requireApplicable(
                "DatabaseSourceConfig",
                request.databaseSourceConfiguration(),
                DeliveryStreamType.DATABASE_AS_SOURCE,
                type);
    }

    private static void requireApplicable(
            String name, @Nullable Object given, DeliveryStreamType itsType, DeliveryStreamType type) {
        if (given != null && itsType != type) {
            throw new InvalidArgumentException(name + " is only applicable for " + itsType + " stream type");
        }
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

    /** What the API knows and this server can't do: better no delivery stream than one that never delivers. */
    private static void requireServed(Source source) {
        if (source instanceof Source.Database) {
            throw new InvalidArgumentException("Databases as sources are not supported by this server.");
        }
    }
}
