package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.GetRecordsPage.DeliveredRecord;
import io.millrace.model.InvalidArgumentException;
import io.millrace.model.LimitExceededException;
import io.millrace.model.ResourceInUseException;
import io.millrace.model.ResourceNotFoundException;
import io.millrace.streams.Service.Entry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.kinesis.model.DeleteStreamRequest;
import software.amazon.awssdk.services.kinesis.model.EncryptionType;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.SplitShardRequest;
import software.amazon.awssdk.services.kinesis.model.StartStreamEncryptionRequest;
import software.amazon.awssdk.services.kinesis.model.StopStreamEncryptionRequest;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

class StreamEncryptionTest {
    private static final String KEY = "alias/aws/kinesis";
    private static final String GUID = "12345678-90ab-cdef-1234-567890ABCDEF";
    private static final String SHARD = "shardId-000000000000";

    @TempDir
    Path directory;

    private Service service;

    @BeforeEach
    void open() {
        service = Service.in(directory);
        service.create("orders", 1);
    }

    @AfterEach
    void close() {
        service.close();
    }

    private void start(String stream, EncryptionType type, String keyId) {
        service.streams.startStreamEncryption(
                Service.CALLER,
                StartStreamEncryptionRequest.builder()
                        .streamName(stream)
                        .encryptionType(type)
                        .keyId(keyId)
                        .build());
    }

    private void start(String keyId) {
        start("orders", EncryptionType.KMS, keyId);
        service.settle();
    }

    private void stop() {
        service.streams.stopStreamEncryption(
                Service.CALLER,
                StopStreamEncryptionRequest.builder()
                        .streamName("orders")
                        .encryptionType(EncryptionType.KMS)
                        .keyId(KEY)
                        .build());
        service.settle();
    }

    private EncryptionType put(String data) {
        return service.put("orders", "key", data).encryptionType();
    }

    private List<EncryptionType> types(String shard) {
        return service.read(service.iterator("orders", shard, ShardIteratorType.TRIM_HORIZON)).records().stream()
                .map(DeliveredRecord::encryptionType)
                .toList();
    }

    @Test
    void isUpdatingFirstAndThenDescribedWithItsKey() {
        start("orders", EncryptionType.KMS, KEY);
        assertThat(service.describe("orders").streamStatus()).isEqualTo(StreamStatus.UPDATING);
        assertThatThrownBy(() -> start("orders", EncryptionType.KMS, GUID))
                .isInstanceOf(ResourceInUseException.class)
                .hasMessage("Stream orders under account 000000000000 not ACTIVE, instead in state UPDATING");
        service.settle();
        assertThat(service.describe("orders").streamStatus()).isEqualTo(StreamStatus.ACTIVE);
        assertThat(service.describe("orders").encryptionType()).isEqualTo(EncryptionType.KMS);
        assertThat(service.describe("orders").keyId()).isEqualTo(KEY);

        stop();
        assertThat(service.describe("orders").encryptionType()).isEqualTo(EncryptionType.NONE);
        assertThat(service.describe("orders").keyId()).isNull();
    }

    @Test
    void anInterruptedChangeIsCompletedAfterARestart() {
        start("orders", EncryptionType.KMS, KEY);
        service.restart();
        assertThat(service.describe("orders").streamStatus()).isEqualTo(StreamStatus.UPDATING);
        service.settle();
        assertThat(service.describe("orders").streamStatus()).isEqualTo(StreamStatus.ACTIVE);
        assertThat(service.describe("orders").keyId()).isEqualTo(KEY);
        assertThat(put("data")).isEqualTo(EncryptionType.KMS);
    }

    @Test
    void eachRecordKeepsTheTypeItsPutWasAnsweredWith() {
        assertThat(put("before")).isEqualTo(EncryptionType.NONE);
        start(KEY);
        assertThat(put("encrypted")).isEqualTo(EncryptionType.KMS);
        var many = service.put("orders", List.of(new Entry("key", null, "a"), new Entry("key", null, "b")));
        assertThat(many.encryptionType()).isEqualTo(EncryptionType.KMS);
        stop();
        assertThat(put("after")).isEqualTo(EncryptionType.NONE);
        assertThat(service.put("orders", List.of(new Entry("key", null, "c"))).encryptionType())
                .isEqualTo(EncryptionType.NONE);

        var expected = List.of(
                EncryptionType.NONE,
                EncryptionType.KMS,
                EncryptionType.KMS,
                EncryptionType.KMS,
                EncryptionType.NONE,
                EncryptionType.NONE);
        assertThat(types(SHARD)).isEqualTo(expected);
        service.restart();
        assertThat(types(SHARD)).isEqualTo(expected);
    }

    @Test
    void childrenOfAReshardAreEncryptedLikeTheirStream() {
        start(KEY);
        service.streams.splitShard(
                Service.CALLER,
                SplitShardRequest.builder()
                        .streamName("orders")
                        .shardToSplit(SHARD)
                        .newStartingHashKey("170141183460469231731687303715884105728")
                        .build());
        service.settle();
        var stored = service.put("orders", List.of(new Entry("key", "0", "data")));
        assertThat(stored.encryptionType()).isEqualTo(EncryptionType.KMS);
        assertThat(types("shardId-000000000001")).containsExactly(EncryptionType.KMS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                GUID,
                "mrk-1234567890abcdef1234567890abcdef",
                "alias/orders/2030_a-b",
                "arn:aws:kms:us-east-1:123456789012:key/" + GUID,
                "arn:aws-cn:kms:cn-north-1:123456789012:alias/orders",
            })
    void takesAKeyInEachOfItsForms(String keyId) {
        start(keyId);
        assertThat(service.describe("orders").keyId()).isEqualTo(keyId);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"key", "alias/", "arn:aws:kms:us-east-1:123456789012:key/", "arn:aws:s3:::bucket", "alias/a b"})
    void refusesWhatNamesNoKey(String keyId) {
        assertThatThrownBy(() -> start(keyId)).isInstanceOf(InvalidArgumentException.class);
        assertThat(service.describe("orders").encryptionType()).isEqualTo(EncryptionType.NONE);
    }

    @Test
    void refusesUnknownStreamsAndNoEncryption() {
        assertThatThrownBy(() -> start("other", EncryptionType.NONE, "key"))
                .isInstanceOf(ResourceNotFoundException.class)
                .hasMessage("Stream other under account 000000000000 not found.");
        assertThatThrownBy(() -> start("orders", EncryptionType.NONE, KEY))
                .isInstanceOf(InvalidArgumentException.class);
    }

    @Test
    void aChangeToWhatAlreadyIsChangesNothing() {
        stop();
        start(KEY);
        start("orders", EncryptionType.KMS, KEY);
        assertThat(service.describe("orders").streamStatus()).isEqualTo(StreamStatus.ACTIVE);
    }

    @Test
    void twentyFiveChangesADayAreEnough() {
        for (int change = 0; change < 25; change++) {
            service.clock.advance(Duration.ofMinutes(1));
            start("alias/key-" + change);
        }
        assertThatThrownBy(() -> start(KEY)).isInstanceOf(LimitExceededException.class);
        service.restart();
        assertThatThrownBy(this::stop).isInstanceOf(LimitExceededException.class);
        assertThat(service.describe("orders").keyId()).isEqualTo("alias/key-24");

        service.clock.advance(Duration.ofHours(24).minusMinutes(24));
        start(KEY);
        assertThatThrownBy(this::stop).isInstanceOf(LimitExceededException.class);
        service.streams.deleteStream(
                Service.CALLER,
                DeleteStreamRequest.builder().streamName("orders").build());
        service.settle();
        service.create("orders", 1);
        start(KEY);
    }
}
