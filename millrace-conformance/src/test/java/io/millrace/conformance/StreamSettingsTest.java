package io.millrace.conformance;

import static io.millrace.conformance.Kinesis.ACCOUNT;
import static io.millrace.conformance.Kinesis.FIRST;
import static io.millrace.conformance.Kinesis.arn;
import static io.millrace.conformance.Kinesis.uniqueName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.millrace.server.Millrace;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.EncryptionType;
import software.amazon.awssdk.services.kinesis.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.services.kinesis.model.MetricsName;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;
import software.amazon.awssdk.services.kinesis.model.ValidationException;

/** What an owner sets of a stream that is there: encryption, enhanced monitoring, the size of records. */
@ExtendWith(SharedServer.class)
class StreamSettingsTest {
    private static final String KEY = "alias/aws/kinesis";
    private static final int RECORD_MAX_BYTES = 10 * 1024 * 1024;

    private static StreamDescriptionSummary summary(KinesisClient client, String stream) {
        return client.describeStreamSummary(request -> request.streamName(stream))
                .streamDescriptionSummary();
    }

    private static void startEncryption(KinesisClient client, String stream) {
        client.startStreamEncryption(request ->
                request.streamName(stream).encryptionType(EncryptionType.KMS).keyId(KEY));
    }

    private static EncryptionType put(KinesisClient client, String stream, String data) {
        return client.putRecord(request ->
                        request.streamName(stream).partitionKey("key").data(SdkBytes.fromUtf8String(data)))
                .encryptionType();
    }

    private static EncryptionType putMany(KinesisClient client, String stream) {
        return client.putRecords(request -> request.streamName(stream)
                        .records(PutRecordsRequestEntry.builder()
                                .partitionKey("key")
                                .data(SdkBytes.fromUtf8String("many"))
                                .build()))
                .encryptionType();
    }

    @EachClient
    void repliesAndRecordsTellOfEncryptionExactlyWhileItIsOn(Kinesis kinesis) {
        var client = kinesis.client();
        var stream = kinesis.newStream(1);
        assertThat(put(client, stream, "before")).isNull();
        assertThat(putMany(client, stream)).isNull();

        startEncryption(client, stream);
        kinesis.awaitActive(stream);
        assertThat(summary(client, stream).encryptionType()).isEqualTo(EncryptionType.KMS);
        assertThat(summary(client, stream).keyId()).isEqualTo(KEY);
        assertThat(put(client, stream, "encrypted")).isEqualTo(EncryptionType.KMS);
        assertThat(putMany(client, stream)).isEqualTo(EncryptionType.KMS);

        client.stopStreamEncryption(request -> request.streamARN(arn(stream))
                .encryptionType(EncryptionType.KMS)
                .keyId(KEY));
        kinesis.awaitActive(stream);
        assertThat(summary(client, stream).encryptionType()).isEqualTo(EncryptionType.NONE);
        assertThat(summary(client, stream).keyId()).isNull();
        assertThat(put(client, stream, "after")).isNull();

        assertThat(kinesis.read(stream, FIRST).records())
                .extracting(Record::encryptionType)
                .containsExactly(null, null, EncryptionType.KMS, EncryptionType.KMS, null);
    }

    @EachClient
    void refusesEncryptionThatCannotBe(Kinesis kinesis) {
        var client = kinesis.client();
        var stream = kinesis.newStream(1);
        var unknown = uniqueName();

        assertThatExceptionOfType(ResourceNotFoundException.class)
                .isThrownBy(() -> startEncryption(client, unknown))
                .withMessageContaining("Stream " + unknown + " under account " + ACCOUNT + " not found.");
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> client.startStreamEncryption(request -> request.streamName(stream)
                        .encryptionType(EncryptionType.NONE)
                        .keyId(KEY)));
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> client.startStreamEncryption(request -> request.streamName(stream)
                        .encryptionType(EncryptionType.KMS)
                        .keyId("no key")));
    }

    @EachClient
    void enhancedMonitoringTellsBeforeAndAfter(Kinesis kinesis) {
        var client = kinesis.client();
        var stream = kinesis.newStream(1);

        var enabled = client.enableEnhancedMonitoring(
                request -> request.streamName(stream).shardLevelMetrics(MetricsName.ALL));
        assertThat(enabled.currentShardLevelMetrics()).isEmpty();
        assertThat(enabled.desiredShardLevelMetrics()).hasSize(7).doesNotContain(MetricsName.ALL);
        assertThat(enabled.streamARN()).isEqualTo(arn(stream));

        var disabled = client.disableEnhancedMonitoring(request -> request.streamARN(arn(stream))
                .shardLevelMetrics(MetricsName.INCOMING_BYTES, MetricsName.OUTGOING_BYTES));
        assertThat(disabled.currentShardLevelMetrics()).hasSize(7);
        assertThat(disabled.desiredShardLevelMetrics()).hasSize(5);
        assertThat(disabled.streamName()).isEqualTo(stream);
        kinesis.awaitActive(stream);
        assertThat(summary(client, stream).enhancedMonitoring())
                .singleElement()
                .satisfies(metrics -> assertThat(metrics.shardLevelMetrics()).hasSize(5));

        assertThatExceptionOfType(ValidationException.class)
                .isThrownBy(() -> client.enableEnhancedMonitoring(
                        request -> request.streamName(stream).shardLevelMetricsWithStrings("Temperature")))
                .withMessageContaining("Member must satisfy enum value set: [IncomingBytes, ");
    }

    @Test
    void shardMetersAreOnTheMetricsPageWhileEnabled(Millrace millrace) {
        try (var client = SdkClient.APACHE.connect(millrace);
                var raw = new RawClient(millrace.endpoint())) {
            var kinesis = new Kinesis(client);
            var stream = kinesis.newStream(1);
            Function<String, Boolean> shown = meter -> raw.post()
                    .method("GET")
                    .path("/metrics")
                    .send()
                    .text()
                    .lines()
                    .anyMatch(line -> line.startsWith(meter + "{")
                            && line.contains("ShardId=\"" + FIRST + "\"")
                            && line.contains("StreamName=\"" + stream + "\"")
                            && line.endsWith(" 1.0"));

            client.enableEnhancedMonitoring(
                    request -> request.streamName(stream).shardLevelMetrics(MetricsName.INCOMING_RECORDS));
            kinesis.put(stream, "data");
            assertThat(shown.apply("Shard_IncomingRecords_total")).isTrue();

            client.disableEnhancedMonitoring(
                    request -> request.streamName(stream).shardLevelMetrics(MetricsName.ALL));
            assertThat(shown.apply("Shard_IncomingRecords_total")).isFalse();
        }
    }

    @EachClient
    void takesARecordOfTenMebibytesAndGivesItBack(Kinesis kinesis) {
        var client = kinesis.client();
        var stream = kinesis.newStream(1);
        var data = bytes(RECORD_MAX_BYTES - "k".length());
        assertThatExceptionOfType(ValidationException.class).isThrownBy(() -> putLarge(client, stream, data));

        client.updateMaxRecordSize(request -> request.streamARN(arn(stream)).maxRecordSizeInKiB(10_240));
        kinesis.awaitActive(stream);
        assertThat(summary(client, stream).maxRecordSizeInKiB()).isEqualTo(10_240);
        putLarge(client, stream, data);
        client.putRecords(request -> request.streamName(stream)
                .records(PutRecordsRequestEntry.builder()
                        .partitionKey("k")
                        .data(SdkBytes.fromByteArrayUnsafe(data))
                        .build()));

        var records = kinesis.read(stream, FIRST).records();
        assertThat(records).hasSize(2);
        for (var record : records) {
            assertThat(record.data().asByteArrayUnsafe()).isEqualTo(data);
        }
        assertThatExceptionOfType(ValidationException.class)
                .isThrownBy(() -> putLarge(client, stream, bytes(RECORD_MAX_BYTES)))
                .withMessageContaining("Member must have length less than or equal to 10485760");
    }

    private static void putLarge(KinesisClient client, String stream, byte[] data) {
        client.putRecord(
                request -> request.streamName(stream).partitionKey("k").data(SdkBytes.fromByteArrayUnsafe(data)));
    }

    private static byte[] bytes(int count) {
        var bytes = new byte[count];
        new SplittableRandom(count).nextBytes(bytes);
        return bytes;
    }

    @Test
    void tenMebibytesGoThroughJsonToo(Millrace millrace) {
        try (var client = SdkClient.APACHE.connect(millrace);
                var raw = new RawClient(millrace.endpoint())) {
            var kinesis = new Kinesis(client);
            var stream = kinesis.newStream(request -> request.shardCount(1).maxRecordSizeInKiB(10_240));
            var data = Base64.getEncoder().encodeToString(bytes(RECORD_MAX_BYTES - 1));

            var put = raw.call("PutRecord", """
                    {"StreamName": "%s", "PartitionKey": "k", "Data": "%s"}""".formatted(stream, data));
            assertThat(put.status()).as(put.text()).isEqualTo(200);
            var many = raw.call("PutRecords", """
                    {"StreamName": "%s", "Records": [{"PartitionKey": "k", "Data": "%s"}]}""".formatted(stream, data));
            assertThat(many.status()).as(many.text()).isEqualTo(200);

            var page = raw.call("GetRecords", """
                    {"ShardIterator": "%s"}""".formatted(kinesis.iterator(stream, FIRST, Kinesis::trimHorizon)));
            assertThat(page.json().path("Records")).hasSize(1);
            assertThat(page.json().path("Records").get(0).path("Data").asText()).isEqualTo(data);
            assertThat(page.body().length).isGreaterThan(data.getBytes(StandardCharsets.US_ASCII).length);
        }
    }

    @EachClient
    void refusesSizesAndStreamsThatCannotBe(Kinesis kinesis) {
        var client = kinesis.client();
        var stream = kinesis.newStream(1);
        var unknown = uniqueName();

        for (int kib : List.of(1_023, 10_241)) {
            assertThatExceptionOfType(ValidationException.class)
                    .isThrownBy(() -> client.updateMaxRecordSize(
                            request -> request.streamARN(arn(stream)).maxRecordSizeInKiB(kib)));
        }
        assertThatExceptionOfType(ResourceNotFoundException.class)
                .isThrownBy(() -> client.updateMaxRecordSize(
                        request -> request.streamARN(arn(unknown)).maxRecordSizeInKiB(2_048)))
                .withMessageContaining("Stream " + unknown + " under account " + ACCOUNT + " not found.");
        assertThatExceptionOfType(KinesisException.class)
                .isThrownBy(() -> client.updateMaxRecordSize(request -> request.maxRecordSizeInKiB(2_048)))
                .withMessageContaining(
                        "Value null at 'streamARN' failed to satisfy constraint: Member must not be null");
    }

    @Test
    void settingsAndTheTypesOfRecordsOutliveAKilledServer(@TempDir Path directory) throws Exception {
        var log = directory.resolve("server.log");
        var data = directory.resolve("data");
        try (var server = ServerProcess.start(data, log);
                var client = server.connect()) {
            client.createStream(request -> request.streamName("kept").shardCount(1));
            var kinesis = new Kinesis(client);
            kinesis.awaitActive("kept");
            put(client, "kept", "plain");
            client.enableEnhancedMonitoring(
                    request -> request.streamName("kept").shardLevelMetrics(MetricsName.OUTGOING_RECORDS));
            startEncryption(client, "kept");
            put(client, "kept", "encrypted");
            // In the midst of UPDATING.
            server.kill();
        }
        try (var server = ServerProcess.start(data, log);
                var client = server.connect()) {
            var kinesis = new Kinesis(client);
            kinesis.awaitActive("kept");
            var summary = summary(client, "kept");
            assertThat(summary.keyId()).isEqualTo(KEY);
            assertThat(summary.enhancedMonitoring().getFirst().shardLevelMetrics())
                    .containsExactly(MetricsName.OUTGOING_RECORDS);
            assertThat(put(client, "kept", "encrypted too")).isEqualTo(EncryptionType.KMS);
            assertThat(kinesis.read("kept", FIRST).records())
                    .extracting(Record::encryptionType)
                    .containsExactly(null, EncryptionType.KMS, EncryptionType.KMS);
        }
    }
}
