package io.millrace.conformance;

import static io.millrace.conformance.Kinesis.FIRST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.millrace.server.Millrace;
import io.millrace.server.MillraceConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ConsumerStatus;
import software.amazon.awssdk.services.kinesis.model.InternalFailureException;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.services.kinesis.model.LimitExceededException;
import software.amazon.awssdk.services.kinesis.model.ResourceInUseException;
import software.amazon.awssdk.services.kinesis.model.StartingPosition;

/** Faults on request, as a subscriber meets them. */
@Timeout(120)
class SubscriptionFaultsTest {
    private static final int RECORDS = 300;

    private Millrace millrace;
    private RawClient admin;
    private KinesisClient client;
    private KinesisAsyncClient subscribing;
    private Kinesis kinesis;
    private String stream;
    private String consumer;

    @BeforeEach
    void start() {
        millrace = Millrace.start(MillraceConfig.ephemeral());
        admin = new RawClient(millrace.endpoint());
        client = SdkClient.APACHE.connect(millrace);
        subscribing = SdkClient.connectAsync(millrace.endpoint());
        kinesis = new Kinesis(client);
        stream = kinesis.newStream(1);
        consumer = register();
    }

    @AfterEach
    void stop() {
        subscribing.close();
        client.close();
        admin.close();
        millrace.close();
    }

    @Test
    void refusesToBeginInAwssWords() {
        set("\"throttle\": 1");
        assertThatExceptionOfType(LimitExceededException.class)
                .isThrownBy(() -> subscribe(SubscriptionFaultsTest::trimHorizon))
                .withMessageContaining("Rate exceeded for stream " + stream + " under account 000000000000.");
        set("\"internalFailure\": 1");
        assertThatExceptionOfType(KinesisException.class)
                .isThrownBy(() -> subscribe(SubscriptionFaultsTest::trimHorizon))
                .satisfies(failure -> assertThat(failure.statusCode()).isEqualTo(500));
        set("\"unavailable\": 1");
        assertThatExceptionOfType(KinesisException.class)
                .isThrownBy(() -> subscribe(SubscriptionFaultsTest::trimHorizon))
                .satisfies(failure -> assertThat(failure.statusCode()).isEqualTo(503));
    }

    @Test
    void beginsLateAndThenPushesAtOnce() throws Exception {
        set("\"latencyMillis\": 300");
        long begin = System.nanoTime();
        var reader = subscribe(SubscriptionFaultsTest::trimHorizon);

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
        kinesis.put(stream, "data");
        assertThat(reader.take(1)).containsExactly("data");
        reader.close();
    }

    @Test
    void breaksOffSubscriptionsThatRun() throws Exception {
        var reader = subscribe(SubscriptionFaultsTest::trimHorizon);
        set("\"breakOff\": 1");
        kinesis.put(stream, "one");

        assertThatExceptionOfType(InternalFailureException.class).isThrownBy(() -> {
            while (reader.next().isPresent()) {
                LockSupport.parkNanos(1);
            }
        });
        assertThat(admin.post().method("GET").path("/metrics").send().text())
                .contains("millrace_faults_injected_total{fault=\"break off\",operation=\"SubscribeToShard\"} 1.0")
                .contains("millrace_subscriptions 0.0");
    }

    @Test
    void aReaderThatSubscribesAgainMissesNothing() throws Exception {
        set("\"breakOff\": 0.2, \"seed\": 5");
        var expected = IntStream.range(0, RECORDS).mapToObj(Integer::toString).toList();
        var producer = Thread.ofVirtual().start(() -> expected.forEach(data -> kinesis.put(stream, data)));

        var taken = new ArrayList<String>();
        String[] last = {null};
        int breaks = 0;
        while (taken.size() < RECORDS) {
            var reader = subscribe(at -> {
                if (last[0] == null) {
                    at.type("TRIM_HORIZON");
                } else {
                    at.type("AFTER_SEQUENCE_NUMBER").sequenceNumber(last[0]);
                }
            });
            try {
                while (taken.size() < RECORDS) {
                    var event = reader.next().orElseThrow();
                    event.records().forEach(record -> taken.add(record.data().asUtf8String()));
                    last[0] = event.continuationSequenceNumber();
                }
                reader.close();
            } catch (KinesisException _) {
                breaks++;
            }
        }
        producer.join();

        assertThat(taken).isEqualTo(expected);
        assertThat(breaks).isPositive();
    }

    @Test
    void isForSubscriptionsOnly() {
        var refused = request("{\"operation\": \"PutRecord\", \"breakOff\": 1}");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.text()).contains("breakOff is for SubscribeToShard");
        assertThat(request("{\"breakOff\": 2}").status()).isEqualTo(400);
    }

    private static void trimHorizon(StartingPosition.Builder at) {
        at.type("TRIM_HORIZON");
    }

    private void set(String what) {
        var reply = request("{\"stream\": \"%s\", \"operation\": \"SubscribeToShard\", %s}".formatted(stream, what));
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    }

    private RawClient.Reply request(String rule) {
        return admin.post()
                .method("PUT")
                .path("/admin/faults")
                .contentType("application/json")
                .header("Authorization", "Bearer " + millrace.adminToken())
                .body(rule)
                .send();
    }

    /** Tries until the server has heard that the one before has gone. */
    private SdkSubscription subscribe(Consumer<StartingPosition.Builder> place) throws InterruptedException {
        while (true) {
            try {
                return SdkSubscription.begin(subscribing, consumer, FIRST, place);
            } catch (ResourceInUseException _) {
                LockSupport.parkNanos(10_000_000);
            }
        }
    }

    private String register() {
        var arn = client.describeStreamSummary(request -> request.streamName(stream))
                .streamDescriptionSummary()
                .streamARN();
        var registered = client.registerStreamConsumer(
                        request -> request.streamARN(arn).consumerName("billing"))
                .consumer()
                .consumerARN();
        Await.until(
                "the consumer is active",
                () -> List.of(ConsumerStatus.ACTIVE)
                        .contains(client.describeStreamConsumer(request -> request.consumerARN(registered))
                                .consumerDescription()
                                .consumerStatus()));
        return registered;
    }
}
