package io.millrace.clients.kcl;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import io.millrace.clients.support.Ledger;
import io.millrace.clients.support.LocalDynamoDb;
import io.millrace.clients.support.Millrace;
import io.millrace.clients.support.TestStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.kinesis.producer.KinesisProducer;
import software.amazon.kinesis.producer.KinesisProducerConfiguration;
import software.amazon.kinesis.producer.UserRecordResult;

/** The Kinesis producer library in front of a running Millrace: its native daemon speaks HTTPS and checks the certificate. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class ProducerTest {
    private static final Millrace MILLRACE = Millrace.running();
    private static final byte[] AGGREGATE_MAGIC = {(byte) 0xF3, (byte) 0x89, (byte) 0x9A, (byte) 0xC2};

    private static LocalDynamoDb dynamoDb;

    @TempDir
    Path directory;

    private KinesisProducer producer;

    @BeforeAll
    static void startDynamoDb() {
        dynamoDb = LocalDynamoDb.start();
    }

    @AfterAll
    static void stopDynamoDb() {
        dynamoDb.close();
    }

    @BeforeEach
    void startProducer() {
        producer = new KinesisProducer(new KinesisProducerConfiguration()
                .setKinesisEndpoint(MILLRACE.tlsEndpoint().getHost())
                .setKinesisPort(MILLRACE.tlsEndpoint().getPort())
                .setCaCertFile(MILLRACE.certificate().toAbsolutePath().toString())
                .setVerifyCertificate(true)
                .setRegion(Millrace.REGION)
                .setCredentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(Millrace.ACCESS_KEY, Millrace.SECRET_KEY)))
                .setAggregationEnabled(true)
                .setMetricsLevel("none")
                .setTempDirectory(directory.toString()));
    }

    @AfterEach
    void stopProducer() {
        producer.destroy();
    }

    @Test
    void sendsAggregatesWhichTheClientLibraryTakesApart() throws Exception {
        var ledger = new Ledger();
        try (var stream = TestStream.create(MILLRACE, 2)) {
            awaitAll(send(stream, 0, 2_000));

            var sent = stream.readAll();
            assertThat(sent)
                    .hasSizeLessThan(2_000)
                    .anySatisfy(data -> assertThat(data).startsWith(AGGREGATE_MAGIC));
            try (var worker = RunningWorker.start(
                    Application.of(MILLRACE, dynamoDb, stream, Retrieval.POLLING), "reader", ledger)) {
                ledger.awaitFirst(2_000);
            }
            assertThat(ledger.repeated()).isEmpty();
        }
    }

    @Test
    void losesNothingWhenAShardIsSplitWhileItSends() throws Exception {
        var ledger = new Ledger();
        try (var stream = TestStream.create(MILLRACE, 1)) {
            var results = new ArrayList<>(send(stream, 0, 500));
            stream.split(stream.openShards().get(0));
            results.addAll(send(stream, 500, 500));
            awaitAll(results);

            try (var worker = RunningWorker.start(
                    Application.of(MILLRACE, dynamoDb, stream, Retrieval.POLLING), "reader", ledger)) {
                ledger.awaitFirst(1_000);
            }
        }
    }

    private List<ListenableFuture<UserRecordResult>> send(TestStream stream, int first, int count) {
        return IntStream.range(first, first + count)
                .mapToObj(number -> producer.addUserRecord(
                        stream.name(),
                        Integer.toString(number),
                        TestStream.data(number).asByteBuffer()))
                .toList();
    }

    private void awaitAll(List<ListenableFuture<UserRecordResult>> results)
            throws ExecutionException, InterruptedException {
        producer.flush();
        for (var result : results) {
            assertThat(result.get().isSuccessful()).isTrue();
        }
    }
}
