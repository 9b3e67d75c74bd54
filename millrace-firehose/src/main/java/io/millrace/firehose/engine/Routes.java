package io.millrace.firehose.engine;

import io.millrace.firehose.definition.DeliveryStream;
import io.millrace.firehose.definition.DestinationConfiguration;
import io.millrace.firehose.definition.Revision;
import io.millrace.firehose.delivery.Destination;
import io.millrace.firehose.delivery.StreamIdentity;
import io.millrace.firehose.engine.Route.Backup;
import io.millrace.firehose.engine.Route.ErrorOutput;
import io.millrace.firehose.engine.Route.Processing;
import io.millrace.firehose.processing.Pipeline;
import io.millrace.firehose.processing.PipelineOptions;
import io.millrace.firehose.processing.Pipelines;
import io.millrace.firehose.processing.Processed;
import io.millrace.firehose.s3.S3Destinations;
import io.millrace.firehose.source.SourceRecord;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.firehose.model.AmazonOpenSearchServerlessS3BackupMode;
import software.amazon.awssdk.services.firehose.model.AmazonopensearchserviceS3BackupMode;
import software.amazon.awssdk.services.firehose.model.BufferingHints;
import software.amazon.awssdk.services.firehose.model.ElasticsearchS3BackupMode;
import software.amazon.awssdk.services.firehose.model.ExtendedS3DestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.HttpEndpointS3BackupMode;
import software.amazon.awssdk.services.firehose.model.IcebergS3BackupMode;
import software.amazon.awssdk.services.firehose.model.ProcessingConfiguration;
import software.amazon.awssdk.services.firehose.model.RedshiftS3BackupMode;
import software.amazon.awssdk.services.firehose.model.S3BackupMode;
import software.amazon.awssdk.services.firehose.model.S3DestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.SnowflakeS3BackupMode;
import software.amazon.awssdk.services.firehose.model.SplunkS3BackupMode;

/** Makes routes of what clients configured: the one place that knows all kinds of destinations. */
public final class Routes implements Versions.RouteOpener {
    private static final long MIB = 1024 * 1024;
    private static final int SIZE_DEFAULT_MIB = 5;
    private static final int INTERVAL_DEFAULT_SECONDS = 300;
    /** Buckets are tried for as long as the records are kept, which is the source's to say. */
    private static final Duration FOR_EVER = Duration.ofDays(36_500);

    private final S3Destinations buckets;
    private final Pipelines pipelines;
    private final DestinationOpeners openers;
    private final IntervalLimit intervals;

    /** What is made of a buffering interval that a client gave. */
    public interface IntervalLimit {
        IntervalLimit AS_GIVEN = interval -> interval;

        Duration of(Duration given);
    }

    public Routes(S3Destinations buckets, Pipelines pipelines, DestinationOpeners openers, IntervalLimit intervals) {
        this.buckets = buckets;
        this.pipelines = pipelines;
        this.openers = openers;
        this.intervals = intervals;
    }

    /** A version with what its kind of destination does not decide. */
    private final class Draft {
        private final int version;
        private final StreamIdentity stream;

        Draft(DeliveryStream stream, Revision revision) {
            version = revision.version();
            this.stream = new StreamIdentity(
                    stream.account(), stream.region(), stream.name(), stream.arn(), Integer.toString(version));
        }

        Route route(
                @Nullable ProcessingConfiguration processing,
                PipelineOptions options,
                Destination destination,
                Buffering buffering,
                ErrorOutput errors,
                Optional<Backup> backup) {
            return new Route(
                    version,
                    stream,
                    hurried(pipelines.open(processing, stream, options)),
                    kind(processing, options),
                    partitions(options),
                    destination,
                    buffering,
                    errors,
                    backup);
        }
    }

    @Override
    public Route open(DeliveryStream stream, Revision revision) {
        var draft = new Draft(stream, revision);
        return switch (revision.destination()) {
            case DestinationConfiguration.S3(var s3) -> s3(draft, s3);
            case DestinationConfiguration.Redshift(var redshift) ->
                draft.route(
                        redshift.processingConfiguration(),
                        PipelineOptions.plain(),
                        openers.redshift().open(draft.stream, redshift),
                        buffering(redshift.s3Configuration().bufferingHints()),
                        errors(redshift.s3Configuration()),
                        redshift.s3BackupMode() == RedshiftS3BackupMode.ENABLED
                                ? backup(redshift.s3BackupConfiguration())
                                : Optional.empty());
            case DestinationConfiguration.Elasticsearch(var search) ->
                draft.route(
                        search.processingConfiguration(),
                        PipelineOptions.plain(),
                        openers.elasticsearch().open(draft.stream, search),
                        buffering(
                                search.bufferingHints().sizeInMBs(),
                                search.bufferingHints().intervalInSeconds()),
                        errors(search.s3Configuration()),
                        search.s3BackupMode() == ElasticsearchS3BackupMode.ALL_DOCUMENTS
                                ? backup(search.s3Configuration())
                                : Optional.empty());
            case DestinationConfiguration.OpenSearch(var search) ->
                draft.route(
                        search.processingConfiguration(),
                        PipelineOptions.plain(),
                        openers.openSearch().open(draft.stream, search),
                        buffering(
                                search.bufferingHints().sizeInMBs(),
                                search.bufferingHints().intervalInSeconds()),
                        errors(search.s3Configuration()),
                        search.s3BackupMode() == AmazonopensearchserviceS3BackupMode.ALL_DOCUMENTS
                                ? backup(search.s3Configuration())
                                : Optional.empty());
            case DestinationConfiguration.OpenSearchServerless(var search) ->
                draft.route(
                        search.processingConfiguration(),
                        PipelineOptions.plain(),
                        openers.openSearchServerless().open(draft.stream, search),
                        buffering(
                                search.bufferingHints().sizeInMBs(),
                                search.bufferingHints().intervalInSeconds()),
                        errors(search.s3Configuration()),
                        search.s3BackupMode() == AmazonOpenSearchServerlessS3BackupMode.ALL_DOCUMENTS
                                ? backup(search.s3Configuration())
                                : Optional.empty());
            case DestinationConfiguration.Splunk(var splunk) ->
                draft.route(
                        splunk.processingConfiguration(),
                        PipelineOptions.splunk(),
                        openers.splunk().open(draft.stream, splunk),
                        buffering(
                                splunk.bufferingHints().sizeInMBs(),
                                splunk.bufferingHints().intervalInSeconds()),
                        errors(splunk.s3Configuration()),
                        splunk.s3BackupMode() == SplunkS3BackupMode.ALL_EVENTS
                                ? backup(splunk.s3Configuration())
                                : Optional.empty());
            case DestinationConfiguration.HttpEndpoint(var http) ->
                draft.route(
                        http.processingConfiguration(),
                        PipelineOptions.plain(),
                        openers.httpEndpoint().open(draft.stream, http),
                        buffering(
                                http.bufferingHints().sizeInMBs(),
                                http.bufferingHints().intervalInSeconds()),
                        errors(http.s3Configuration()),
                        http.s3BackupMode() == HttpEndpointS3BackupMode.ALL_DATA
                                ? backup(http.s3Configuration())
                                : Optional.empty());
            case DestinationConfiguration.Snowflake(var snowflake) ->
                draft.route(
                        snowflake.processingConfiguration(),
                        PipelineOptions.plain(),
                        openers.snowflake().open(draft.stream, snowflake),
                        buffering(
                                snowflake.bufferingHints().sizeInMBs(),
                                snowflake.bufferingHints().intervalInSeconds()),
                        errors(snowflake.s3Configuration()),
                        snowflake.s3BackupMode() == SnowflakeS3BackupMode.ALL_DATA
                                ? backup(snowflake.s3Configuration())
                                : Optional.empty());
            case DestinationConfiguration.Iceberg(var iceberg) ->
                draft.route(
                        iceberg.processingConfiguration(),
                        PipelineOptions.tables(),
                        openers.iceberg().open(draft.stream, iceberg),
                        buffering(iceberg.bufferingHints()),
                        errors(iceberg.s3Configuration()),
                        iceberg.s3BackupMode() == IcebergS3BackupMode.ALL_DATA
                                ? backup(iceberg.s3Configuration())
                                : Optional.empty());
        };
    }

    private Route s3(Draft draft, ExtendedS3DestinationConfiguration s3) {
        var conversion = s3.dataFormatConversionConfiguration();
        boolean converted = conversion != null && !Boolean.FALSE.equals(conversion.enabled());
        var partitioning = s3.dynamicPartitioningConfiguration();
        boolean partitioned = partitioning != null && Boolean.TRUE.equals(partitioning.enabled());
        var options = partitioned
                ? PipelineOptions.partitioned(s3.prefix() == null ? "" : s3.prefix())
                : PipelineOptions.plain();
        return draft.route(
                s3.processingConfiguration(),
                converted ? options.converted() : options,
                buckets.records(s3, FOR_EVER),
                buffering(s3.bufferingHints()),
                type -> buckets.errors(s3, type),
                s3.s3BackupMode() == S3BackupMode.ENABLED ? backup(s3.s3BackupConfiguration()) : Optional.empty());
    }

    private ErrorOutput errors(S3DestinationConfiguration s3) {
        return new ErrorOutput() {
            @Override
            public Destination of(String outputType) {
                return buckets.errors(s3, outputType);
            }

            @Override
            public Destination of(String outputType, String prefix) {
                return buckets.errors(s3.toBuilder().errorOutputPrefix(prefix).build(), outputType);
            }
        };
    }

    private Optional<Backup> backup(S3DestinationConfiguration s3) {
        return Optional.of(new Backup(buckets.backup(s3), buffering(s3.bufferingHints())));
    }

    private Buffering buffering(@Nullable BufferingHints hints) {
        return hints == null ? buffering(null, null) : buffering(hints.sizeInMBs(), hints.intervalInSeconds());
    }

    private Buffering buffering(@Nullable Integer sizeMib, @Nullable Integer intervalSeconds) {
        return new Buffering(
                (sizeMib == null ? SIZE_DEFAULT_MIB : sizeMib) * MIB,
                intervals.of(Duration.ofSeconds(intervalSeconds == null ? INTERVAL_DEFAULT_SECONDS : intervalSeconds)));
    }

    /** Records wait no longer for a function than for a destination. */
    private Pipeline hurried(Pipeline pipeline) {
        var hints = pipeline.chunks();
        var age = intervals.of(hints.age());
        return age.equals(hints.age())
                ? pipeline
                : new Hurried(pipeline, new Pipeline.ChunkHints(hints.bytes(), age, hints.parallel()));
    }

    /** A pipeline whose chunks don't become as old as it would have them. */
    private record Hurried(Pipeline pipeline, ChunkHints chunks) implements Pipeline {
        @Override
        public List<Processed> process(List<SourceRecord> chunk) throws InterruptedException {
            return pipeline.process(chunk);
        }

        @Override
        public void close() {
            pipeline.close();
        }
    }

    private static boolean partitions(PipelineOptions options) {
        return options.metadata() == PipelineOptions.Metadata.PARTITION_KEYS;
    }

    private Processing kind(@Nullable ProcessingConfiguration processing, PipelineOptions options) {
        if (processing == null
                || !Boolean.TRUE.equals(processing.enabled())
                || processing.processors().isEmpty()) {
            return partitions(options) ? Processing.REPEATABLE : Processing.NONE;
        }
        return pipelines.vary(processing) ? Processing.VARYING : Processing.REPEATABLE;
    }
}
