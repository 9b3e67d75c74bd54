package io.millrace.clients.kcl;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import io.millrace.clients.support.Ledger;
import io.millrace.clients.support.LocalDynamoDb;
import io.millrace.clients.support.Millrace;
import io.millrace.clients.support.TestStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.kinesis.producer.KinesisProducer;
import software.amazon.kinesis.producer.KinesisProducerConfiguration;
import software.amazon.kinesis.producer.UserRecordResult;

/** The Kinesis producer library in front of a running Millrace: its native daemon speaks HTTPS and checks the certificate. */
class ProducerTest {
    private static final Millrace MILLRACE = Millrace.running();
    private static final byte[] AGGREGATE_MAGIC = {(byte) 0xF3, (byte) 0x89, (byte) 0x9A, (byte) 0xC2};

    private static final int BATCH_RECORDS = 200;
    private static final int SENT_MAX_RECORDS = 10_000;

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
            int count = 0;
            // It aggregates once it knows the shards, which it asks for when the first records are on their way.
            while (stream.readAll().stream().noneMatch(ProducerTest::isAggregate)) {
                assertThat(count).as("records sent, none of them aggregated").isLessThan(SENT_MAX_RECORDS);
                awaitAll(send(stream, count, BATCH_RECORDS));
                count += BATCH_RECORDS;
            }
            assertThat(stream.readAll()).hasSizeLessThan(count);
            try (var worker = RunningWorker.start(
                    Application.of(MILLRACE, dynamoDb, stream, Retrieval.POLLING), "reader", ledger)) {
                ledger.awaitFirst(count);
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

    private static boolean isAggregate(byte[] data) {
        return data.length > AGGREGATE_MAGIC.length
                && Arrays.equals(data, 0, AGGREGATE_MAGIC.length, AGGREGATE_MAGIC, 0, AGGREGATE_MAGIC.length);
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
