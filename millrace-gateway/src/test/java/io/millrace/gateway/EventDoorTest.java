package io.millrace.gateway;

import static io.millrace.gateway.EventReader.END;
import static io.millrace.gateway.EventReader.INITIAL;
import static io.millrace.gateway.EventReader.event;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.ExpiredIteratorException;
import io.millrace.model.ResourceInUseException;
import io.millrace.model.ServiceUnavailableException;
import io.millrace.wire.BodyWriter;
import io.millrace.wire.EventStream;
import io.millrace.wire.Protocol;
import io.netty.handler.codec.http2.Http2Error;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EventDoorTest {
    private static final int MIB = 1 << 20;
    private static final int SETTINGS_INITIAL_WINDOW_BYTES = 4;
    private static final int LOOKS_MAX = 20_000;
    private static final long LOOK_AGAIN_NANOS = 1_000_000;
    private static final String SUBSCRIBE = RawClient.call("SubscribeToShard", "{}");

    private final TestDoor door = TestDoor.open();
    private final LinkedBlockingQueue<ManualSource> sources = new LinkedBlockingQueue<>();

    EventDoorTest() {
        door.events = (_, _) -> {
            var source = new ManualSource();
            sources.add(source);
            return source;
        };
    }

    @AfterEach
    void leavesNothingBehind() {
        door.close();
        assertThat(door.gateway.buffersBytes()).isZero();
        assertThat(door.bodiesBytes()).isZero();
        assertThat(door.repliesBytes()).isZero();
        assertThat(door.eventsBytes()).isZero();
        assertThat(door.carriedBytes()).isZero();
        assertThat(door.requests()).isZero();
        assertThat(door.subscriptions()).isZero();
        assertThat(sources).allMatch(source -> source.closes() == 1);
    }

    @Test
    void sendsTheInitialResponseAtOnceAndEventsAsTheyComeOverHttp1() {
        try (var client = door.connect()) {
            client.send(SUBSCRIBE);
            var head = client.readHead();
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.headers())
                    .containsEntry("content-type", "application/vnd.amazon.eventstream")
                    .containsEntry("transfer-encoding", "chunked")
                    .containsEntry("date", "Wed, 02 Jan 2030 03:04:05 GMT")
                    .containsKeys("x-amzn-requestid", "x-amz-id-2")
                    .doesNotContainKeys("content-length", "connection");
            var initial = new BodyWriter();
            EventStream.initialResponse(Protocol.JSON, initial);
            assertThat(client.readChunk()).isEqualTo(Arrays.copyOf(initial.array(), initial.length()));

            var source = source();
            source.give("{\"n\":1}");
            var first = new BodyWriter();
            EventStream.event(Protocol.JSON, TestDoor.SUBSCRIBE_TO_SHARD, door.codec, "{\"n\":1}", first);
            assertThat(client.readChunk()).isEqualTo(Arrays.copyOf(first.array(), first.length()));

            source.give("{\"n\":2}").give("{\"n\":3}").end();
            var reader = new EventReader(client::readChunk);
            assertThat(reader.next()).isEqualTo(event("{\"n\":2}"));
            assertThat(reader.next()).isEqualTo(event("{\"n\":3}"));
            assertThat(reader.next()).isEqualTo(END);
            source.awaitClose();
            // The connection serves on.
            assertThat(client.send(RawClient.call("ListStreams", "{\"on\":1}"))
                            .read()
                            .text())
                    .isEqualTo("{\"on\":1}");
        }
    }

    @Test
    void sendsTheInitialResponseAtOnceAndEventsAsTheyComeOverHttp2() throws Exception {
        try (var client = RawHttp2Client.connect(door.port())) {
            client.call(1, "SubscribeToShard", "{}").call(3, "SubscribeToShard", "{}");
            var one = new EventReader(() -> client.data(1));
            assertThat(client.head(1).status()).hasToString("200");
            assertThat(client.head(1).get("content-type")).hasToString("application/vnd.amazon.eventstream");
            assertThat(client.head(1).contains("content-length")).isFalse();
            assertThat(one.next()).isEqualTo(INITIAL);
            var all = List.of(source(), source());
            for (var source : all) {
                source.give("{}");
            }
            assertThat(one.next()).isEqualTo(event("{}"));
            all.forEach(ManualSource::end);
            assertThat(one.next()).isEqualTo(END);
            client.call(5, "ListStreams", "{}");
            assertThat(client.answer(5).text()).isEqualTo("{}");
        }
    }

    @ParameterizedTest
    @EnumSource
    void streamsOverTls(HttpClient.Version version) throws Exception {
        if (version.name().equals("HTTP_3")) {
            return;
        }
        try (var client =
                HttpClient.newBuilder().sslContext(door.trustingContext()).build()) {
            var request = HttpRequest.newBuilder(URI.create("https://localhost:" + door.port() + "/"))
                    .version(version)
                    .header("X-Amz-Target", "Kinesis_20131202.SubscribeToShard")
                    .header("Content-Type", "application/x-amz-json-1.1")
                    .POST(HttpRequest.BodyPublishers.ofString("{}"))
                    .build();
            var response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            assertThat(response.version()).isEqualTo(version);
            var reader = new EventReader(() -> some(response.body()));
            assertThat(reader.next()).isEqualTo(INITIAL);
            var large = "x".repeat(3 * MIB);
            var source = source().give("{}").give(large).end();
            assertThat(reader.next()).isEqualTo(event("{}"));
            assertThat(reader.next()).isEqualTo(event(large));
            assertThat(reader.next()).isEqualTo(END);
            source.awaitClose();
        }
    }

    @Test
    void endsWithTheConnectionForAClientThatReadsNoChunks() {
        try (var client = door.connect()) {
            client.send(SUBSCRIBE.replace("HTTP/1.1", "HTTP/1.0"));
            assertThat(client.readHead().headers()).doesNotContainKey("transfer-encoding");
            var reader = new EventReader(client::readSome);
            assertThat(reader.next()).isEqualTo(INITIAL);
            source().give("{}").end();
            assertThat(reader.next()).isEqualTo(event("{}"));
            assertThat(reader.next()).isEqualTo(END);
        }
    }

    @Test
    void answersInTheProtocolOfTheRequest() {
        try (var client = door.connect()) {
            client.send(SUBSCRIBE.replace("json", "cbor").replace("{}", "\u00bf\u00ff"));
            client.readHead();
            var reader = new EventReader(client::readChunk);
            assertThat(reader.next()).isEqualTo("event initial-response \u00bf\u00ff");
            source().fail(new ResourceInUseException("no"));
            assertThat(reader.next()).isEqualTo("exception ResourceInUseException \u00bfgmessagebno\u00ff");
            assertThat(reader.next()).isEqualTo(END);
        }
    }

    @Test
    void refusesBeforeTheFirstEventWithAnOrdinaryReply() {
        try (var client = door.connect()) {
            door.events = (_, _) -> {
                throw new ResourceInUseException("taken");
            };
            var refused = client.send(SUBSCRIBE).read();
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.headers()).containsEntry("content-type", "application/x-amz-json-1.1");
            assertThat(refused.text()).isEqualTo("{\"__type\":\"ResourceInUseException\",\"message\":\"taken\"}");
            door.events = (_, _) -> {
                throw new IllegalStateException("our bug");
            };
            var failed = client.send(SUBSCRIBE).read();
            assertThat(failed.status()).isEqualTo(500);
            assertThat(failed.text()).isEqualTo("{\"__type\":\"InternalFailure\"}");
            var invalid = client.send(RawClient.call("SubscribeToShard", "{" + EchoCodec.BROKEN_CONSTRAINT + "}"))
                    .read();
            assertThat(invalid.text()).startsWith("{\"__type\":\"ValidationException\"");
            assertThat(door.subscriptions()).isZero();
        }
    }

    @Test
    void breaksOffWithWhatWentWrong() {
        assertBreaksOff(
                new ExpiredIteratorException("too old"),
                "exception ExpiredIteratorException {\"message\":\"too old\"}");
        assertBreaksOff(new ServiceUnavailableException(), "error ServiceUnavailable ServiceUnavailable ");
        assertBreaksOff(new IllegalStateException("our bug"), "exception InternalFailureException {}");
    }

    private void assertBreaksOff(Throwable failure, String lastWord) {
        try (var client = door.connect()) {
            var reader = subscribe(client);
            var source = source().give("{}").fail(failure);
            assertThat(reader.next()).isEqualTo(event("{}"));
            assertThat(reader.next()).isEqualTo(lastWord);
            assertThat(reader.next()).isEqualTo(END);
            source.awaitClose();
            assertThat(client.send(RawClient.call("PutRecord", "{}")).read().status())
                    .isEqualTo(200);
        }
    }

    @Test
    void breaksOffWhenAnEventCannotBeWritten() {
        try (var client = door.connect()) {
            var reader = subscribe(client);
            source().give("{}").give(EchoCodec.UNWRITABLE);
            assertThat(reader.next()).isEqualTo(event("{}"));
            assertThat(reader.next()).isEqualTo("exception InternalFailureException {}");
            assertThat(reader.next()).isEqualTo(END);
        }
    }

    @Test
    void breaksOffRatherThanRunOutOfMemory() {
        try (var small = TestDoor.open(config -> TestDoor.withRepliesInMemory(config, MIB, MIB, MIB));
                var client = small.connect()) {
            var source = new ManualSource();
            small.events = (_, _) -> source;
            var reader = subscribe(client);
            source.give("x".repeat(MIB / 2)).give("x".repeat(2 * MIB));
            assertThat(reader.next()).isEqualTo(event("x".repeat(MIB / 2)));
            assertThat(reader.next()).isEqualTo("error ServiceUnavailable ServiceUnavailable ");
            source.awaitClose();
        }
    }

    @Test
    void closesTheSourceOfACallThatFailsAfterItWasOpened() {
        door.audit = _ -> {
            door.audit = _ -> {};
            throw new AssertionError("our bug");
        };
        try (var client = door.connect()) {
            assertThat(client.send(SUBSCRIBE).read().status()).isEqualTo(500);
            source().awaitClose();
            assertThat(door.subscriptions()).isZero();
        }
    }

    @Test
    void closesTheSourceAtOnceWhenTheClientGoes() {
        var client = door.connect();
        subscribe(client);
        var waiting = source();
        client.close();
        waiting.awaitClose();
        // What comes too late is dropped.
        waiting.give("{}");

        try (var http2 = RawHttp2Client.connect(door.port())) {
            http2.call(1, "SubscribeToShard", "{}").call(3, "SubscribeToShard", "{}");
            var one = new EventReader(() -> http2.data(1));
            assertThat(one.next()).isEqualTo(INITIAL);
            var reset = source();
            var other = source();
            http2.send(RawHttp2Client.RST_STREAM, 0, 3, RawHttp2Client.fourBytes(8));
            var closed = awaitCloseOfOne(reset, other);
            // Which of the two sources belongs to which stream depends on the threads.
            (closed == reset ? other : reset).give("{\"on\":1}");
            assertThat(one.next()).isEqualTo(event("{\"on\":1}"));
        }
    }

    private static ManualSource awaitCloseOfOne(ManualSource one, ManualSource other) {
        awaitThat(() -> one.closes() + other.closes() > 0);
        return one.closes() > 0 ? one : other;
    }

    @Test
    void closesTheSourceOfAClientThatWentBeforeItWasThere() {
        var called = new CountDownLatch(1);
        var released = new CountDownLatch(1);
        var source = new ManualSource();
        door.events = (_, _) -> {
            called.countDown();
            TestDoor.await(released);
            return source;
        };
        try (var http2 = RawHttp2Client.connect(door.port())) {
            http2.call(1, "SubscribeToShard", "{}");
            TestDoor.await(called);
            http2.send(RawHttp2Client.RST_STREAM, 0, 1, RawHttp2Client.fourBytes(8));
            http2.call(3, "PutRecord", "{}");
            http2.answer(3);
            released.countDown();
            source.awaitClose();
            assertThat(source.asks()).isZero();
        }
    }

    @Test
    void asksForNoMoreThanTheClientTakesOverHttp2() {
        var endless = new EndlessSource("x".repeat(10_000));
        door.events = (_, input) -> input.equals("{}") ? endless : newSource();
        try (var client = RawHttp2Client.connect(door.port(), SETTINGS_INITIAL_WINDOW_BYTES, 1_000)) {
            client.call(1, "SubscribeToShard", "{}");
            assertThat(client.await(RawHttp2Client.DATA).payload().capacity()).isLessThanOrEqualTo(1_000);
            // Neighbours on the connection go on, with events and without.
            client.call(3, "SubscribeToShard", "{\"n\":1}");
            client.grant(3, 100_000).grant(0, 100_000);
            var neighbour = new EventReader(() -> client.data(3));
            assertThat(neighbour.next()).isEqualTo(INITIAL);
            client.call(5, "ListStreams", "{}");
            assertThat(client.answer(5).text()).isEqualTo("{}");
            source().give("{\"n\":2}");
            assertThat(endless.asks.get()).isBetween(1, Outflow.PENDING_MAX_BYTES / 10_000 + 1);
            assertThat(neighbour.next()).isEqualTo(event("{\"n\":2}"));
            int asks = endless.asks.get();
            assertThat(asks).isLessThanOrEqualTo(Outflow.PENDING_MAX_BYTES / 10_000 + 1);
            // Whoever reads on is given more.
            client.grant(1, 10 * MIB).grant(0, 10 * MIB);
            long read = 0;
            while (read < 5 * MIB) {
                read += client.await(RawHttp2Client.DATA).payload().capacity();
            }
            assertThat(endless.asks.get()).isGreaterThan(asks);
        }
        awaitNoSubscriptions();
        assertThat(endless.closes).hasValue(1);
    }

    @Test
    void asksForNoMoreThanTheClientTakesOverHttp1() {
        var endless = new EndlessSource("x".repeat(MIB));
        door.events = (_, _) -> endless;
        try (var client = door.connect();
                var neighbour = door.connect()) {
            var reader = subscribe(client);
            int before = -1;
            for (int asks = endless.asks.get(); asks != before; asks = endless.asks.get()) {
                before = asks;
                for (int i = 0; i < 200; i++) {
                    neighbour.send(RawClient.call("ListStreams", "{}")).read();
                }
            }
            // The sockets' buffers take a few.
            assertThat(before).isLessThan(64);
            for (int i = 0; i < 100; i++) {
                assertThat(reader.next()).isEqualTo(event("x".repeat(MIB)));
            }
            assertThat(endless.asks.get()).isGreaterThanOrEqualTo(100);
        }
    }

    @Test
    void letsOthersOnWhileOneClientTakesAllItCan() throws Exception {
        var endless = new EndlessSource("{}");
        door.events = (_, _) -> endless;
        try (var greedy = door.connect()) {
            var reader = subscribe(greedy);
            var reading = Thread.ofVirtual().start(() -> {
                for (int i = 0; i < 20_000; i++) {
                    assertThat(reader.next()).isEqualTo(event("{}"));
                }
            });
            // Some of them share its event loop.
            for (int i = 0; i < 20; i++) {
                try (var other = door.connect()) {
                    assertThat(other.send(RawClient.call("ListStreams", "{}"))
                                    .read()
                                    .status())
                            .isEqualTo(200);
                }
            }
            reading.join();
        }
    }

    @Test
    void writesAnEventOnceHoweverManySubscribersGetIt() {
        int perConnection = 250;
        var clients = new ArrayList<RawHttp2Client>();
        var all = new ArrayList<ManualSource>();
        for (int c = 0; c < 4; c++) {
            var client = RawHttp2Client.connect(door.port());
            clients.add(client);
            for (int i = 0; i < perConnection; i++) {
                client.call(2 * i + 1, "SubscribeToShard", "{}");
                all.add(source());
            }
        }
        var event = new String("{\"shared\":1}");
        // Somebody who never takes it keeps the message from being forgotten in the middle.
        try (var keeper = RawHttp2Client.connect(door.port(), SETTINGS_INITIAL_WINDOW_BYTES, 0)) {
            keeper.call(1, "SubscribeToShard", "{}");
            all.addFirst(source());
            all.forEach(source -> source.give(event));
            all.forEach(ManualSource::end);
            awaitEndOfAll(clients, perConnection);
        }
        assertThat(door.codec.encoded).hasValue(1);
        // Equal is not the same: another instance is written anew.
        try (var client = door.connect()) {
            var reader = subscribe(client);
            source().give(new String("{\"shared\":1}")).end();
            assertThat(reader.next()).isEqualTo(event("{\"shared\":1}"));
            assertThat(reader.next()).isEqualTo(END);
        }
        assertThat(door.codec.encoded).hasValue(2);
        assertThat(all).allMatch(source -> source.closes() == 1);
    }

    private static void awaitEndOfAll(List<RawHttp2Client> clients, int perConnection) {
        for (var client : clients) {
            for (int ended = 0; ended < perConnection; ) {
                ended += client.await(RawHttp2Client.DATA).flags() & RawHttp2Client.END_STREAM;
            }
            client.close();
        }
    }

    @Test
    void endsEventsCleanlyAndAtOnceWhenTheDoorCloses() throws Exception {
        var called = new CountDownLatch(1);
        var released = new CountDownLatch(1);
        try (var http1 = door.connect();
                var http2 = RawHttp2Client.connect(door.port());
                var late = door.connect()) {
            var one = subscribe(http1);
            http2.call(1, "SubscribeToShard", "{}");
            var two = new EventReader(() -> http2.data(1));
            assertThat(two.next()).isEqualTo(INITIAL);
            var open = List.of(source(), source());
            var opening = new ManualSource();
            door.events = (_, _) -> {
                called.countDown();
                TestDoor.await(released);
                return opening;
            };
            late.send(SUBSCRIBE);
            TestDoor.await(called);

            var closing = Thread.ofVirtual().start(door.gateway::close);
            assertThat(one.next()).isEqualTo(END);
            assertThat(two.next()).isEqualTo(END);
            open.forEach(ManualSource::awaitClose);
            released.countDown();
            late.readHead();
            var three = new EventReader(late::readChunk);
            assertThat(three.next()).isEqualTo(INITIAL);
            assertThat(three.next()).isEqualTo(END);
            opening.awaitClose();
            assertThat(http1.isClosedByServer()).isTrue();
            assertThat(http2.isClosedByServer()).isTrue();
            assertThat(late.isClosedByServer()).isTrue();
            http1.close();
            http2.close();
            late.close();
            closing.join();
        }
    }

    @Test
    void keepsAClientThatHasNothingToRead() {
        try (var client = door.connect()) {
            var reader = subscribe(client);
            sweep(door.limits().idleMax());
            sweep(door.limits().subscriptionStallMax());
            source().give("{}");
            assertThat(reader.next()).isEqualTo(event("{}"));
        }
    }

    @Test
    void cutsOffAClientThatLeavesEventsUnreadForLong() {
        var endless = new EndlessSource("x".repeat(10_000));
        door.events = (_, _) -> endless;
        try (var client = RawHttp2Client.connect(door.port(), SETTINGS_INITIAL_WINDOW_BYTES, 1_000)) {
            client.call(1, "SubscribeToShard", "{}");
            client.await(RawHttp2Client.DATA);
            sweep(door.limits().replyStallMax());
            client.send(RawHttp2Client.PING, 0, 0, new byte[8]).await(RawHttp2Client.PING);
            assertThat(endless.closes).hasValue(0);
            sweep(door.limits().subscriptionStallMax());
            sweep(door.limits().subscriptionStallMax());
            assertThat(client.await(RawHttp2Client.RST_STREAM).payload().getInt())
                    .isEqualTo((int) Http2Error.CANCEL.code());
            awaitNoSubscriptions();
            assertThat(endless.closes).hasValue(1);
        }
    }

    @Test
    void countsSubscriptionsApartFromRequestsAndLimitsThem() {
        try (var narrow = TestDoor.open(config -> TestDoor.withSubscriptionsMax(config, 1));
                var first = narrow.connect();
                var second = narrow.connect()) {
            var source = new ManualSource();
            narrow.events = (_, _) -> source;
            var reader = subscribe(first);
            assertThat(narrow.requests()).isZero();
            assertThat(narrow.subscriptions()).isEqualTo(1);
            assertThat(answered(narrow, "2xx")).isEqualTo(1);

            var refused = second.send(SUBSCRIBE).read();
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.text()).isEqualTo("{\"__type\":\"ServiceUnavailable\"}");
            assertThat(answered(narrow, "5xx")).isEqualTo(1);

            source.end();
            assertThat(reader.next()).isEqualTo(END);
            var again = new ManualSource();
            narrow.events = (_, _) -> again;
            subscribe(second);
            assertThat(narrow.subscriptions()).isEqualTo(1);
        }
    }

    @Test
    void keepsTenThousandIdleSubscribersForNextToNothing() {
        int perConnection = 500;
        var clients = new ArrayList<RawHttp2Client>();
        for (int c = 0; c < 20; c++) {
            var client = RawHttp2Client.connect(door.port()).grant(0, 10 * MIB);
            clients.add(client);
            for (int i = 0; i < perConnection; i++) {
                client.call(2 * i + 1, "SubscribeToShard", "{}");
            }
            for (int i = 0; i < perConnection; i++) {
                client.await(RawHttp2Client.DATA);
            }
        }
        assertThat(door.subscriptions()).isEqualTo(10_000);
        assertThat(door.requests()).isZero();
        assertThat(door.gateway.buffersBytes()).isLessThan(MIB);

        sources.forEach(source -> source.give("{\"to\":\"all\"}"));
        for (var client : clients) {
            for (int i = 0; i < perConnection; i++) {
                client.await(RawHttp2Client.DATA);
            }
            client.close();
        }
        awaitNoSubscriptions();
        assertThat(door.gateway.buffersBytes()).isLessThan(MIB);
    }

    @Test
    void keepsItsMemoryFlatUnderClientsThatComeAndGo() {
        var large = "x".repeat(MIB);
        var endless = new ConcurrentLinkedQueue<EndlessSource>();
        door.events = (_, _) -> {
            var source = new EndlessSource(large);
            endless.add(source);
            return source;
        };
        for (int i = 0; i < 500; i++) {
            try (var client = door.connect()) {
                subscribe(client);
            }
        }
        awaitNoSubscriptions();
        assertThat(endless).hasSize(500).allMatch(source -> source.closes.get() == 1);
        awaitThat(() -> door.eventsBytes() == 0 && door.carriedBytes() == 0);
    }

    @Test
    void forgetsEventsThatNobodyHas() {
        var messages = new SharedMessages(new MemoryBudget(MIB));
        for (int i = 0; i < 100; i++) {
            messages.of(new String("event"), Protocol.JSON, body -> body.write(1));
        }
        var kept = new String("event");
        var message = messages.of(kept, Protocol.JSON, body -> body.write(1));
        awaitThat(() -> {
            System.gc();
            messages.forgetDead();
            return messages.size() == 1;
        });
        assertThat(messages.of(kept, Protocol.JSON, _ -> {
                    throw new AssertionError("it is there");
                }))
                .isSameAs(message);
    }

    @Test
    void keepsNoMessageThatNobodyIsSentAnyMore() {
        var messages = new SharedMessages(new MemoryBudget(MIB));
        var event = new String("event");
        var message = new WeakReference<>(messages.of(event, Protocol.JSON, body -> body.write(1)));
        awaitThat(() -> {
            System.gc();
            return message.refersTo(null);
        });
        // The event is alive, so it could be asked for again.
        assertThat(messages.size()).isOne();
        assertThat(messages.of(event, Protocol.JSON, body -> body.write(2))).isNotNull();
    }

    private static long answered(TestDoor door, String status) {
        return door.meters
                .get("millrace.requests")
                .tags("operation", "SubscribeToShard", "status", status)
                .timer()
                .count();
    }

    private void awaitNoSubscriptions() {
        // The door learns of a client's end in its own time, and tells nobody.
        awaitThat(() -> door.subscriptions() == 0);
    }

    /** Gives up after a while, so that a broken promise fails rather than hangs. */
    private static void awaitThat(BooleanSupplier promise) {
        for (int i = 0; !promise.getAsBoolean(); i++) {
            assertThat(i).isLessThan(LOOKS_MAX);
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
    }

    private ManualSource newSource() {
        var source = new ManualSource();
        sources.add(source);
        return source;
    }

    /** The source of the next subscription in the order they came. */
    private ManualSource source() {
        try {
            var source = sources.poll(20, TimeUnit.SECONDS);
            assertThat(source).isNotNull();
            return source;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static EventReader subscribe(RawClient client) {
        client.send(SUBSCRIBE);
        assertThat(client.readHead().status()).isEqualTo(200);
        var reader = new EventReader(client::readChunk);
        assertThat(reader.next()).isEqualTo(INITIAL);
        return reader;
    }

    private static byte[] some(InputStream in) {
        try {
            var some = new byte[8_192];
            int count = in.read(some);
            return count < 0 ? new byte[0] : Arrays.copyOf(some, count);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void sweep(Duration wait) {
        for (int i = 0; i < Lane.sweepsIn(wait); i++) {
            door.gateway.sweep();
        }
    }
}
