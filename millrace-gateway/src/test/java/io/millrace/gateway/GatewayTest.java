package io.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.testkit.Seeds;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GatewayTest {
    private final TestDoor door = TestDoor.open();

    @AfterEach
    void closeDoor() {
        door.close();
    }

    @Test
    void answersAUnaryOperationOverHttp1() {
        try (var client = door.connect()) {
            var answer = client.send(RawClient.call("ListStreams", "{\"a\":1}")).read();

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).isEqualTo("{\"a\":1}");
            assertThat(answer.headers())
                    .containsEntry("content-type", "application/x-amz-json-1.1")
                    .containsEntry("content-length", "7")
                    .containsEntry("date", "Wed, 02 Jan 2030 03:04:05 GMT");
            assertThat(answer.headers().get("x-amzn-requestid"))
                    .matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
            assertThat(answer.headers().get("x-amz-id-2")).matches("[A-Za-z0-9+/]{96}");
        }
    }

    @Test
    void answersAParkedOperationWhenItsStageCompletes() {
        var stage = new CompletableFuture<String>();
        door.parked = (_, _) -> stage;
        try (var client = door.connect()) {
            client.send(RawClient.call("PutRecord", "{}"));
            stage.complete("{\"done\":true}");
            assertThat(client.read().text()).isEqualTo("{\"done\":true}");
        }
    }

    @Test
    void speaksHttp2AndHttp1OverTls() throws Exception {
        try (var client =
                HttpClient.newBuilder().sslContext(door.trustingContext()).build()) {
            var http2 = client.send(call(HttpClient.Version.HTTP_2), HttpResponse.BodyHandlers.ofString());
            assertThat(http2.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(http2.body()).isEqualTo("{\"b\":2}");

            var http1 = client.send(call(HttpClient.Version.HTTP_1_1), HttpResponse.BodyHandlers.ofString());
            assertThat(http1.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
            assertThat(http1.body()).isEqualTo("{\"b\":2}");
        }
    }

    @Test
    void letsARequestFinishBeforeItCloses() throws Exception {
        var stage = new CompletableFuture<String>();
        var called = new CountDownLatch(2);
        door.parked = (_, _) -> {
            called.countDown();
            return stage;
        };
        try (var http1 = door.connect();
                var idle = door.connect();
                var http2 = RawHttp2Client.connect(door.port())) {
            idle.send(RawClient.call("ListStreams", "{}")).read();
            http1.send(RawClient.call("PutRecord", "{}"));
            http2.call(1, "PutRecord", "{}");
            TestDoor.await(called);
            var closing = Thread.ofVirtual().start(door.gateway::close);
            assertThat(idle.isClosedByServer()).isTrue();
            http2.await(RawHttp2Client.GOAWAY);
            assertThat(closing.isAlive()).isTrue();

            stage.complete("{\"safe\":1}");
            assertThat(http1.read().text()).isEqualTo("{\"safe\":1}");
            assertThat(http2.answer(1).text()).isEqualTo("{\"safe\":1}");
            assertThat(http1.isClosedByServer()).isTrue();
            assertThat(http2.isClosedByServer()).isTrue();
            http1.close();
            http2.close();
            closing.join();
        }
    }

    @Test
    void givesUpOnARequestThatDoesNotFinish() {
        var called = new CountDownLatch(1);
        try (var hasty = TestDoor.open(config -> new GatewayConfig(
                        config.host(), 0, config.tls(), config.limits(), Duration.ofMillis(10), false));
                var client = hasty.connect()) {
            var stage = new CompletableFuture<String>();
            hasty.parked = (_, _) -> {
                called.countDown();
                return stage;
            };
            client.send(RawClient.call("PutRecord", "{}"));
            TestDoor.await(called);
            hasty.gateway.close();
            assertThat(client.isClosedByServer()).isTrue();
            // The operation may complete long after; that harms nobody.
            assertThat(stage.complete("{}")).isTrue();
        }
    }

    @Test
    void makesRoomForANewcomerByClosingTheConnectionIdleLongest() {
        try (var narrow = TestDoor.open(config -> TestDoor.withConnectionsMax(config, 3));
                var busy = narrow.connect();
                var old = narrow.connect()) {
            var stage = new CompletableFuture<String>();
            var called = new CountDownLatch(1);
            narrow.parked = (_, _) -> {
                called.countDown();
                return stage;
            };
            busy.send(RawClient.call("PutRecord", "{}"));
            TestDoor.await(called);
            assertServed(old);
            for (int i = 0; i < 5; i++) {
                narrow.gateway.sweep();
            }
            try (var young = narrow.connect()) {
                assertServed(young);
                try (var newcomer = narrow.connect()) {
                    assertServed(newcomer);
                    assertThat(old.isClosedByServer()).isTrue();
                    assertServed(young);
                }
            }
            stage.complete("{}");
            assertThat(busy.read().status()).isEqualTo(200);
        }
    }

    @Test
    void closesANewcomerWhenAllOthersHaveARequestOrEvents() {
        try (var narrow = TestDoor.open(config -> TestDoor.withConnectionsMax(config, 2));
                var asking = narrow.connect();
                var subscribed = RawHttp2Client.connect(narrow.port())) {
            var stage = new CompletableFuture<String>();
            var called = new CountDownLatch(1);
            narrow.parked = (_, _) -> {
                called.countDown();
                return stage;
            };
            asking.send(RawClient.call("PutRecord", "{}"));
            TestDoor.await(called);
            subscribed.call(1, "SubscribeToShard", "{}").await(RawHttp2Client.DATA);
            try (var newcomer = narrow.connect()) {
                newcomer.sendIfOpen(RawClient.call("ListStreams", "{}").getBytes(StandardCharsets.US_ASCII));
                assertThat(newcomer.drainedBytes()).isZero();
            }
            stage.complete("{}");
            assertThat(asking.read().status()).isEqualTo(200);
            subscribed.call(3, "ListStreams", "{}");
            assertThat(subscribed.answer(3).text()).isEqualTo("{}");
        }
    }

    private static void assertServed(RawClient client) {
        assertThat(client.send(RawClient.call("ListStreams", "{}")).read().status())
                .isEqualTo(200);
    }

    @Test
    void saysWhichAddressIsTaken() {
        assertThatThrownBy(() -> TestDoor.open(config -> new GatewayConfig(
                        config.host(), door.port(), config.tls(), config.limits(), Duration.ZERO, false)))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("server.port " + door.port());
    }

    @Test
    void keepsItsMemoryFlatUnderBrokenConnections() {
        Seeds.forEach(1_000, random -> {
            var request = RawClient.call("PutRecord", "{" + " ".repeat(3_000) + "}");
            try (var client = door.connect()) {
                client.send(request.substring(0, random.nextInt(request.length())));
            }
        });
        door.close();
        assertThat(door.gateway.buffersBytes()).isZero();
        assertThat(door.bodiesBytes()).isZero();
    }

    @Test
    void namesTheKeyOfASettingThatMakesNoSense() {
        var tls = new TlsConfig.SelfSigned(Path.of("tls"), List.of());
        assertThatThrownBy(() ->
                        new GatewayConfig("127.0.0.1", 70_000, tls, GatewayLimits.defaults(), Duration.ZERO, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("server.port (70000)");
        assertThatThrownBy(() -> TestDoor.withConnectionsMax(GatewayConfig.defaults(tls), 0))
                .hasMessageContaining("connectionsMax (0)");
    }

    private HttpRequest call(HttpClient.Version version) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + door.port() + "/"))
                .version(version)
                .header("X-Amz-Target", "Kinesis_20131202.ListStreams")
                .header("Content-Type", "application/x-amz-json-1.1")
                .POST(HttpRequest.BodyPublishers.ofString("{\"b\":2}"))
                .build();
    }
}
