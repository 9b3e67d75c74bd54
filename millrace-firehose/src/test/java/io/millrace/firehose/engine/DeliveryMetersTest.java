package io.millrace.firehose.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.firehose.definition.Source;
import io.millrace.firehose.delivery.Attempt;
import io.millrace.firehose.delivery.Batch;
import io.millrace.firehose.delivery.Destination;
import io.millrace.firehose.delivery.Failure;
import io.millrace.firehose.delivery.StreamIdentity;
import io.millrace.firehose.delivery.TestBatch;
import io.millrace.firehose.source.SourceChunk;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.firehose.model.KinesisStreamSourceConfiguration;
import software.amazon.awssdk.services.firehose.model.MSKSourceConfiguration;

/** Holds what CloudWatch publishes of delivery streams against what is counted here. */
class DeliveryMetersTest {
    private static final List<String> DESTINATIONS = List.of(
            "S3",
            "Redshift",
            "AmazonOpenSearchService",
            "AmazonOpenSearchServerless",
            "Elasticsearch",
            "Splunk",
            "HttpEndpoint",
            "Snowflake",
            "Iceberg");

    /** CloudWatch's, but for those of calls and of processing, which are counted where those are. */
    private static final Set<String> PUBLISHED = Set.of(
            "IncomingBytes",
            "IncomingRecords",
            "IncomingPutRequests",
            "ThrottledRecords",
            "DataReadFromKinesisStream.Bytes",
            "DataReadFromKinesisStream.Records",
            "KinesisMillisBehindLatest",
            "DataReadFromSource.Bytes",
            "DataReadFromSource.Records",
            "DataReadFromSource.Backpressured",
            "KafkaOffsetLag",
            "DeliveryToS3.ObjectCount",
            "DeliveryToAmazonOpenSearchService.AuthFailure",
            "DeliveryToAmazonOpenSearchService.DeliveryRejected",
            "DeliveryToSplunk.DataAckLatency",
            "DeliveryToSnowflake.DataCommitLatency",
            "DeliveryToHttpEndpoint.ProcessedBytes",
            "DeliveryToHttpEndpoint.ProcessedRecords",
            "DeliveryToIceberg.IncomingRowCount",
            "DeliveryToIceberg.SuccessfulRowCount",
            "DeliveryToIceberg.FailedRowCount",
            "BackupToS3.Bytes",
            "BackupToS3.Records",
            "BackupToS3.Success",
            "BackupToS3.DataFreshness",
            "SucceedConversion.Records",
            "SucceedConversion.Bytes",
            "FailedConversion.Records",
            "FailedConversion.Bytes",
            "ActivePartitionsLimit",
            "PartitionCount",
            "PartitionCountExceeded",
            "PerPartitionThroughput");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    private DeliveryMeters meters(Source source) {
        return new DeliveryMeters(registry, ShardWorkTest.stream(source));
    }

    private final DeliveryMeters meters = meters(new Source.DirectPut(Optional.empty()));

    @Test
    void countsAllThatCloudWatchPublishes() {
        meters.incoming(1, 1);
        meters.throttled(1);
        var chunk = new SourceChunk(List.of(Node.record(0, 10)), 1, Duration.ZERO, false, 0, OptionalLong.of(5));
        meters(new Source.KinesisStream(
                        KinesisStreamSourceConfiguration.builder().build(), Instant.EPOCH))
                .read(chunk);
        var kafka =
                meters(new Source.KafkaTopic(MSKSourceConfiguration.builder().build(), Instant.EPOCH));
        kafka.read(chunk);
        kafka.backpressured();
        var names = new HashSet<>(PUBLISHED);
        for (var destination : DESTINATIONS) {
            deliver(new Named(destination, "format-conversion-failed"), TestBatch.of("a", "b"), 1);
            for (var what : List.of("Bytes", "Records", "Success", "DataFreshness")) {
                names.add("DeliveryTo" + destination + "." + what);
            }
        }
        deliver(new Named("Backup", "processing-failed"), TestBatch.of("a"), 0);
        deliver(new Named("S3", "processing-failed"), new OfPartition(TestBatch.of("a")), 0);
        var partitions = new Partitions(1);
        assertThat(partitions.take()).isTrue();
        assertThat(partitions.take()).isFalse();
        meters.partitions(partitions);

        var counted = new TreeSet<String>();
        registry.getMeters().forEach(meter -> counted.add(meter.getId().getName()));
        assertThat(counted).containsAll(names);
    }

    private void deliver(Destination destination, Batch batch, int failed) {
        meters.attempted(destination, batch, new Attempt.Delivered(), Duration.ofSeconds(2));
        meters.delivered(destination, batch, failed, failed, Duration.ofSeconds(3));
    }

    @Test
    void countsAsDeliveredOnlyWhatTheDestinationHas() {
        deliver(new Named("Splunk", "splunk-failed"), TestBatch.of("a", "b", "c", "d"), 3);

        assertThat(registry.counter("DeliveryToSplunk.Records", tags()).count()).isEqualTo(1);
        assertThat(registry.counter("DeliveryToSplunk.Bytes", tags()).count()).isEqualTo(1);
        assertThat(registry.summary("DeliveryToSplunk.Success", tags()).mean()).isEqualTo(0.25);
    }

    @Test
    void makesNoObjectOfABatchThatFailedAsAWhole() {
        deliver(new Named("S3", "processing-failed"), TestBatch.of("a"), 1);

        assertThat(registry.counter("DeliveryToS3.ObjectCount", tags()).count()).isZero();
        assertThat(registry.summary("DeliveryToS3.Success", tags()).mean()).isZero();
    }

    @Test
    void tellsRefusedLoginsAndFullQueuesOfSearchServices() {
        var search = new Named("AmazonOpenSearchService", "AmazonOpenSearchService_failed");
        for (var code : List.of("OS.AccessDenied", "403", "429", "503")) {
            var said = new Attempt.Refused(new Failure(code, "no", Failure.Remedy.RETRY));
            meters.attempted(search, TestBatch.of("a"), said, Duration.ZERO);
        }

        assertThat(registry.summary("DeliveryToAmazonOpenSearchService.AuthFailure", tags())
                        .totalAmount())
                .isEqualTo(2);
        assertThat(registry.summary("DeliveryToAmazonOpenSearchService.DeliveryRejected", tags())
                        .totalAmount())
                .isEqualTo(1);
    }

    @Test
    void tellsOnceThatPartitionsWereExceeded() {
        var partitions = new Partitions(1);
        assertThat(partitions.take()).isTrue();
        meters.partitions(partitions);
        assertThat(partitions.take()).isFalse();
        meters.partitions(partitions);
        meters.partitions(partitions);

        assertThat(registry.summary("PartitionCountExceeded", tags()).totalAmount())
                .isEqualTo(1);
        assertThat(registry.summary("ActivePartitionsLimit", tags()).mean()).isEqualTo(1);
    }

    @Test
    void takesItsMetersAlong() {
        deliver(new Named("S3", "processing-failed"), TestBatch.of("a"), 1);
        meters.remove();
        assertThat(registry.getMeters()).isEmpty();
    }

    private static String[] tags() {
        return new String[] {"DeliveryStreamName", "logs", "account", "000000000000", "region", "us-east-1"};
    }

    /** A batch of one partition. */
    private record OfPartition(Batch batch) implements Batch {
        @Override
        public UUID id() {
            return batch.id();
        }

        @Override
        public StreamIdentity stream() {
            return batch.stream();
        }

        @Override
        public String shard() {
            return batch.shard();
        }

        @Override
        public long lastOffset() {
            return batch.lastOffset();
        }

        @Override
        public int count() {
            return batch.count();
        }

        @Override
        public long bytes() {
            return batch.bytes();
        }

        @Override
        public Instant oldestArrival() {
            return batch.oldestArrival();
        }

        @Override
        public Map<String, String> partitionKeys() {
            return Map.of("k", "v");
        }

        @Override
        public Records records() {
            return batch.records();
        }
    }

    /** A destination that is only a name. */
    private record Named(String name, String errorOutputType) implements Destination {
        @Override
        public Duration retryDuration() {
            return Duration.ZERO;
        }

        @Override
        public Attempt attempt(Batch batch) {
            return new Attempt.Delivered();
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }
}
