package io.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.Seeds;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Error;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class Http2ConnectionTest {
    private static final int SETTINGS_INITIAL_WINDOW_BYTES = 4;
    private static final int MIB = 1 << 20;

    private final TestDoor door = TestDoor.open();

    @AfterEach
    void leavesNoMemoryTaken() {
        door.close();
        assertThat(door.gateway.buffersBytes()).isZero();
        assertThat(door.bodiesBytes()).isZero();
    }

    @Test
    void servesManyStreamsOfOneConnection() {
        try (var client = RawHttp2Client.connect(door.port())) {
            for (int stream = 1; stream < 200; stream += 2) {
                client.call(stream, stream % 4 == 1 ? "ListStreams" : "PutRecord", "{\"n\":" + stream + "}");
                var answer = client.answer(stream);
                assertThat(answer.status()).isEqualTo("200");
                assertThat(answer.text()).isEqualTo("{\"n\":" + stream + "}");
                assertThat(answer.headers().get("x-amzn-requestid")).isNotNull();
                assertThat(answer.headers().get("x-amz-id-2")).hasSize(96);
            }
        }
    }

    @Test
    void answersStreamsAsTheyAreReadyNotAsTheyCame() {
        var first = new CompletableFuture<String>();
        door.parked = (_, input) -> input.equals("{\"n\":1}") ? first : CompletableFuture.completedFuture(input);
        try (var client = RawHttp2Client.connect(door.port())) {
            client.call(1, "PutRecord", "{\"n\":1}").call(3, "PutRecord", "{\"n\":3}");
            assertThat(client.answer(3).text()).isEqualTo("{\"n\":3}");
            first.complete("{\"late\":1}");
            assertThat(client.answer(1).text()).isEqualTo("{\"late\":1}");
        }
    }

    @Test
    void answersAllStreamsOfOneBurst() {
        var stages = new ConcurrentLinkedQueue<CompletableFuture<String>>();
        var allCalled = new CountDownLatch(100);
        door.parked = (_, _) -> {
            var stage = new CompletableFuture<String>();
            stages.add(stage);
            allCalled.countDown();
            return stage;
        };
        try (var client = RawHttp2Client.connect(door.port())) {
            for (int stream = 1; stream < 200; stream += 2) {
                client.call(stream, "PutRecord", "{}");
            }
            TestDoor.await(allCalled);
            stages.forEach(stage -> stage.complete("{\"done\":1}"));
            for (int ended = 0; ended < 100; ended++) {
                assertThat(client.await(RawHttp2Client.DATA).flags()).isEqualTo(RawHttp2Client.END_STREAM);
            }
        }
    }

    @Test
    void deniesWhatHttp1Denies() {
        try (var client = RawHttp2Client.connect(door.port())) {
            var get = new DefaultHttp2Headers()
                    .method("GET")
                    .path("/")
                    .scheme("http")
                    .authority("x");
            client.send(
                    RawHttp2Client.HEADERS,
                    RawHttp2Client.END_HEADERS | RawHttp2Client.END_STREAM,
                    1,
                    client.encoded(get));
            assertThat(client.answer(1).status()).isEqualTo("403");

            var head = new DefaultHttp2Headers()
                    .method("HEAD")
                    .path("/health/live")
                    .scheme("http")
                    .authority("x");
            client.send(
                    RawHttp2Client.HEADERS,
                    RawHttp2Client.END_HEADERS | RawHttp2Client.END_STREAM,
                    3,
                    client.encoded(head));
            var page = client.answer(3);
            assertThat(page.text()).isEmpty();
            assertThat(page.headers().get("content-length")).hasToString("5");
        }
    }

    @Test
    void takesABodyLargerThanTheWindows() {
        door.parked = (_, input) -> CompletableFuture.completedFuture("{\"bytes\":" + input.length() + "}");
        try (var client = RawHttp2Client.connect(door.port())) {
            client.send(RawHttp2Client.HEADERS, RawHttp2Client.END_HEADERS, 1, client.headersOf("PutRecord"));
            client.sendBodyAsGranted(1, body(12 * MIB));
            assertThat(client.answer(1).text()).isEqualTo("{\"bytes\":" + 12 * MIB + "}");
        }
    }

    @Test
    void refusesABodyThatIsTooLargeByItsHead() {
        try (var client = RawHttp2Client.connect(door.port())) {
            var headers = new DefaultHttp2Headers()
                    .method("POST")
                    .path("/")
                    .scheme("http")
                    .authority("x")
                    .add("content-length", "16777217");
            client.send(RawHttp2Client.HEADERS, RawHttp2Client.END_HEADERS, 1, client.encoded(headers));
            assertThat(client.answer(1).status()).isEqualTo("413");
            client.call(3, "PutRecord", "{}");
            assertThat(client.answer(3).status()).isEqualTo("200");
        }
    }

    @Test
    void refusesABodyThatGrowsTooLarge() {
        try (var client = RawHttp2Client.connect(door.port())) {
            client.send(RawHttp2Client.HEADERS, RawHttp2Client.END_HEADERS, 1, client.headersOf("PutRecord"));
            client.sendBodyAsGranted(1, body(17 * MIB));
            assertThat(client.answer(1).status()).isEqualTo("413");
        }
    }

    @Test
    void sendsNoMoreThanTheReaderGrants() {
        door.unary = (_, _) -> "y".repeat(10 * MIB);
        try (var client = RawHttp2Client.connect(door.port(), SETTINGS_INITIAL_WINDOW_BYTES, 1_000)) {
            client.call(1, "ListStreams", "{}");
            assertThat(client.await(RawHttp2Client.DATA).payload().capacity()).isEqualTo(1_000);
            // Another stream is not held up by it.
            client.call(3, "PutRecord", "{\"n\":3}");
            assertThat(client.answer(3).text()).isEqualTo("{\"n\":3}");

            client.grant(1, 1_000_000_000).grant(0, 1_000_000_000);
            assertThat(client.answer(1).text()).hasSize(10 * MIB - 1_000);
        }
    }

    @Test
    void resetsAReplyThatIsNotRead() {
        door.unary = (_, _) -> "y".repeat(10 * MIB);
        try (var client = RawHttp2Client.connect(door.port(), SETTINGS_INITIAL_WINDOW_BYTES, 1_000)) {
            client.call(1, "ListStreams", "{}");
            client.await(RawHttp2Client.DATA);
            sweep(door.limits().replyStallMax());
            sweep(door.limits().replyStallMax());
            assertThat(client.await(RawHttp2Client.RST_STREAM).payload().getInt())
                    .isEqualTo((int) Http2Error.CANCEL.code());
            client.grant(0, 100_000).call(3, "PutRecord", "{}");
            assertThat(client.answer(3).status()).isEqualTo("200");
        }
    }

    @Test
    void resetsAStreamThatFallsAsleepInItsBody() {
        try (var client = RawHttp2Client.connect(door.port())) {
            client.send(RawHttp2Client.HEADERS, RawHttp2Client.END_HEADERS, 1, client.headersOf("PutRecord"));
            client.send(RawHttp2Client.DATA, 0, 1, new byte[10]).call(3, "PutRecord", "{}");
            client.answer(3);
            sweep(door.limits().bodyPaceWindow());
            assertThat(client.await(RawHttp2Client.RST_STREAM).stream()).isEqualTo(1);
            client.call(5, "PutRecord", "{}");
            assertThat(client.answer(5).status()).isEqualTo("200");
        }
    }

    @Test
    void saysGoodbyeToAnIdleClient() {
        try (var client = RawHttp2Client.connect(door.port())) {
            client.call(1, "PutRecord", "{}");
            client.answer(1);
            sweep(door.limits().idleMax());
            client.await(RawHttp2Client.GOAWAY);
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    @Test
    void closesOnAFloodOfResets() {
        door.parked = (_, _) -> new CompletableFuture<String>().completeOnTimeout("{}", 0, TimeUnit.MILLISECONDS);
        try (var client = RawHttp2Client.connect(door.port())) {
            for (int stream = 1; stream < 2_000; stream += 2) {
                client.sendIfOpen(
                        RawHttp2Client.HEADERS, RawHttp2Client.END_HEADERS, stream, client.headersOf("PutRecord"));
                client.sendIfOpen(RawHttp2Client.RST_STREAM, 0, stream, RawHttp2Client.fourBytes(8));
            }
            assertThat(client.isClosedByServer()).isTrue();
        }
        assertHealthy();
    }

    @Test
    void closesOnAFloodOfPings() {
        try (var client = RawHttp2Client.connect(door.port())) {
            for (int i = 0; i < 5_000; i++) {
                client.sendIfOpen(RawHttp2Client.PING, 0, 0, new byte[8]);
            }
            assertThat(client.isClosedByServer()).isTrue();
        }
        assertHealthy();
    }

    @Test
    void closesOnAFloodOfSettings() {
        try (var client = RawHttp2Client.connect(door.port())) {
            for (int i = 0; i < 5_000; i++) {
                client.sendIfOpen(RawHttp2Client.SETTINGS, 0, 0, new byte[0]);
            }
            assertThat(client.isClosedByServer()).isTrue();
        }
        assertHealthy();
    }

    @Test
    void closesOnHeadersWithoutEnd() {
        try (var client = RawHttp2Client.connect(door.port())) {
            client.send(RawHttp2Client.HEADERS, 0, 1, client.headersOf("PutRecord"));
            for (int i = 0; i < 5_000; i++) {
                client.sendIfOpen(RawHttp2Client.CONTINUATION, 0, 1, new byte[0]);
            }
            assertThat(client.isClosedByServer()).isTrue();
        }
        assertHealthy();
    }

    @Test
    void refusesStreamsBeyondTheLimit() {
        var stage = new CompletableFuture<String>();
        door.parked = (_, _) -> stage;
        try (var client = RawHttp2Client.connect(door.port())) {
            int streams = door.limits().http2StreamsMax();
            for (int i = 0; i < streams; i++) {
                client.call(2 * i + 1, "PutRecord", "{}");
            }
            client.send(
                    RawHttp2Client.HEADERS,
                    RawHttp2Client.END_HEADERS | RawHttp2Client.END_STREAM,
                    2 * streams + 1,
                    client.headersOf("PutRecord"));
            assertThat(client.await(RawHttp2Client.RST_STREAM).payload().getInt())
                    .isEqualTo((int) Http2Error.REFUSED_STREAM.code());
            stage.complete("{}");
            client.await(RawHttp2Client.DATA);
        }
    }

    @Test
    void survivesGarbageFrames() {
        Seeds.forEach(300, random -> {
            try (var client = RawHttp2Client.connect(door.port())) {
                for (int i = 0; i < 20; i++) {
                    var payload = new byte[random.nextInt(100)];
                    random.nextBytes(payload);
                    client.sendIfOpen(random.nextInt(12), random.nextInt(256), random.nextInt(6), payload);
                }
            }
        });
        assertHealthy();
    }

    @Test
    void survivesClientsThatVanish() {
        Seeds.forEach(300, random -> {
            try (var client = RawHttp2Client.connect(door.port())) {
                client.send(RawHttp2Client.HEADERS, RawHttp2Client.END_HEADERS, 1, client.headersOf("PutRecord"));
                client.send(RawHttp2Client.DATA, 0, 1, new byte[random.nextInt(16_000)]);
                client.call(3, random.nextBoolean() ? "ListStreams" : "PutRecord", "{}");
            }
        });
        assertHealthy();
    }

    private void assertHealthy() {
        try (var client = RawHttp2Client.connect(door.port())) {
            client.call(1, "ListStreams", "{}");
            assertThat(client.answer(1).status()).isEqualTo("200");
        }
    }

    private void sweep(Duration wait) {
        for (int i = 0; i < Lane.sweepsIn(wait); i++) {
            door.gateway.sweep();
        }
    }

    private static byte[] body(int bytes) {
        return ("{" + " ".repeat(bytes - 2) + "}").getBytes(StandardCharsets.US_ASCII);
    }
}
