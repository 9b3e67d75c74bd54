package io.millrace.conformance;

import static io.millrace.conformance.Kinesis.FIRST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ConsumerStatus;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/**
 * A server of 256 MiB under clients that cost it memory if anything does: those that do nothing, those that never read, and
 * those that come and go. What it holds is measured in its own process, after full collections.
 */
@Timeout(120)
class MemoryTest {
    private static final int MIB = 1 << 20;
    private static final int IDLE_MAX_CONNECTIONS = 9_900;
    private static final int IDLE_MIN_CONNECTIONS = 5_000;
    /** File handles left to the tests that run beside this one. */
    private static final int SPARE_FILES = 2_000;

    private static final int AT_ONCE = 300;
    private static final int SHARDS = 50;
    private static final int ROUNDS = 60;
    private static final int DEAF_SUBSCRIBERS = 15;

    private static ServerProcess server;
    private static RawClient pages;
    private static KinesisClient client;
    private static Kinesis kinesis;

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        server = ServerProcess.start(
                directory.resolve("data"),
                directory.resolve("log"),
                // What the log keeps in memory is soon full, and counts in every measurement alike.
                List.of("--log.ring-max-bytes", "8MiB", "--log.read-cache-max-bytes", "8MiB"));
        pages = new RawClient(server.endpoint());
        client = server.connect();
        kinesis = new Kinesis(client);
        warmUp();
    }

    @AfterAll
    static void stop() {
        client.close();
        pages.close();
        server.close();
    }

    @Test
    void idleConnectionsCostNextToNothing() throws Exception {
        int count = idleConnections();
        assumeThat(count).as("connections for which there are file handles").isGreaterThan(IDLE_MIN_CONNECTIONS);
        long connections = gauge("millrace_connections");
        long heap = server.liveHeapBytes();
        long buffers = gauge("millrace_buffers_bytes");
        var idle = new ArrayList<PlainSocket>();
        try {
            while (idle.size() < count) {
                idle.addAll(idleConnections(AT_ONCE));
            }

            assertThat(gauge("millrace_connections")).isGreaterThanOrEqualTo(connections + idle.size());
            assertThat(gauge("millrace_buffers_bytes")).isLessThan(buffers + MIB);
            assertThat(server.liveHeapBytes()).isLessThan(heap + 4L * 1024 * idle.size());
            var stream = kinesis.newStream(1);
            kinesis.put(stream, "as ever");
            assertThat(kinesis.read(stream, FIRST).texts()).containsExactly("as ever");
        } finally {
            closeAll(idle);
        }
        Await.until("all have gone", () -> gauge("millrace_connections") <= connections);
        awaitHeapBelow(heap + 4L * MIB);
    }

    @Test
    void subscribersThatNeverReadKeepNoMoreThanAnEventWaiting() throws Exception {
        var stream = kinesis.newStream(1);
        var consumers = IntStream.rangeClosed(0, DEAF_SUBSCRIBERS)
                .mapToObj(i -> register(stream, "consumer-" + i))
                .toList();
        long heap = server.liveHeapBytes();
        var deaf = new ArrayList<PlainSocket>();
        try (var subscribing = SdkClient.connectAsync(server.endpoint())) {
            for (int i = 0; i < DEAF_SUBSCRIBERS; i++) {
                deaf.add(new PlainSocket(server.endpoint()).subscribe(consumers.get(i), FIRST));
            }
            Await.until("all have subscribed", () -> gauge("millrace_subscriptions") == DEAF_SUBSCRIBERS);
            var reader = SdkSubscription.begin(subscribing, consumers.getLast(), FIRST, at -> at.type("TRIM_HORIZON"));
            // Were it kept for all of them, it would not fit into the server's memory by far.
            for (int i = 0; i < 24; i++) {
                var data = Integer.toString(i % 10).repeat(MIB - 10);
                kinesis.put(stream, data);
                assertThat(reader.take(1)).containsExactly(data);
            }
            reader.close();

            assertThat(gauge("millrace_subscriptions")).isGreaterThanOrEqualTo(DEAF_SUBSCRIBERS);
            assertThat(gauge("millrace_buffers_bytes")).isLessThan(8L * MIB);
            assertThat(gauge("millrace_replies_bytes")).isLessThan(16L * MIB);
            assertThat(server.liveHeapBytes()).isLessThan(heap + 32L * MIB);
        } finally {
            closeAll(deaf);
        }
        Await.until("all have gone", () -> gauge("millrace_subscriptions") == 0);
        assertThat(gauge("millrace_replies_bytes")).isZero();
        awaitHeapBelow(heap + 12L * MIB);
    }

    @Test
    void clientsThatComeAndGoLeaveNothingBehind() throws Exception {
        var stream = kinesis.newStream(SHARDS);
        var consumer = register(stream, "restless");
        comeAndGo(consumer);
        long connections = gauge("millrace_connections");
        long heap = server.liveHeapBytes();

        for (int round = 0; round < ROUNDS; round++) {
            comeAndGo(consumer);
        }

        Await.until("all have gone", () -> gauge("millrace_connections") <= connections);
        assertThat(gauge("millrace_requests_active")).isLessThanOrEqualTo(1);
        assertThat(gauge("millrace_buffers_bytes")).isLessThan(MIB);
        assertThat(gauge("millrace_replies_bytes")).isZero();
        awaitHeapBelow(heap + 4L * MIB);
    }

    /** Subscribes to each shard over a connection of its own, and hangs up. */
    private static void comeAndGo(String consumer) throws IOException {
        var round = new ArrayList<PlainSocket>();
        try {
            for (int shard = 0; shard < SHARDS; shard++) {
                round.add(new PlainSocket(server.endpoint()).subscribe(consumer, Kinesis.shardId(shard)));
                round.add(new PlainSocket(server.endpoint()));
            }
            for (int i = 0; i < round.size(); i += 2) {
                assertThat(round.get(i).readUntil("initial-response")).startsWith("HTTP/1.1 200");
            }
        } finally {
            closeAll(round);
        }
        Await.until("the subscriptions have gone", () -> gauge("millrace_subscriptions") == 0);
    }

    /** Fills what the log keeps in memory, and has the classes loaded that the tests need. */
    private static void warmUp() throws IOException {
        var stream = kinesis.newStream(1);
        for (int call = 0; call < 8; call++) {
            client.putRecords(request -> request.streamName(stream).records(fourMebibytes()));
        }
        kinesis.read(stream, FIRST);
        closeAll(idleConnections(10));
        server.liveHeapBytes();
    }

    private static List<PutRecordsRequestEntry> fourMebibytes() {
        return IntStream.range(0, 8)
                .mapToObj(_ -> PutRecordsRequestEntry.builder()
                        .partitionKey("key")
                        .data(SdkBytes.fromByteArray(new byte[MIB / 2]))
                        .build())
                .toList();
    }

    /** Connections that have asked for something once and have their answer. */
    private static List<PlainSocket> idleConnections(int count) throws IOException {
        var connections = new ArrayList<PlainSocket>();
        for (int i = 0; i < count; i++) {
            connections.add(new PlainSocket(server.endpoint()).get("/health/live"));
        }
        for (var connection : connections) {
            connection.readUntil("ok\n");
        }
        return connections;
    }

    private static int idleConnections() {
        var system = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long free = system.getMaxFileDescriptorCount() - system.getOpenFileDescriptorCount() - SPARE_FILES;
        return (int) Math.min(IDLE_MAX_CONNECTIONS, free);
    }

    private static String register(String stream, String name) {
        var arn = client.describeStreamSummary(request -> request.streamName(stream))
                .streamDescriptionSummary()
                .streamARN();
        var consumer = client.registerStreamConsumer(
                        request -> request.streamARN(arn).consumerName(name))
                .consumer()
                .consumerARN();
        Await.until(
                "consumer " + name + " is active",
                () -> client.describeStreamConsumer(request -> request.consumerARN(consumer))
                                .consumerDescription()
                                .consumerStatus()
                        == ConsumerStatus.ACTIVE);
        return consumer;
    }

    private static long gauge(String name) {
        var page = pages.post().method("GET").path("/metrics").send().text();
        var found = Pattern.compile("^" + name + " (\\S+)$", Pattern.MULTILINE).matcher(page);
        assertThat(found.find()).as(name).isTrue();
        return (long) Double.parseDouble(found.group(1));
    }

    /** The last reads of those who have gone end within seconds. */
    private static void awaitHeapBelow(long bytes) {
        Await.until("no more than " + bytes + " bytes are held", () -> {
            try {
                return server.liveHeapBytes() < bytes;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static void closeAll(List<PlainSocket> connections) throws IOException {
        for (var connection : connections) {
            connection.close();
        }
    }
}
