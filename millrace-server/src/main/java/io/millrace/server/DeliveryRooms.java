package io.millrace.server;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.catalog.Catalog;
import io.millrace.firehose.Firehose;
import io.millrace.firehose.FirehoseConfig;
import io.millrace.firehose.conversion.RecordConversions;
import io.millrace.firehose.definition.DeliveryStream;
import io.millrace.firehose.definition.DeliveryStreams;
import io.millrace.firehose.definition.SdkJson;
import io.millrace.firehose.definition.Source;
import io.millrace.firehose.delivery.StreamIdentity;
import io.millrace.firehose.engine.Deliveries;
import io.millrace.firehose.engine.DeliveryConfig;
import io.millrace.firehose.engine.DestinationOpeners;
import io.millrace.firehose.engine.DirectPutIntake;
import io.millrace.firehose.engine.Routes;
import io.millrace.firehose.http.HttpDestinations;
import io.millrace.firehose.iceberg.IcebergDestinations;
import io.millrace.firehose.kafka.KafkaSource;
import io.millrace.firehose.kafka.KafkaSourceConfig;
import io.millrace.firehose.processing.Pipelines;
import io.millrace.firehose.redshift.RedshiftDestinations;
import io.millrace.firehose.s3.S3Destinations;
import io.millrace.firehose.source.DirectPutLog;
import io.millrace.firehose.source.KinesisSource;
import io.millrace.functions.FunctionInvoker;
import io.millrace.functions.FunctionsConfig;
import io.millrace.glue.TableCatalog;
import io.millrace.log.Log;
import io.millrace.objects.ObjectStore;
import io.millrace.server.settings.Settings;
import io.millrace.streams.StreamReader;
import io.millrace.wire.JsonObjects;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** Firehose, built and joined: what clients ask of it, and what delivers. */
record DeliveryRooms(
        Firehose firehose,
        Deliveries deliveries,
        FunctionInvoker functions,
        HttpDestinations httpDestinations,
        IcebergDestinations icebergDestinations)
        implements AutoCloseable {

    /**
     * What Firehose is to be like.
     *
     * @param intervalMax how long records may be buffered whatever their delivery stream says
     */
    record Plan(
            FirehoseConfig firehose,
            DeliveryConfig delivery,
            Optional<Duration> intervalMax,
            DestinationSettings destinations) {
        static Plan read(Settings settings, Path dataDirectory) {
            return new Plan(
                    new FirehoseConfig(settings.integer("firehose.delivery-stream-limit")),
                    new DeliveryConfig(
                            settings.bytesBelow2Gib("firehose.buffer-max-bytes"),
                            dataDirectory.resolve("firehose-scratch")),
                    settings.optionalText("firehose.interval-max").map(_ -> settings.duration("firehose.interval-max")),
                    DestinationSettings.read(settings, dataDirectory));
        }

        Duration interval(Duration given) {
            return intervalMax.filter(max -> max.compareTo(given) < 0).orElse(given);
        }
    }

    /** Nothing is loaded but the definitions: formats, stores and clients come with the first record that needs them. */
    static DeliveryRooms open(
            Plan plan,
            FunctionsConfig functions,
            Log log,
            Catalog catalog,
            ObjectStore objects,
            StreamReader streams,
            TableCatalog tables,
            InstantSource clock,
            RandomGenerator random,
            MeterRegistry meters) {
        var definitions = DeliveryStreams.open(catalog, new SdkJson(JsonObjects::write, JsonObjects::read));
        var putLog = new DirectPutLog(log);
        var invoker = new FunctionInvoker(functions, clock);
        var pipelines = new Pipelines(invoker, meters, clock, random, Thread::sleep);
        var destinations = plan.destinations();
        var schemas = new CatalogSchemas(tables);
        var conversions = new RecordConversions(
                schemas, destinations.conversionMaxBytes(), plan.delivery().scratch());
        var buckets = new S3Destinations(() -> objects, conversions);
        var secrets = new SecretsFile(destinations.secretsFile());
        var http = new HttpDestinations(
                destinations.http(), secrets, new TrustedCertificates(destinations.certificatesFile())::context, clock);
        var iceberg = new IcebergDestinations(
                destinations.iceberg(), () -> objects, () -> new UUID(random.nextLong(), random.nextLong()));
        var redshift = new RedshiftDestinations(() -> objects, secrets, clock);
        var deliveries = new Deliveries(
                plan.delivery(),
                definitions,
                putLog,
                stream -> source(stream, streams, destinations.kafka(), clock),
                new Routes(buckets, pipelines, openers(http, redshift, iceberg), plan::interval),
                catalog,
                clock,
                random,
                meters);
        var firehose = new Firehose(
                plan.firehose(),
                definitions,
                deliveries,
                new DirectPutIntake(putLog, deliveries),
                schemas,
                clock,
                meters);
        return new DeliveryRooms(firehose, deliveries, invoker, http, iceberg);
    }

    private static DestinationOpeners openers(
            HttpDestinations http, RedshiftDestinations redshift, IcebergDestinations iceberg) {
        return new DestinationOpeners(
                http::httpEndpoint,
                http::splunk,
                http::openSearch,
                http::elasticsearch,
                http::openSearchServerless,
                http::snowflake,
                redshift::open,
                iceberg);
    }

    private static io.millrace.firehose.source.Source source(
            DeliveryStream stream, StreamReader streams, KafkaSourceConfig kafka, InstantSource clock) {
        return switch (stream.source()) {
            case Source.KinesisStream kinesis ->
                new KinesisSource(streams, kinesis.configuration().kinesisStreamARN());
            case Source.KafkaTopic topic ->
                new KafkaSource(
                        new StreamIdentity(stream.account(), stream.region(), stream.name(), stream.arn(), ""),
                        topic.configuration(),
                        kafka,
                        clock);
            case Source.Database _ -> throw new AssertionError("refused at creation");
            case Source.DirectPut _ -> throw new AssertionError("it has a log of its own");
        };
    }

    void start() {
        deliveries.start();
    }

    @Override
    public void close() {
        deliveries.close();
        functions.close();
        httpDestinations.close();
        icebergDestinations.close();
    }
}
