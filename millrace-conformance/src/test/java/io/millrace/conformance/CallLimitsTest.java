package io.millrace.conformance;

import static io.millrace.conformance.Kinesis.FIRST;
import static io.millrace.conformance.Kinesis.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.millrace.server.Millrace;
import io.millrace.server.MillraceConfig;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ConsumerStatus;
import software.amazon.awssdk.services.kinesis.model.LimitExceededException;
import software.amazon.awssdk.services.kinesis.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.kinesis.model.ResourceInUseException;

/** What real clients see of a server that takes as many calls as the real service does. */
@Timeout(120)
class CallLimitsTest {
    private static final int CALLS_MAX = 10_000;

    private static Millrace millrace;
    private static KinesisClient patient;
    private static Kinesis prepared;

    @BeforeAll
    static void start() {
        millrace = Millrace.start(MillraceConfig.ephemeral().with("streams.call-limits", "aws"));
        patient = SdkClient.APACHE.connect(millrace, options -> options.retryStrategy(untilServed()));
        prepared = new Kinesis(patient);
    }

    @AfterAll
    static void stop() {
        patient.close();
        millrace.close();
    }

    @Tag("sdk")
    @ParameterizedTest
    @EnumSource(SdkClient.class)
    void refusesListingsBeyondFiveASecondAndAccount(SdkClient kind) {
        try (var client = kind.connect(millrace)) {
            var account = freshAccount();
            var credentials = credentials(account);
            Runnable list = () -> client.listStreams(request -> request.overrideConfiguration(credentials));

            assertRefused(list, 5, LimitExceededException.class, "Rate exceeded for account " + account + ".");
            // Nobody else is held up by it.
            var other = credentials(freshAccount());
            assertThat(client.listStreams(request -> request.overrideConfiguration(other))
                            .streamNames())
                    .isEmpty();
        }
    }

    @Tag("sdk")
    @ParameterizedTest
    @EnumSource(SdkClient.class)
    void namesTheStreamThatACallIsAbout(SdkClient kind) {
        try (var client = kind.connect(millrace)) {
            var stream = prepared.newStream(1);
            var text = "Rate exceeded for stream " + stream + " under account " + Kinesis.ACCOUNT + ".";

            assertRefused(
                    () -> client.describeStream(request -> request.streamName(stream)),
                    0,
                    LimitExceededException.class,
                    text);
        }
    }

    @Tag("sdk")
    @ParameterizedTest
    @EnumSource(SdkClient.class)
    void refusesIteratorsBeyondFiveASecondAndShard(SdkClient kind) {
        try (var client = kind.connect(millrace)) {
            var kinesis = new Kinesis(client);
            var stream = prepared.newStream(2);

            assertRefused(
                    () -> kinesis.iterator(stream, FIRST, Kinesis::latest),
                    5,
                    ProvisionedThroughputExceededException.class,
                    "Rate exceeded for shard " + FIRST + " in stream " + stream + " under account " + Kinesis.ACCOUNT
                            + ".");
            assertThat(kinesis.iterator(stream, SECOND, Kinesis::latest)).isNotEmpty();
        }
    }

    @Tag("sdk")
    @Test
    void refusesSubscriptionsBeyondOneASecondForAConsumerAndShard() throws Exception {
        var stream = prepared.newStream(2);
        var arn = prepared.client()
                .describeStreamSummary(request -> request.streamName(stream))
                .streamDescriptionSummary()
                .streamARN();
        var billing = register(arn, "billing");
        var orders = register(arn, "orders");
        try (var client = SdkClient.connectAsync(millrace.endpoint())) {
            var first = SdkSubscription.begin(client, billing, FIRST, at -> at.type("LATEST"));
            assertThatExceptionOfType(LimitExceededException.class)
                    .isThrownBy(() -> {
                        for (int call = 0; call < CALLS_MAX; call++) {
                            subscribeInVain(client, billing);
                        }
                    })
                    .withMessageContaining(
                            "Rate exceeded for stream " + stream + " under account " + Kinesis.ACCOUNT + ".");

            SdkSubscription.begin(client, billing, SECOND, at -> at.type("LATEST"))
                    .close();
            SdkSubscription.begin(client, orders, FIRST, at -> at.type("LATEST"))
                    .close();
            first.close();
        }
    }

    @Test
    void aClientThatRetriesIsServedInTheEnd() {
        var credentials = credentials(freshAccount());
        for (int call = 0; call < 8; call++) {
            assertThat(patient.listStreams(request -> request.overrideConfiguration(credentials))
                            .hasStreamNames())
                    .isTrue();
        }
    }

    @Test
    void refusesNobodyUnlessToldTo() {
        try (var free = Millrace.start(MillraceConfig.ephemeral());
                var client = SdkClient.APACHE.connect(free)) {
            var stream = new Kinesis(client).newStream(1);
            for (int call = 0; call < 50; call++) {
                client.describeLimits();
                client.listStreams();
                new Kinesis(client).iterator(stream, FIRST, Kinesis::latest);
            }
        }
    }

    /**
     * Calls until it is refused, and checks that it was served as often as may be, and no more often than so many
     * times a second from a full allowance.
     *
     * @param perSecond zero where others have drawn on the same allowance
     */
    private static void assertRefused(
            Runnable call, int perSecond, Class<? extends Exception> refusal, String message) {
        int[] served = {0};
        long begin = System.nanoTime();
        assertThatExceptionOfType(refusal)
                .isThrownBy(() -> {
                    for (; served[0] < CALLS_MAX; served[0]++) {
                        call.run();
                    }
                })
                .withMessageContaining(message);
        if (perSecond > 0) {
            double seconds = Duration.ofNanos(System.nanoTime() - begin).toMillis() / 1_000.0;
            assertThat(served[0]).isBetween(perSecond, (int) (perSecond * (1 + seconds)) + 1);
        }
    }

    /** Where a second has passed since the last one, it is refused for the subscription that there is. */
    private static void subscribeInVain(KinesisAsyncClient client, String consumer) throws InterruptedException {
        try {
            SdkSubscription.begin(client, consumer, FIRST, at -> at.type("LATEST"));
        } catch (ResourceInUseException _) {
            // The call was taken, which is what counts here.
        }
    }

    private static String register(String stream, String name) {
        var consumer = prepared.client()
                .registerStreamConsumer(request -> request.streamARN(stream).consumerName(name))
                .consumer()
                .consumerARN();
        Await.until(
                "consumer " + name + " is active",
                () -> prepared.client()
                                .describeStreamConsumer(request -> request.consumerARN(consumer))
                                .consumerDescription()
                                .consumerStatus()
                        == ConsumerStatus.ACTIVE);
        return consumer;
    }

    /** One that has made no call yet: the key id is its number. */
    private static String freshAccount() {
        return "%012d".formatted(ThreadLocalRandom.current().nextLong(1_000_000_000_000L));
    }

    private static AwsRequestOverrideConfiguration credentials(String account) {
        return AwsRequestOverrideConfiguration.builder()
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(account, "secret")))
                .build();
    }

    private static RetryStrategy untilServed() {
        return StandardRetryStrategy.builder()
                .maxAttempts(CALLS_MAX)
                .backoffStrategy(BackoffStrategy.fixedDelay(Duration.ofMillis(100)))
                .throttlingBackoffStrategy(BackoffStrategy.fixedDelay(Duration.ofMillis(100)))
                .retryOnException(LimitExceededException.class)
                .circuitBreakerEnabled(false)
                .build();
    }
}
