package io.millrace.firehose.engine;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.millrace.firehose.definition.DeliveryStream;
import io.millrace.firehose.definition.Source;
import io.millrace.firehose.delivery.Attempt;
import io.millrace.firehose.delivery.Batch;
import io.millrace.firehose.delivery.Destination;
import io.millrace.firehose.delivery.Failure;
import io.millrace.firehose.source.SourceChunk;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * The meters of one delivery stream at work, named after CloudWatch's metrics and made when first needed. Counted once a
 * batch, a chunk or a call. Safe for use by several threads.
 */
final class DeliveryMeters {
    private static final int TOO_MANY_REQUESTS = 429;

    private final MeterRegistry registry;
    private final DeliveryStream stream;
    private final Tags tags;
    private final Map<String, Meter> meters = new ConcurrentHashMap<>();

    DeliveryMeters(MeterRegistry registry, DeliveryStream stream) {
        this.registry = registry;
        this.stream = stream;
        this.tags =
                Tags.of("DeliveryStreamName", stream.name(), "account", stream.account(), "region", stream.region());
    }

    /** Records that were put. */
    void incoming(long records, long bytes) {
        count("IncomingRecords", records);
        count("IncomingBytes", bytes);
        count("IncomingPutRequests", 1);
    }

    /** Records that were put and could not be kept. */
    void throttled(long records) {
        count("ThrottledRecords", records);
    }

    void read(SourceChunk chunk) {
        long bytes = 0;
        for (var record : chunk.records()) {
            bytes += record.data().length;
        }
        int records = chunk.records().size();
        switch (stream.source()) {
            case Source.DirectPut _ -> {
                // Counted when it came in.
            }
            case Source.KinesisStream _ -> {
                count("DataReadFromKinesisStream.Bytes", bytes);
                count("DataReadFromKinesisStream.Records", records);
                summarize("KinesisMillisBehindLatest", (double)
                        chunk.behindLatest().toMillis());
            }
            case Source.KafkaTopic _, Source.Database _ -> {
                count("DataReadFromSource.Bytes", bytes);
                count("DataReadFromSource.Records", records);
            }
        }
        chunk.lag().ifPresent(lag -> summarize("KafkaOffsetLag", (double) lag));
    }

    /** Reading waits until the destination has taken more. */
    void backpressured() {
        if (!(stream.source() instanceof Source.DirectPut)) {
            count("DataReadFromSource.Backpressured", 1);
        }
    }

    /** Records that nobody will get. */
    void lost(long records) {
        count("LostRecords", records);
    }

    /** An attempt, whatever came of it. */
    void attempted(Destination destination, Batch batch, Attempt said, Duration took) {
        switch (destination.name()) {
            case "HttpEndpoint" -> {
                count("DeliveryToHttpEndpoint.ProcessedRecords", batch.count());
                count("DeliveryToHttpEndpoint.ProcessedBytes", batch.bytes());
            }
            case "AmazonOpenSearchService", "AmazonOpenSearchServerless", "Elasticsearch" -> {
                for (var name : names(destination)) {
                    summarize(name + ".AuthFailure", hasCode(said, "401", "403", "AccessDenied") ? 1 : 0);
                    summarize(name + ".DeliveryRejected", hasCode(said, String.valueOf(TOO_MANY_REQUESTS)) ? 1 : 0);
                }
            }
            case "Splunk" -> took(said, "DeliveryToSplunk.DataAckLatency", took.toMillis() / 1_000.0);
            case "Snowflake" -> took(said, "DeliveryToSnowflake.DataCommitLatency", (double) took.toMillis());
            default -> {
                // Has no metrics of its own.
            }
        }
    }

    private void took(Attempt said, String name, double amount) {
        if (said instanceof Attempt.Delivered) {
            summarize(name, amount);
        }
    }

    private static boolean hasCode(Attempt said, String... codes) {
        var failures = switch (said) {
            case Attempt.Delivered _ -> List.<Failure>of();
            case Attempt.Refused(var failure) -> List.of(failure);
            case Attempt.Partly(var undelivered) ->
                undelivered.stream().map(Attempt.Undelivered::failure).toList();
        };
        return failures.stream()
                .anyMatch(failure -> List.of(codes)
                        .contains(failure.code().substring(failure.code().lastIndexOf('.') + 1)));
    }

    /** The end of a batch: what of it is there, and what went to the error output instead. */
    void delivered(Destination destination, Batch batch, int failed, long failedBytes, Duration age) {
        int records = batch.count() - failed;
        long bytes = batch.bytes() - failedBytes;
        for (var name : names(destination)) {
            count(name + ".Records", records);
            count(name + ".Bytes", bytes);
            summarize(name + ".Success", batch.count() == 0 ? 1 : (double) records / batch.count());
            freshness(name, age);
        }
        switch (destination.name()) {
            case "S3" -> {
                count("DeliveryToS3.ObjectCount", records > 0 ? 1 : 0);
                converted(destination, records, bytes, failed, failedBytes);
            }
            case "Iceberg" -> {
                count("DeliveryToIceberg.IncomingRowCount", batch.count());
                count("DeliveryToIceberg.SuccessfulRowCount", records);
                count("DeliveryToIceberg.FailedRowCount", failed);
            }
            default -> {
                // Has no metrics of its own.
            }
        }
        if (!batch.partitionKeys().isEmpty()) {
            summarize("PerPartitionThroughput", (double) batch.bytes() / Math.max(1, age.toSeconds()));
        }
    }

    /** What an object of Parquet or ORC does not take could not be converted. */
    private void converted(Destination destination, int records, long bytes, int failed, long failedBytes) {
        if (destination.errorOutputType().equals(ErrorLines.CONVERSION_FAILED)) {
            count("SucceedConversion.Records", records);
            count("SucceedConversion.Bytes", bytes);
            count("FailedConversion.Records", failed);
            count("FailedConversion.Bytes", failedBytes);
        }
    }

    /** An attempt at all of a batch came to nothing. */
    void refused(Destination destination, Duration age) {
        for (var name : names(destination)) {
            summarize(name + ".Success", 0);
            freshness(name, age);
        }
    }

    private void freshness(String name, Duration age) {
        summarize(name + ".DataFreshness", Math.max(0, age.toMillis()) / 1_000.0);
    }

    /** Elasticsearch has the names of older stacks beside its own. */
    private static List<String> names(Destination destination) {
        return switch (destination.name()) {
            case "Backup" -> List.of("BackupToS3");
            case "Elasticsearch" -> List.of("DeliveryToElasticsearch", "DeliveryToAmazonOpenSearchService");
            default -> List.of("DeliveryTo" + destination.name());
        };
    }

    /** The partitions that have records on their way at this moment. */
    void partitions(Partitions partitions) {
        boolean exceeded = partitions.wasExceeded();
        if (partitions.active() > 0 || exceeded) {
            summarize("PartitionCount", partitions.active());
            summarize("ActivePartitionsLimit", partitions.max());
            summarize("PartitionCountExceeded", exceeded ? 1 : 0);
        }
    }

    private void count(String name, long amount) {
        meter(name, wanted -> registry.counter(wanted, tags)).increment((double) amount);
    }

    private void summarize(String name, double value) {
        meter(name, wanted -> registry.summary(wanted, tags)).record(value);
    }

    @SuppressWarnings("unchecked") // a name always stands for the same kind of meter
    private <M extends Meter> M meter(String name, Function<String, M> make) {
        return (M) meters.computeIfAbsent(name, make);
    }

    /** Takes the meters out of the registry. */
    void remove() {
        meters.values().forEach(registry::remove);
        meters.clear();
    }
}
