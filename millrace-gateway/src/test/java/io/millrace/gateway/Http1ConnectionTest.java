package io.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.Seeds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class Http1ConnectionTest {
    private static final String HEAD =
            "POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: Kinesis_20131202.PutRecord\r\nContent-Type: application/x-amz-json-1.1\r\n";
    private static final int MIB = 1 << 20;

    private final TestDoor door = TestDoor.open();

    @AfterEach
    void leavesNoMemoryTaken() {
        door.close();
        assertThat(door.gateway.buffersBytes()).isZero();
        assertThat(door.bodiesBytes()).isZero();
    }

    @Test
    void servesManyRequestsOnOneConnection() {
        try (var client = door.connect()) {
            for (int i = 0; i < 100; i++) {
                var body = "{\"n\":" + i + "}";
                assertThat(client.send(RawClient.call(i % 2 == 0 ? "ListStreams" : "PutRecord", body))
                                .read()
                                .text())
                        .isEqualTo(body);
            }
        }
    }

    @Test
    void answersPipelinedRequestsInTheirOrder() {
        var first = new CompletableFuture<String>();
        door.parked = (_, input) -> input.equals("{\"n\":0}") ? first : CompletableFuture.completedFuture(input);
        try (var client = door.connect()) {
            var requests = new StringBuilder();
            for (int i = 0; i < 20; i++) {
                requests.append(RawClient.call(i % 3 == 1 ? "ListStreams" : "PutRecord", "{\"n\":" + i + "}"));
            }
            client.send(requests.toString());
            first.complete("{\"n\":0}");
            for (int i = 0; i < 20; i++) {
                assertThat(client.read().text()).isEqualTo("{\"n\":" + i + "}");
            }
        }
    }

    @Test
    void leavesUnreadWhatAClientPipelinesBeyondMeasure() {
        var first = new CompletableFuture<String>();
        door.parked = (_, input) -> input.equals("{\"n\":0}") ? first : CompletableFuture.completedFuture(input);
        try (var client = door.connect()) {
            client.send(RawClient.call("PutRecord", "{\"n\":0}"));
            client.send(RawClient.call("PutRecord", "{}").repeat(2_000));
            first.complete("{}");
            for (int i = 0; i <= 2_000; i++) {
                assertThat(client.read().status()).isEqualTo(200);
            }
        }
    }

    @Test
    void takesAChunkedBody() {
        try (var client = door.connect()) {
            client.send(HEAD + "Transfer-Encoding: chunked\r\n\r\n3\r\n{\"a\r\n4;x=y\r\n\":1}\r\n0\r\n\r\n");
            assertThat(client.read().text()).isEqualTo("{\"a\":1}");
        }
    }

    @Test
    void takesABodyByteByByte() {
        try (var client = door.connect()) {
            for (byte b : RawClient.call("PutRecord", "{\"slow\":1}").getBytes(StandardCharsets.US_ASCII)) {
                client.send(new byte[] {b});
            }
            assertThat(client.read().text()).isEqualTo("{\"slow\":1}");
        }
    }

    @Test
    void asksForABodyThatWaitsToBeAskedFor() {
        try (var client = door.connect()) {
            client.send(HEAD + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(100);
            assertThat(client.send("{}").read().status()).isEqualTo(200);
        }
    }

    @Test
    void doesNotAskForABodyThatIsTooLarge() {
        try (var client = door.connect()) {
            client.send(HEAD + "Expect: 100-continue\r\nContent-Length: 16777217\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(413);
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    @Test
    void refusesAnExpectationItDoesNotKnow() {
        assertRefused(HEAD + "Expect: miracles\r\nContent-Length: 2\r\n\r\n{}");
    }

    @Test
    void takesABodyOfTheGreatestSize() {
        try (var client = door.connect()) {
            door.parked = (_, input) -> CompletableFuture.completedFuture("{\"bytes\":" + input.length() + "}");
            client.send(HEAD + "Content-Length: 16777216\r\n\r\n").send(body(16 * MIB));
            assertThat(client.read().text()).isEqualTo("{\"bytes\":16777216}");
        }
    }

    @Test
    void answersATooLargeBodyOnceAndGoesOn() {
        try (var client = door.connect()) {
            client.send(HEAD + "Content-Length: " + 20 * MIB + "\r\n\r\n").send(body(20 * MIB));
            var answer = client.read();
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.text()).isEmpty();
            assertThat(client.send(RawClient.call("PutRecord", "{}")).read().status())
                    .isEqualTo(200);
        }
    }

    @Test
    void answersAChunkedBodyThatGrowsTooLarge() {
        try (var client = door.connect()) {
            client.send(HEAD + "Transfer-Encoding: chunked\r\n\r\n");
            var chunk = body(MIB);
            for (int i = 0; i < 17; i++) {
                client.send("100000\r\n").send(chunk).send("\r\n");
            }
            assertThat(client.read().status()).isEqualTo(413);
            client.send("0\r\n\r\n" + RawClient.call("PutRecord", "{}"));
            assertThat(client.read().status()).isEqualTo(200);
        }
    }

    @Test
    void refusesWhatAnotherServerMightReadDifferently() {
        for (var request : List.of(
                HEAD + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
                HEAD + "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
                HEAD + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
                HEAD + "Content-Length: 2, 3\r\n\r\n{}",
                HEAD + "Content-Length: +2\r\n\r\n{}",
                HEAD + "Content-Length: -2\r\n\r\n{}",
                HEAD + "Content-Length: 0x2\r\n\r\n{}",
                HEAD + "Content-Length: 99999999999999999999\r\n\r\n{}",
                HEAD + "Content-Length : 2\r\n\r\n{}",
                HEAD + "Transfer-Encoding: gzip\r\n\r\n{}",
                HEAD + "Transfer-Encoding: chunked, gzip\r\n\r\n{}",
                HEAD + "Transfer-Encoding: xchunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
                HEAD + "Host: y\r\nContent-Length: 2\r\n\r\n{}",
                HEAD + "Bad\u0000Name: 1\r\nContent-Length: 2\r\n\r\n{}",
                HEAD + "X: a\u0000b\r\nContent-Length: 2\r\n\r\n{}",
                HEAD.replace("HTTP/1.1", "HTTP/1.0") + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
                HEAD.replace("HTTP/1.1", "HTTP/3.7") + "Content-Length: 2\r\n\r\n{}",
                HEAD.replace("POST / ", "POST http://x/ ") + "Content-Length: 2\r\n\r\n{}",
                HEAD.replace("POST / ", "POST x ") + "Content-Length: 2\r\n\r\n{}",
                HEAD.replace("POST / HTTP/1.1", "POST") + "Content-Length: 2\r\n\r\n{}",
                "\r\r\r\u0001\u0002 nonsense\r\n\r\n")) {
            assertRefused(request);
        }
        assertHealthy();
    }

    @Test
    void refusesAChunkThatIsNone() {
        for (var chunks : List.of("zz\r\n{}\r\n0\r\n\r\n", "-2\r\n{}\r\n0\r\n\r\n", "2\r\n{}xx0\r\n\r\n")) {
            assertRefused(HEAD + "Transfer-Encoding: chunked\r\n\r\n" + chunks);
        }
    }

    @Test
    void boundsTheHead() {
        try (var client = door.connect()) {
            client.send("POST /" + "a".repeat(20_000) + " HTTP/1.1\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(414);
        }
        try (var client = door.connect()) {
            client.send(HEAD + "X: " + "a".repeat(40_000) + "\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(431);
        }
        try (var client = door.connect()) {
            client.send(HEAD + "X: a\r\n".repeat(200) + "\r\n");
            assertThat(client.read().status()).isEqualTo(431);
        }
        assertHealthy();
    }

    @Test
    void closesWhenTheClientAsksForIt() {
        try (var client = door.connect()) {
            client.send(RawClient.call("PutRecord", "{}").replace("Host: x\r\n", "Host: x\r\nConnection: close\r\n"));
            assertThat(client.read().headers()).containsEntry("connection", "close");
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    @Test
    void cutsOffAClientThatNeverFinishesItsHead() {
        for (var part : List.of("", "P", "POST / HTTP/1.1\r\nHost: x\r\n", "PRI * HT")) {
            try (var client = door.connect()) {
                client.send(part);
                assertCutOffAfter(client, door.limits().headWaitMax());
            }
        }
    }

    @Test
    void cutsOffAClientThatFallsAsleepInItsBody() {
        try (var client = door.connect()) {
            client.send(HEAD + "Content-Length: 100000\r\n\r\n").send(body(1000));
            assertCutOffAfter(client, door.limits().bodyPaceWindow());
        }
    }

    @Test
    void cutsOffAnIdleClientButNotSoon() {
        try (var client = door.connect()) {
            client.send(RawClient.call("PutRecord", "{}")).read();
            sweep(door.limits().headWaitMax());
            client.send(RawClient.call("PutRecord", "{}")).read();
            assertCutOffAfter(client, door.limits().idleMax());
        }
    }

    @Test
    void cutsOffAClientThatDoesNotReadItsReply() {
        door.unary = (_, _) -> "x".repeat(64 * MIB);
        try (var client = door.connect()) {
            client.send(RawClient.call("ListStreams", "{}"));
            // The head of the reply is there, so the reply is on its way and more than the sockets' buffers hold.
            assertThat(client.readByte()).isEqualTo('H');
            sweep(door.limits().replyStallMax());
            sweep(door.limits().replyStallMax());
            assertThat(client.drainedBytes()).isLessThan(64 * MIB);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void waitsForAnOperationHoweverLongItTakes() {
        var stage = new CompletableFuture<String>();
        var called = new CountDownLatch(1);
        door.parked = (_, _) -> {
            called.countDown();
            return stage;
        };
        try (var client = door.connect()) {
            client.send(RawClient.call("PutRecord", "{}"));
            TestDoor.await(called);
            sweep(door.limits().idleMax());
            stage.complete("{\"late\":1}");
            assertThat(client.read().text()).isEqualTo("{\"late\":1}");
        }
    }

    @Test
    void sendsALargeReplyToASlowReaderWhole() {
        door.unary = (_, _) -> "y".repeat(12 * MIB);
        try (var client = door.connect()) {
            client.send(RawClient.call("ListStreams", "{}") + RawClient.call("PutRecord", "{}"));
            var answer = client.read();
            assertThat(answer.text()).hasSize(12 * MIB).matches("y+");
            assertThat(client.read().text()).isEqualTo("{}");
        }
    }

    @Test
    void answers503WhenBodiesTakeAllTheMemory() throws InterruptedException {
        var holding = new CompletableFuture<String>();
        var called = new Semaphore(0);
        var holders = new ArrayList<RawClient>();
        try (var small = TestDoor.open(config -> TestDoor.withBodiesInMemory(config, 32L * MIB));
                var late = small.connect()) {
            small.parked = (_, _) -> {
                called.release();
                return holding;
            };
            for (int i = 0; i < 28; i++) {
                var holder = small.connect();
                holders.add(holder);
                holder.send(HEAD + "Content-Length: " + MIB + "\r\n\r\n").send(body(MIB));
                assertThat(called.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
            }
            late.send(HEAD + "Content-Length: " + 8 * MIB + "\r\n\r\n").send(body(8 * MIB));
            var answer = late.read();
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.text()).isEqualTo("{\"__type\":\"ServiceUnavailable\"}");

            holding.complete("{}");
            for (var holder : holders) {
                assertThat(holder.read().status()).isEqualTo(200);
                holder.close();
            }
            late.send(RawClient.call("PutRecord", "{}"));
            assertThat(late.read().status()).isEqualTo(200);
        }
    }

    @Test
    void survivesClientsThatVanish() {
        var stages = new ConcurrentLinkedQueue<CompletableFuture<String>>();
        door.parked = (_, _) -> {
            var stage = new CompletableFuture<String>();
            stages.add(stage);
            return stage;
        };
        Seeds.forEach(300, random -> {
            var request = HEAD + "Content-Length: 5000\r\n\r\n" + "{" + " ".repeat(4998) + "}";
            try (var client = door.connect()) {
                client.send(request.substring(0, random.nextInt(request.length() + 1)));
            }
        });
        stages.forEach(stage -> stage.complete("{}"));
        door.parked = (_, input) -> CompletableFuture.completedFuture(input);
        assertHealthy();
        stages.forEach(stage -> stage.complete("{}"));
    }

    @Test
    void survivesGarbage() {
        Seeds.forEach(300, random -> {
            var garbage = new byte[random.nextInt(1, 600)];
            random.nextBytes(garbage);
            byte[] start = switch (random.nextInt(4)) {
                case 0 -> new byte[0];
                case 1 -> HEAD.getBytes(StandardCharsets.US_ASCII);
                case 2 -> "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
                case 3 -> new byte[] {0x16, 3, 1};
                default -> throw new AssertionError();
            };
            try (var client = door.connect()) {
                client.sendIfOpen(start).sendIfOpen(garbage);
                client.endOutput();
                assertThat(client.isClosedByServer()).isTrue();
            }
        });
        assertHealthy();
    }

    private void assertRefused(String request) {
        try (var client = door.connect()) {
            client.send(request);
            var answer = client.read();
            assertThat(answer.status()).as(request).isEqualTo(400);
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    private void assertHealthy() {
        try (var client = door.connect()) {
            assertThat(client.send(RawClient.call("PutRecord", "{}")).read().status())
                    .isEqualTo(200);
        }
    }

    private void assertCutOffAfter(RawClient client, Duration wait) {
        // In rounds, because the server may not have seen all yet that the client did.
        do {
            sweep(wait);
        } while (!client.isClosedByServerSoon());
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
