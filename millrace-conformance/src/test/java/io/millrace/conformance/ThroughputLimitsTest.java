package io.millrace.conformance;

import static io.millrace.conformance.Kinesis.FIRST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.millrace.server.Millrace;
import io.millrace.server.MillraceConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.kinesis.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;

/** What real clients see of a server whose shards are narrow. */
class ThroughputLimitsTest {
    private static Millrace millrace;

    @BeforeAll
    static void start() {
        millrace = Millrace.start(MillraceConfig.ephemeral()
                .with("streams.limits", "custom")
                .with("streams.custom-limits.write-records-per-second", "20")
                .with("streams.custom-limits.read-calls-per-second", "50"));
    }

    @AfterAll
    static void stop() {
        millrace.close();
    }

    @Tag("sdk")
    @ParameterizedTest
    @EnumSource(SdkClient.class)
    void aClientWithoutRetriesSeesTheErrorAsAwsWritesIt(SdkClient kind) {
        try (var client = kind.connect(millrace)) {
            var kinesis = new Kinesis(client);
            var stream = kinesis.newStream(1);
            var text = "Rate exceeded for shard " + FIRST + " in stream " + stream + " under account 000000000000.";

            var reply = client.putRecords(request -> request.streamName(stream).records(entries(0, 100)));

            assertThat(reply.failedRecordCount()).isBetween(60, 80);
            assertThat(reply.records()).hasSize(100);
            assertThat(reply.records().stream().filter(ThroughputLimitsTest::refused))
                    .hasSize(reply.failedRecordCount())
                    .allSatisfy(entry -> {
                        assertThat(entry.errorCode()).isEqualTo("ProvisionedThroughputExceededException");
                        assertThat(entry.errorMessage()).isEqualTo(text);
                        assertThat(entry.shardId()).isNull();
                        assertThat(entry.sequenceNumber()).isNull();
                    });
            assertThatExceptionOfType(ProvisionedThroughputExceededException.class)
                    .isThrownBy(() -> {
                        for (int i = 0; i < 100; i++) {
                            kinesis.put(stream, "more");
                        }
                    })
                    .satisfies(refusal -> {
                        assertThat(refusal.awsErrorDetails().errorMessage()).isEqualTo(text);
                        assertThat(refusal.statusCode()).isEqualTo(400);
                        assertThat(refusal.isThrottlingException()).isTrue();
                    });
        }
    }

    @Test
    void aClientThatRetriesGetsAllItsRecordsInOnce() {
        var retries = StandardRetryStrategy.builder()
                .maxAttempts(50)
                .backoffStrategy(BackoffStrategy.fixedDelay(Duration.ofMillis(50)))
                .throttlingBackoffStrategy(BackoffStrategy.fixedDelay(Duration.ofMillis(50)))
                .retryOnException(ProvisionedThroughputExceededException.class)
                .circuitBreakerEnabled(false)
                .build();
        try (var client = SdkClient.APACHE.connect(millrace, options -> options.retryStrategy(retries))) {
            var kinesis = new Kinesis(client);
            var stream = kinesis.newStream(1);
            var expected = IntStream.range(0, 60).mapToObj(Integer::toString).toList();

            expected.forEach(data -> kinesis.put(stream, data));

            assertThat(kinesis.read(stream, FIRST).texts()).containsExactlyElementsOf(expected);
        }
    }

    @Test
    void aProducerThatSendsAgainWhatWasRefusedLosesNothing() {
        try (var client = SdkClient.APACHE.connect(millrace, options -> options.retryStrategy(RetryMode.STANDARD))) {
            var kinesis = new Kinesis(client);
            var stream = kinesis.newStream(1);
            var left = entries(0, 80);

            while (!left.isEmpty()) {
                var sent = left;
                var reply =
                        client.putRecords(request -> request.streamName(stream).records(sent));
                left = IntStream.range(0, sent.size())
                        .filter(i -> refused(reply.records().get(i)))
                        .mapToObj(sent::get)
                        .toList();
            }

            assertThat(kinesis.read(stream, FIRST).texts())
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.range(0, 80).mapToObj(Integer::toString).toList());
        }
    }

    private static boolean refused(PutRecordsResultEntry entry) {
        return entry.errorCode() != null;
    }

    private static List<PutRecordsRequestEntry> entries(int from, int to) {
        var entries = new ArrayList<PutRecordsRequestEntry>();
        for (int i = from; i < to; i++) {
            entries.add(PutRecordsRequestEntry.builder()
                    .data(SdkBytes.fromUtf8String(Integer.toString(i)))
                    .partitionKey("key")
                    .build());
        }
        return entries;
    }
}
