package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.ResourceNotFoundException;
import io.millrace.streams.limits.ThroughputLimits;
import io.millrace.testkit.Seeds;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kinesis.model.DeregisterStreamConsumerRequest;
import software.amazon.awssdk.services.kinesis.model.RegisterStreamConsumerRequest;
import software.amazon.awssdk.services.kinesis.model.StartingPosition;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardRequest;

/** How much of a shard a consumer is pushed where that is limited: here to 1,000 bytes a second. */
class FanOutLimitsTest {
    private static final String STREAM = "arn:aws:kinesis:us-east-1:000000000000:stream/orders";
    private static final int BYTES_PER_SECOND = 1_000;

    @TempDir
    Path directory;

    private Service service;
    private String billing;

    @BeforeEach
    void open() {
        var limits = ThroughputLimits.custom(
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.of(BYTES_PER_SECOND));
        service = Service.in(directory, new StreamsConfig(Duration.ZERO, Duration.ofSeconds(30), 10_000, 50, limits));
        service.create("orders", 1);
        billing = register("billing");
    }

    @AfterEach
    void close() {
        service.close();
    }

    @Test
    void pausesWhenASecondsBytesHaveGoneAndGoesOnAsMoreComeIn() {
        var all = IntStream.range(0, 8).mapToObj(i -> data(i, 400)).toList();
        all.forEach(this::put);
        var reader = subscribe(billing, at -> at.type("TRIM_HORIZON"));

        assertThat(reader.take(2)).isEqualTo(all.subList(0, 2));
        // 200 bytes were left of the second, which is enough to begin an event: 600 are owed afterwards.
        assertThat(reader.take(2)).isEqualTo(all.subList(2, 4));
        elapse(600);
        assertThat(reader.isWaiting()).isTrue();
        elapse(1);
        assertThat(reader.take(2)).isEqualTo(all.subList(4, 6));
        elapse(799);
        assertThat(reader.isWaiting()).isTrue();
        elapse(1);
        assertThat(reader.take(2)).isEqualTo(all.subList(6, 8));
    }

    @Test
    void keepsToItsPaceAndLosesNothing() {
        Seeds.forEach(10, random -> {
            var name = "seed-" + random.nextInt(1 << 30);
            var consumer = register(name);
            var put = new ArrayList<String>();
            var reader = subscribe(consumer, at -> at.type("LATEST"));
            var taken = new ArrayList<String>();
            // A byte a millisecond, so that the model is exact.
            long saved = BYTES_PER_SECOND;
            for (int step = 0; step < 60; step++) {
                if (random.nextInt(3) > 0 || step % 4 == 0) {
                    put.add(put(data(step, random.nextInt(10, 1_500))));
                }
                while (saved > 0 && taken.size() < put.size()) {
                    var texts = Subscriber.texts(reader.event());
                    taken.addAll(texts);
                    int bytes = texts.stream().mapToInt(String::length).sum();
                    // What is larger than a second's bytes takes its whole time; savings don't count.
                    saved = bytes > BYTES_PER_SECOND ? -bytes : saved - bytes;
                }
                assertThat(reader.isWaiting()).isTrue();
                int millis = random.nextInt(1, 700);
                elapse(millis);
                saved = Math.min(BYTES_PER_SECOND, saved + millis);
                assertThat(taken).isEqualTo(put.subList(0, taken.size()));
            }
            reader.close();
        });
    }

    @Test
    void aPausedSubscriberSlowsOnlyItself() {
        put(data(0, 1_500));
        var behind = subscribe(billing, at -> at.type("TRIM_HORIZON"));
        behind.take(1);
        var tip = subscribe(register("tip"), at -> at.type("LATEST"));
        behind.ask();

        var later = put(data(1, 10));

        assertThat(tip.take(1)).containsExactly(later);
        assertThat(behind.isWaiting()).isTrue();
        elapse(1_500);
        assertThat(behind.isWaiting()).isTrue();
        elapse(1);
        assertThat(behind.take(1)).containsExactly(later);
    }

    @Test
    void saysThatItIsAliveWhileItPausesAndHowFarBehindItIs() {
        put(data(0, 8_000));
        var second = put(data(1, 10));
        var reader = subscribe(billing, at -> at.type("TRIM_HORIZON"));
        assertThat(reader.event().millisBehindLatest()).isZero();
        reader.ask();

        elapse(3_999);
        assertThat(reader.isWaiting()).isTrue();
        elapse(1);
        var heartbeat = reader.event();
        assertThat(heartbeat.records()).isEmpty();
        assertThat(heartbeat.millisBehindLatest()).isEqualTo(4_000);
        reader.close();

        var next = subscribe(
                billing, at -> at.type("AFTER_SEQUENCE_NUMBER").sequenceNumber(heartbeat.continuationSequenceNumber()));
        elapse(3_999);
        assertThat(next.isWaiting()).isTrue();
        elapse(2);
        assertThat(next.take(1)).containsExactly(second);
    }

    @Test
    void givesNoMoreToAConsumerThatSubscribesAgain() {
        put(data(0, 1_200));
        var number = subscribe(billing, at -> at.type("TRIM_HORIZON"));
        var last = number.event().continuationSequenceNumber();
        number.close();
        var more = put(data(1, 10));
        for (int again = 0; again < 10; again++) {
            var reader =
                    subscribe(billing, at -> at.type("AFTER_SEQUENCE_NUMBER").sequenceNumber(last));
            elapse(120);
            assertThat(reader.isWaiting()).isTrue();
            reader.close();
        }

        elapse(1);
        assertThat(subscribe(billing, at -> at.type("AFTER_SEQUENCE_NUMBER").sequenceNumber(last))
                        .take(1))
                .containsExactly(more);
    }

    @Test
    void endsInAPauseToo() {
        put(data(0, 5_000));
        var reader = subscribe(billing, at -> at.type("TRIM_HORIZON"));
        reader.take(1);
        put(data(1, 10));
        reader.ask();
        service.streams.deregisterStreamConsumer(
                Service.CALLER,
                DeregisterStreamConsumerRequest.builder().consumerARN(billing).build());

        assertThatThrownBy(reader::next).isInstanceOf(ResourceNotFoundException.class);
        assertThat(service.streams.subscriptions()).isZero();
    }

    private void elapse(int millis) {
        service.clock.advance(Duration.ofMillis(millis));
        service.streams.tick();
    }

    /** Text of so many characters that tells where it stands. */
    private static String data(int number, int length) {
        return ("%04d/".formatted(number) + "x".repeat(length)).substring(0, length);
    }

    private String put(String data) {
        service.put("orders", "key", data);
        return data;
    }

    private String register(String name) {
        var arn = service.streams
                .registerStreamConsumer(
                        Service.CALLER,
                        RegisterStreamConsumerRequest.builder()
                                .streamARN(STREAM)
                                .consumerName(name)
                                .build())
                .consumer()
                .consumerARN();
        service.settle();
        return arn;
    }

    private Subscriber subscribe(String consumer, UnaryOperator<StartingPosition.Builder> place) {
        return new Subscriber(service.streams.subscribeToShard(
                Service.CALLER,
                SubscribeToShardRequest.builder()
                        .consumerARN(consumer)
                        .shardId("shardId-000000000000")
                        .startingPosition(
                                place.apply(StartingPosition.builder()).build())
                        .build()));
    }
}
