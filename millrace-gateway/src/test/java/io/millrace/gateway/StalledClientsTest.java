package io.millrace.gateway;

import static io.millrace.gateway.EventReader.INITIAL;
import static io.millrace.gateway.EventReader.event;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.EventSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients that take nothing, many of them, against little memory. */
class StalledClientsTest {
    private static final int MIB = 1 << 20;
    private static final long CARRIED_MAX_BYTES = MIB;
    private static final long EVENTS_MAX_BYTES = 8 * MIB;
    private static final int LOOKS_MAX = 500;
    private static final long LOOK_AGAIN_NANOS = 10_000_000;
    /** A buffer takes up to twice what it holds, and the heads of chunks and frames come on top. */
    private static final int OVERHEAD = 4;

    private static final String SUBSCRIBE = RawClient.call("SubscribeToShard", "{}");
    private static final String STALL = RawClient.call("SubscribeToShard", "{\"stalls\":1}");

    private final ConcurrentLinkedQueue<EndlessSource> endless = new ConcurrentLinkedQueue<>();
    private final ManualSource manual = new ManualSource();
    private final TestDoor door =
            TestDoor.open(config -> TestDoor.withRepliesInMemory(config, 4 * MIB, EVENTS_MAX_BYTES, CARRIED_MAX_BYTES));
    private final List<AutoCloseable> clients = new ArrayList<>();

    StalledClientsTest() {
        door.events = (_, input) -> input.equals("{}") ? manual : stalled();
    }

    private EventSource<String> stalled() {
        // Each its own event, as subscribers of as many shards have.
        var source = new EndlessSource("x".repeat(MIB));
        endless.add(source);
        return source;
    }

    @AfterEach
    void leavesNothingBehind() throws Exception {
        for (var client : clients) {
            client.close();
        }
        door.close();
        assertThat(door.gateway.buffersBytes()).isZero();
        assertThat(door.repliesBytes()).isZero();
        assertThat(door.eventsBytes()).isZero();
        assertThat(door.carriedBytes()).isZero();
        assertThat(door.subscriptions()).isZero();
        assertThat(endless).allMatch(source -> source.closes.get() == 1);
    }

    @Test
    void holdsNoMoreForStalledClientsThanItsBudgets() {
        int http1Clients = 20;
        int http2Clients = 10;
        stallOverHttp1(http1Clients);
        stallOverHttp2(http2Clients);
        awaitStandstill();

        assertThat(door.eventsBytes()).isLessThanOrEqualTo(EVENTS_MAX_BYTES + EVENTS_MAX_BYTES / 2);
        assertThat(door.carriedBytes()).isLessThanOrEqualTo(CARRIED_MAX_BYTES);
        assertThat(door.gateway.buffersBytes())
                .isLessThanOrEqualTo(
                        OVERHEAD * (CARRIED_MAX_BYTES + (long) (http1Clients + http2Clients) * Outflow.FREE_BYTES));
    }

    @Test
    void countsLargeRepliesUntilTheyHaveLeft() {
        var reply = "x".repeat(MIB);
        door.unary = (_, input) -> input.equals("{}") ? input : reply;
        var client = RawHttp2Client.connect(door.port());
        clients.add(client);
        client.call(1, "ListStreams", "{\"large\":1}").head(1);
        client.await(RawHttp2Client.DATA);
        assertThat(door.repliesBytes()).isGreaterThanOrEqualTo(MIB);
        // All but what a carrier would take at once is read: the rest still keeps the whole.
        client.grant(0, MIB).grant(1, MIB - 70_000);
        for (long read = 16_384; read < MIB - 70_000 + 65_535 - 16_384; ) {
            read += client.await(RawHttp2Client.DATA).payload().capacity();
        }
        client.call(3, "ListStreams", "{}").head(3);
        assertThat(door.repliesBytes()).isGreaterThanOrEqualTo(MIB);
        client.grant(1, MIB);
        for (boolean ended = false; !ended; ) {
            var frame = client.await(RawHttp2Client.DATA);
            ended = frame.stream() == 1 && (frame.flags() & RawHttp2Client.END_STREAM) != 0;
        }
        awaitThat(() -> door.repliesBytes() == 0);
    }

    @Test
    void servesOthersWhateverStalledClientsHold() throws Exception {
        try (var healthy = door.connect();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            healthy.send(SUBSCRIBE);
            assertThat(healthy.readHead().status()).isEqualTo(200);
            var reader = new EventReader(healthy::readChunk);
            assertThat(reader.next()).isEqualTo(INITIAL);
            stallOverHttp1(20);
            stallOverHttp2(10);
            awaitStandstill();

            // Small events, and replies of any size, need nothing of what the others hold.
            for (int i = 0; i < 10; i++) {
                manual.give("{}");
                assertThat(reader.next()).isEqualTo(event("{}"));
            }
            var reply = "x".repeat(MIB);
            door.unary = (_, _) -> reply;
            try (var other = door.connect()) {
                assertThat(other.send(RawClient.call("ListStreams", "{}"))
                                .read()
                                .text())
                        .isEqualTo(reply);
            }
            // A large one may have to wait until somebody who takes nothing has been cut off.
            var large = "y".repeat(MIB);
            var read = CompletableFuture.supplyAsync(reader::next, threads);
            manual.give(large);
            awaitThat(() -> {
                if (!read.isDone()) {
                    door.gateway.sweep();
                }
                return read.isDone();
            });
            assertThat(read.get()).isEqualTo(event(large));
        }
    }

    private void stallOverHttp1(int count) {
        for (int i = 0; i < count; i++) {
            var client = door.connect().send(STALL);
            clients.add(client);
        }
    }

    private void stallOverHttp2(int count) {
        for (int i = 0; i < count; i++) {
            clients.add(RawHttp2Client.connect(door.port()).call(1, "SubscribeToShard", "{\"stalls\":1}"));
        }
    }

    /** Until nobody is asked for anything more, because nobody takes anything more. */
    private void awaitStandstill() {
        try (var neighbour = door.connect()) {
            int same = 0;
            long before = -1;
            for (int i = 0; same < 20; i++) {
                assertThat(i).isLessThan(LOOKS_MAX);
                assertThat(neighbour
                                .send(RawClient.call("PutRecord", "{}"))
                                .read()
                                .status())
                        .isEqualTo(200);
                long asks =
                        endless.stream().mapToInt(source -> source.asks.get()).sum();
                same = asks == before ? same + 1 : 0;
                before = asks;
                LockSupport.parkNanos(LOOK_AGAIN_NANOS);
            }
        }
    }

    /** Gives up after a while, so that a broken promise fails rather than hangs. */
    private static void awaitThat(BooleanSupplier promise) {
        for (int i = 0; !promise.getAsBoolean(); i++) {
            assertThat(i).isLessThan(LOOKS_MAX);
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
    }
}
