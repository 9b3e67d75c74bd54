package io.millrace.conformance;

import static io.millrace.conformance.Kinesis.FIRST;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.Millrace;
import io.millrace.server.MillraceConfig;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ConsumerStatus;

/**
 * Whoever hangs up frees the consumer's place: the next subscription to the shard is accepted when it first asks, and does
 * not wait out the five seconds that a place is kept for one who is there. On a server of its own, to see that it has heard.
 */
@Timeout(120)
class HungUpSubscribersTest {
    private static final int ROUNDS = 5;
    private static final int REPLY_WAIT_MAX_MILLIS = 20_000;

    private Millrace millrace;
    private KinesisClient client;
    private KinesisAsyncClient subscribing;
    private RawClient metrics;
    private String consumer;

    @BeforeEach
    void open() {
        millrace = Millrace.start(MillraceConfig.ephemeral());
        client = SdkClient.APACHE.connect(millrace);
        subscribing = SdkClient.connectAsync(millrace.endpoint());
        metrics = new RawClient(millrace.endpoint());
        var stream = new Kinesis(client).newStream(1);
        consumer = client.registerStreamConsumer(
                        request -> request.streamARN(Kinesis.arn(stream)).consumerName("billing"))
                .consumer()
                .consumerARN();
        Await.until(
                "a consumer",
                () -> client.describeStreamConsumer(request -> request.consumerARN(consumer))
                                .consumerDescription()
                                .consumerStatus()
                        == ConsumerStatus.ACTIVE);
        new Kinesis(client).put(stream, "data");
    }

    @AfterEach
    void close() {
        metrics.close();
        subscribing.close();
        client.close();
        millrace.close();
    }

    @Test
    void byResettingAStreamOfItsConnection() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            var subscription = subscribe();
            subscription.close();
            awaitHeard();
        }
    }

    @Test
    void byClosingItsHttp2Connection() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            subscribe();
            subscribing.close();
            subscribing = SdkClient.connectAsync(millrace.endpoint());
            awaitHeard();
        }
    }

    @Test
    void byClosingItsHttp1Connection() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            try (var socket = new Socket(
                    millrace.endpoint().getHost(), millrace.endpoint().getPort())) {
                socket.setSoTimeout(REPLY_WAIT_MAX_MILLIS);
                var body = """
                        {"ConsumerARN": "%s", "ShardId": "%s", "StartingPosition": {"Type": "LATEST"}}""".formatted(consumer, FIRST);
                socket.getOutputStream()
                        .write(("POST / HTTP/1.1\r\nHost: "
                                        + millrace.endpoint().getAuthority() + "\r\nContent-Type: "
                                        + RawClient.JSON + "\r\nX-Amz-Target: " + RawClient.TARGET_PREFIX
                                        + "SubscribeToShard\r\nAuthorization: " + RawClient.AUTHORIZATION
                                        + "\r\nX-Amz-Date: " + RawClient.DATE + "\r\nContent-Length: " + body.length()
                                        + "\r\n\r\n" + body)
                                .getBytes(ISO_8859_1));
                assertThat(statusLine(socket)).isEqualTo("HTTP/1.1 200 OK");
            }
            awaitHeard();
        }
        subscribe();
    }

    /** Asks once; it throws if the place is taken. */
    private SdkSubscription subscribe() throws InterruptedException {
        var subscription = SdkSubscription.begin(subscribing, consumer, FIRST, at -> at.type("TRIM_HORIZON"));
        assertThat(subscription.take(1)).isEqualTo(List.of("data"));
        return subscription;
    }

    private void awaitHeard() {
        Await.until(
                "a server that has heard of it",
                () -> metrics.post()
                        .method("GET")
                        .path("/metrics")
                        .send()
                        .text()
                        .lines()
                        .anyMatch("millrace_subscriptions 0.0"::equals));
    }

    private static String statusLine(Socket socket) throws IOException {
        var line = new StringBuilder();
        for (int next = socket.getInputStream().read();
                next != '\r';
                next = socket.getInputStream().read()) {
            assertThat(next).as("the end of the connection after %s", line).isNotEqualTo(-1);
            line.append((char) next);
        }
        return line.toString();
    }
}
