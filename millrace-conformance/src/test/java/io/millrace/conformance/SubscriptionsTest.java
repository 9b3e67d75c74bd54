package io.millrace.conformance;

import static io.millrace.conformance.Kinesis.FIRST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.server.Millrace;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ChildShard;
import software.amazon.awssdk.services.kinesis.model.ConsumerStatus;
import software.amazon.awssdk.services.kinesis.model.ResourceInUseException;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.StartingPosition;

/** Enhanced fan-out as the Java SDK's asynchronous client sees it. */
@Tag("sdk")
@Timeout(120)
@ExtendWith(SharedServer.class)
class SubscriptionsTest {
    private static final long ASK_AGAIN_NANOS = 20_000_000;
    private static final String HALF = "170141183460469231731687303715884105728";

    private KinesisAsyncClient subscribing;
    private KinesisClient client;
    private Kinesis kinesis;
    private String stream;
    private String consumer;

    @BeforeEach
    void connect(Millrace millrace) {
        connect(millrace.endpoint());
        stream = kinesis.newStream(1);
        consumer = register("billing");
    }

    private void connect(java.net.URI endpoint) {
        subscribing = SdkClient.connectAsync(endpoint);
        client = SdkClient.connect(endpoint);
        kinesis = new Kinesis(client);
    }

    @AfterEach
    void disconnect() {
        subscribing.close();
        client.close();
    }

    @Test
    void beginsWhereEachTypeSays() throws Exception {
        var one = kinesis.put(stream, "one").sequenceNumber();
        var two = kinesis.put(stream, "two").sequenceNumber();
        kinesis.put(stream, "three");

        assertThat(from(at -> at.type("TRIM_HORIZON"), 3)).containsExactly("one", "two", "three");
        assertThat(from(at -> at.type("AT_SEQUENCE_NUMBER").sequenceNumber(two), 2))
                .containsExactly("two", "three");
        assertThat(from(at -> at.type("AFTER_SEQUENCE_NUMBER").sequenceNumber(one), 2))
                .containsExactly("two", "three");
        assertThat(from(at -> at.type("AT_TIMESTAMP").timestamp(Instant.EPOCH), 3))
                .containsExactly("one", "two", "three");
        var latest = subscribe(SubscriptionsTest::latest);
        kinesis.put(stream, "four");
        assertThat(latest.take(1)).containsExactly("four");
        latest.close();
    }

    @Test
    void saysThatItIsAliveAndGoesOnAfterwards() throws Exception {
        var reader = subscribe(SubscriptionsTest::latest);
        var heartbeat = reader.next().orElseThrow();
        assertThat(heartbeat.records()).isEmpty();
        assertThat(heartbeat.millisBehindLatest()).isZero();
        reader.close();

        var number = kinesis.put(stream, "new").sequenceNumber();
        assertThat(new BigInteger(heartbeat.continuationSequenceNumber())).isLessThan(new BigInteger(number));
        assertThat(from(
                        at -> at.type("AFTER_SEQUENCE_NUMBER").sequenceNumber(heartbeat.continuationSequenceNumber()),
                        1))
                .containsExactly("new");
    }

    @Test
    void followsAReshardToTheChildren() throws Exception {
        var reader = subscribe(SubscriptionsTest::latest);
        kinesis.put(stream, "before");
        client.splitShard(
                request -> request.streamName(stream).shardToSplit(FIRST).newStartingHashKey(HALF));
        kinesis.awaitActive(stream);
        kinesis.put(stream, "after");

        var taken = new ArrayList<String>();
        var last = reader.last(taken);
        assertThat(last.childShards()).extracting(ChildShard::shardId).containsExactly(Kinesis.SECOND, Kinesis.THIRD);
        assertThat(last.childShards())
                .allSatisfy(child -> assertThat(child.parentShards()).containsExactly(FIRST));
        assertThat(reader.next()).isEmpty();
        var child = SdkSubscription.begin(subscribing, consumer, Kinesis.SECOND, at -> at.type("TRIM_HORIZON"));
        while (taken.size() < 2) {
            taken.addAll(child.take(1));
        }
        child.close();
        assertThat(taken).containsExactly("before", "after");
    }

    @Test
    void aNewerSubscriptionTakesOverAfterFiveSeconds() throws Exception {
        var older = subscribe(SubscriptionsTest::latest);
        assertThatThrownBy(() -> subscribe(SubscriptionsTest::latest))
                .isInstanceOf(ResourceInUseException.class)
                .hasMessageContaining("Another active subscription exists for this consumer: 000000000000:" + stream
                        + ":" + FIRST + ":billing");
        var newer = subscribePatiently(SubscriptionsTest::latest);

        assertThatThrownBy(() -> {
                    while (older.next().isPresent()) {
                        LockSupport.parkNanos(1);
                    }
                })
                .isInstanceOf(ResourceInUseException.class);
        kinesis.put(stream, "one");
        assertThat(newer.take(1)).containsExactly("one");
        newer.close();
    }

    @Test
    void endsWithItsConsumer() throws Exception {
        var reader = subscribe(SubscriptionsTest::latest);
        client.deregisterStreamConsumer(request -> request.consumerARN(consumer));

        assertThatThrownBy(reader::next)
                .isInstanceOf(ResourceNotFoundException.class)
                .hasMessageContaining("Consumer " + consumer + ", account 000000000000 not found.");
    }

    @Test
    void endsWithItsStream() throws Exception {
        var reader = subscribe(SubscriptionsTest::latest);
        client.deleteStream(request -> request.streamName(stream).enforceConsumerDeletion(true));

        assertThatThrownBy(reader::next).isInstanceOf(ResourceNotFoundException.class);
    }

    @Test
    void manyConsumersGetTheSame() throws Exception {
        var readers = new ArrayList<SdkSubscription>();
        for (int i = 0; i < 20; i++) {
            readers.add(SdkSubscription.begin(
                    subscribing, i == 0 ? consumer : register("consumer-" + i), FIRST, SubscriptionsTest::latest));
        }
        var expected = new ArrayList<String>();
        for (int i = 0; i < 50; i++) {
            expected.add("record-" + i);
            kinesis.put(stream, expected.getLast());
        }

        for (var reader : readers) {
            assertThat(reader.take(50)).isEqualTo(expected);
            reader.close();
        }
    }

    @Test
    void goesOnAfterTheServerWasKilled(@TempDir Path directory) throws Exception {
        disconnect();
        var taken = new ArrayList<String>();
        String continuation;
        try (var server = ServerProcess.start(directory.resolve("data"), directory.resolve("log"))) {
            connect(server.endpoint());
            stream = kinesis.newStream(1);
            consumer = register("billing");
            var reader = subscribe(at -> at.type("TRIM_HORIZON"));
            kinesis.put(stream, "one");
            var event = reader.records();
            event.records().forEach(record -> taken.add(record.data().asUtf8String()));
            continuation = event.continuationSequenceNumber();
            kinesis.put(stream, "two");
            server.kill();
            disconnect();
        }
        try (var server = ServerProcess.start(directory.resolve("data"), directory.resolve("log"))) {
            connect(server.endpoint());
            var reader = subscribe(at -> at.type("AFTER_SEQUENCE_NUMBER").sequenceNumber(continuation));
            kinesis.put(stream, "three");
            taken.addAll(reader.take(2));
            reader.close();
        }
        assertThat(taken).containsExactly("one", "two", "three");
    }

    private static void latest(StartingPosition.Builder place) {
        place.type("LATEST");
    }

    private String register(String name) {
        var arn = client.describeStreamSummary(request -> request.streamName(stream))
                .streamDescriptionSummary()
                .streamARN();
        var registered = client.registerStreamConsumer(
                        request -> request.streamARN(arn).consumerName(name))
                .consumer()
                .consumerARN();
        while (client.describeStreamConsumer(request -> request.consumerARN(registered))
                        .consumerDescription()
                        .consumerStatus()
                != ConsumerStatus.ACTIVE) {
            LockSupport.parkNanos(ASK_AGAIN_NANOS);
        }
        return registered;
    }

    private SdkSubscription subscribe(Consumer<StartingPosition.Builder> place) throws InterruptedException {
        return SdkSubscription.begin(subscribing, consumer, FIRST, place);
    }

    /** Tries until the one that is there may be taken over. */
    private SdkSubscription subscribePatiently(Consumer<StartingPosition.Builder> place) throws InterruptedException {
        while (true) {
            try {
                return subscribe(place);
            } catch (ResourceInUseException _) {
                LockSupport.parkNanos(ASK_AGAIN_NANOS);
            }
        }
    }

    private List<String> from(Consumer<StartingPosition.Builder> place, int records) throws InterruptedException {
        // The one before has hung up, but the server may not have heard of it yet.
        var reader = subscribePatiently(place);
        try {
            return reader.take(records);
        } finally {
            reader.close();
        }
    }
}
