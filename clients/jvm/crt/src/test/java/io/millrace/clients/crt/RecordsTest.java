package io.millrace.clients.crt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.millrace.clients.crt.Kinesis.Operation;
import io.millrace.clients.support.Millrace;
import io.millrace.clients.support.TestStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.crt.AwsCrtAsyncHttpClient;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/** Records and refusals, each way. */
class RecordsTest {
    private static final Operation<PutRecordRequest, PutRecordResponse> PUT_RECORD =
            new Operation<>(KinesisClient::putRecord, KinesisAsyncClient::putRecord);
    private static final Operation<PutRecordsRequest, PutRecordsResponse> PUT_RECORDS =
            new Operation<>(KinesisClient::putRecords, KinesisAsyncClient::putRecords);
    private static final Operation<GetShardIteratorRequest, GetShardIteratorResponse> GET_SHARD_ITERATOR =
            new Operation<>(KinesisClient::getShardIterator, KinesisAsyncClient::getShardIterator);
    private static final Operation<GetRecordsRequest, GetRecordsResponse> GET_RECORDS =
            new Operation<>(KinesisClient::getRecords, KinesisAsyncClient::getRecords);

    private static final String FIRST = "shardId-000000000000";
    private static final int MIB = 1024 * 1024;
    private static final Duration ACQUISITION_MAX = Duration.ofSeconds(3);

    private final Millrace millrace = Millrace.running();

    @ParameterizedTest
    @EnumSource
    void aRecordComesBackAsItWasPut(Transport transport) {
        var data = new byte[256];
        IntStream.range(0, data.length).forEach(index -> data[index] = (byte) index);
        try (var stream = TestStream.create(millrace, 1);
                var kinesis = transport.connect(millrace)) {
            var reply = kinesis.call(
                    PUT_RECORD,
                    PutRecordRequest.builder()
                            .streamName(stream.name())
                            .partitionKey("ключ-鍵-🔑")
                            .data(SdkBytes.fromByteArray(data))
                            .build());
            assertThat(readAll(kinesis, stream)).singleElement().satisfies(record -> {
                assertThat(record.data().asByteArray()).isEqualTo(data);
                assertThat(record.partitionKey()).isEqualTo("ключ-鍵-🔑");
                assertThat(record.sequenceNumber()).isEqualTo(reply.sequenceNumber());
            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBatchOfManyMebibytesGoesInAndComesOut(Transport transport) {
        var data = new byte[MIB - 1];
        new Random(7).nextBytes(data);
        var entry = PutRecordsRequestEntry.builder()
                .partitionKey("k")
                .data(SdkBytes.fromByteArray(data))
                .build();
        try (var stream = TestStream.create(millrace, 1);
                var kinesis = transport.connect(millrace)) {
            var reply = kinesis.call(
                    PUT_RECORDS,
                    PutRecordsRequest.builder()
                            .streamName(stream.name())
                            .records(entry, entry, entry, entry, entry, entry, entry, entry)
                            .build());
            assertThat(reply.failedRecordCount()).isZero();
            assertThat(readAll(kinesis, stream))
                    .hasSize(8)
                    .allSatisfy(
                            record -> assertThat(record.data().asByteArray()).isEqualTo(data));
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusalsAreTheSdksOwnExceptionsAndLeaveTheConnectionWhole(Transport transport) {
        try (var kinesis = transport.connect(millrace)) {
            var request = PutRecordRequest.builder()
                    .streamName("nowhere-at-all")
                    .partitionKey("k")
                    .data(SdkBytes.fromUtf8String("x"))
                    .build();
            for (int count = 0; count < 20; count++) {
                assertThatExceptionOfType(ResourceNotFoundException.class)
                        .isThrownBy(() -> kinesis.call(PUT_RECORD, request))
                        .withMessageContaining(
                                "Stream nowhere-at-all under account " + Millrace.ACCOUNT + " not found.");
            }
        }
    }

    @Test
    void theCertificateIsChecked() {
        var http = AwsCrtAsyncHttpClient.builder().connectionAcquisitionTimeout(ACQUISITION_MAX);
        try (var strict = Transport.async(millrace.tlsEndpoint(), http.build());
                var lenient = Transport.async(millrace.tlsEndpoint(), http.buildWithDefaults(Transport.TRUST_ALL))) {
            lenient.listStreams().join();
            // The CRT tries again until the time for getting a connection is over, and then says no more than that.
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(() -> strict.listStreams().join())
                    .withMessageContaining("failed to acquire a connection");
        }
    }

    private static List<Record> readAll(Kinesis kinesis, TestStream stream) {
        var records = new ArrayList<Record>();
        var iterator = kinesis.call(
                        GET_SHARD_ITERATOR,
                        GetShardIteratorRequest.builder()
                                .streamName(stream.name())
                                .shardId(FIRST)
                                .shardIteratorType(ShardIteratorType.TRIM_HORIZON)
                                .build())
                .shardIterator();
        while (true) {
            var page = kinesis.call(
                    GET_RECORDS,
                    GetRecordsRequest.builder().shardIterator(iterator).build());
            records.addAll(page.records());
            if (page.records().isEmpty() && page.millisBehindLatest() == 0) {
                return records;
            }
            iterator = page.nextShardIterator();
        }
    }
}
