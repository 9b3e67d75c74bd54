package io.millrace.firehose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.catalog.SqliteCatalog;
import io.millrace.firehose.conversion.TableSchemas;
import io.millrace.firehose.definition.DeliveryStream;
import io.millrace.firehose.definition.DeliveryStreams;
import io.millrace.firehose.definition.SdkJson;
import io.millrace.model.Caller;
import io.millrace.model.InvalidSourceException;
import io.millrace.model.LimitExceededException;
import io.millrace.model.Namespace;
import io.millrace.testkit.ManualClock;
import io.millrace.wire.JsonObjects;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.firehose.model.CreateDeliveryStreamRequest;
import software.amazon.awssdk.services.firehose.model.DeleteDeliveryStreamRequest;
import software.amazon.awssdk.services.firehose.model.DescribeDeliveryStreamRequest;
import software.amazon.awssdk.services.firehose.model.PutRecordBatchRequest;
import software.amazon.awssdk.services.firehose.model.PutRecordBatchResponseEntry;
import software.amazon.awssdk.services.firehose.model.PutRecordRequest;
import software.amazon.awssdk.services.firehose.model.Record;
import software.amazon.awssdk.services.firehose.model.StartDeliveryStreamEncryptionRequest;
import software.amazon.awssdk.services.firehose.model.StopDeliveryStreamEncryptionRequest;
import software.amazon.awssdk.services.firehose.model.UpdateDestinationRequest;

class FirehoseTest {
    private static final Caller CALLER =
            new Caller(new Namespace("123456789012", "eu-west-1"), "arn:aws:iam::123456789012:root", "", "request");
    private static final String ROLE = "arn:aws:iam::123456789012:role/delivery";

    @TempDir
    private Path directory;

    private final ManualClock clock = new ManualClock(Instant.parse("2030-01-01T00:00:00.250Z"));
    private final List<String> told = new ArrayList<>();
    private final List<SdkBytes> taken = new ArrayList<>();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private SqliteCatalog catalog;
    private DeliveryStreams streams;
    private Firehose firehose;

    @BeforeEach
    void open() {
        catalog = SqliteCatalog.open(directory.resolve("catalog.db"));
        streams = DeliveryStreams.open(catalog, new SdkJson(JsonObjects::write, JsonObjects::read));
        firehose = new Firehose(
                new FirehoseConfig(2),
                streams,
                new Told(),
                (_, records, _) -> {
                    long first = taken.size();
                    taken.addAll(records);
                    return CompletableFuture.completedFuture(first);
                },
                (_, _) -> new TableSchemas.Table("0", List.of()),
                clock,
                meters);
    }

    @AfterEach
    void close() {
        catalog.close();
    }

    private final class Told implements DeliveryStreamChanges {
        @Override
        public void created(DeliveryStream stream) {
            told.add("created " + stream.name());
        }

        @Override
        public void updated(DeliveryStream stream) {
            told.add("updated " + stream.name() + " to " + stream.versionId()
                    + (stream.isEncrypted() ? " encrypted" : ""));
        }

        @Override
        public Runnable deleted(DeliveryStream stream) {
            told.add("deleted " + stream.name());
            return () -> told.add("rid of " + stream.name() + (others() ? "" : " while others wait"));
        }

        /** Whether somebody else may make a change. */
        private boolean others() {
            var done = new CountDownLatch(1);
            Thread.ofVirtual().start(() -> {
                streams.inTurn(() -> true);
                done.countDown();
            });
            try {
                return done.await(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    void tellsOfEveryChange() {
        create("orders");
        firehose.updateDestination(
                CALLER,
                UpdateDestinationRequest.builder()
                        .deliveryStreamName("orders")
                        .currentDeliveryStreamVersionId("1")
                        .destinationId("destinationId-000000000001")
                        .extendedS3DestinationUpdate(s3 -> s3.prefix("p/"))
                        .build());
        firehose.startDeliveryStreamEncryption(
                CALLER,
                StartDeliveryStreamEncryptionRequest.builder()
                        .deliveryStreamName("orders")
                        .build());
        delete("orders");

        assertThat(told)
                .containsExactly(
                        "created orders",
                        "updated orders to 2",
                        "updated orders to 2 encrypted",
                        "deleted orders",
                        "rid of orders");
    }

    @Test
    void refusesMoreThanTheQuota() {
        create("b");
        create("a");

        assertThatExceptionOfType(LimitExceededException.class)
                .isThrownBy(() -> create("a"))
                .withMessage("You have already consumed your firehose quota of 2 hoses. Firehose names: [a, b]");
        delete("a");
        create("c");
    }

    @Test
    void encryptionChangesAreCountedForADay() {
        create("orders");
        for (int i = 0; i < 25; i++) {
            stopEncryption();
        }
        assertThatExceptionOfType(LimitExceededException.class).isThrownBy(this::stopEncryption);

        clock.advance(Duration.ofHours(24));
        stopEncryption();
    }

    private void stopEncryption() {
        firehose.stopDeliveryStreamEncryption(
                CALLER,
                StopDeliveryStreamEncryptionRequest.builder()
                        .deliveryStreamName("orders")
                        .build());
    }

    @Test
    void recordsAreTakenInTheirOrderAndNamedEach() {
        create("orders");

        var single = firehose.putRecord(
                        CALLER,
                        PutRecordRequest.builder()
                                .deliveryStreamName("orders")
                                .record(record("a"))
                                .build(),
                        Runnable::run)
                .toCompletableFuture()
                .join();
        var batch = firehose.putRecordBatch(
                        CALLER,
                        PutRecordBatchRequest.builder()
                                .deliveryStreamName("orders")
                                .records(record("b"), record(""))
                                .build(),
                        Runnable::run)
                .toCompletableFuture()
                .join();

        assertThat(taken).extracting(SdkBytes::asUtf8String).containsExactly("a", "b", "");
        assertThat(batch.failedPutCount()).isZero();
        assertThat(batch.encrypted()).isFalse();
        var ids = new ArrayList<>(batch.requestResponses().stream()
                .map(PutRecordBatchResponseEntry::recordId)
                .toList());
        ids.add(single.recordId());
        assertThat(ids).hasSize(3).doesNotHaveDuplicates();
    }

    @Test
    void callsAreCountedUnderCloudWatchsNamesUntilTheStreamIsGone() {
        create("orders");
        firehose.putRecordBatch(
                CALLER,
                PutRecordBatchRequest.builder()
                        .deliveryStreamName("orders")
                        .records(record("abc"), record("de"))
                        .build(),
                Runnable::run);
        firehose.describeDeliveryStream(
                CALLER,
                DescribeDeliveryStreamRequest.builder()
                        .deliveryStreamName("orders")
                        .build());

        assertThat(meters.get("PutRecordBatch.Records")
                        .tag("DeliveryStreamName", "orders")
                        .counter()
                        .count())
                .isEqualTo(2);
        assertThat(meters.get("PutRecordBatch.Bytes").counter().count()).isEqualTo(5);
        assertThat(meters.get("PutRecordBatch.Latency").timer().count()).isEqualTo(1);
        assertThat(meters.get("DescribeDeliveryStream.Requests").counter().count())
                .isEqualTo(1);

        delete("orders");
        assertThat(meters.find("PutRecordBatch.Records").counter()).isNull();
    }

    @Test
    void topicsTakeNoPuts() {
        firehose.createDeliveryStream(
                CALLER,
                CreateDeliveryStreamRequest.builder()
                        .deliveryStreamName("topic")
                        .deliveryStreamType("MSKAsSource")
                        .mskSourceConfiguration(source -> source.mskClusterARN("arn:c")
                                .topicName("t")
                                .authenticationConfiguration(
                                        auth -> auth.roleARN(ROLE).connectivity("PUBLIC")))
                        .extendedS3DestinationConfiguration(
                                s3 -> s3.roleARN(ROLE).bucketARN("arn:aws:s3:::b"))
                        .build());

        assertThatExceptionOfType(InvalidSourceException.class)
                .isThrownBy(() -> firehose.putRecord(
                        CALLER,
                        PutRecordRequest.builder()
                                .deliveryStreamName("topic")
                                .record(record("a"))
                                .build(),
                        Runnable::run))
                .withMessage("This operation is not permitted on MSKAsSource delivery stream type.");
    }

    private void create(String name) {
        firehose.createDeliveryStream(
                CALLER,
                CreateDeliveryStreamRequest.builder()
                        .deliveryStreamName(name)
                        .extendedS3DestinationConfiguration(
                                s3 -> s3.roleARN(ROLE).bucketARN("arn:aws:s3:::b"))
                        .build());
    }

    private void delete(String name) {
        firehose.deleteDeliveryStream(
                CALLER,
                DeleteDeliveryStreamRequest.builder().deliveryStreamName(name).build());
    }

    private static Record record(String text) {
        return Record.builder().data(SdkBytes.fromUtf8String(text)).build();
    }
}
