package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.millrace.gateway.Unary;
import io.millrace.model.Caller;
import io.millrace.model.Kinesis;
import io.millrace.model.LimitExceededException;
import io.millrace.model.ProvisionedThroughputExceededException;
import io.millrace.server.calls.CallTargets;
import io.millrace.server.calls.IdleStreams;
import io.millrace.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kinesis.model.CreateStreamRequest;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamRequest;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamSummaryRequest;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.ListStreamsRequest;
import software.amazon.awssdk.services.kinesis.model.ListStreamsResponse;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardRequest;

class CallRatesTest {
    private static final ListStreamsRequest ALL = ListStreamsRequest.builder().build();
    private static final ListStreamsResponse SERVED =
            ListStreamsResponse.builder().build();

    private final ManualClock clock = new ManualClock(Instant.parse("2030-01-01T00:00:00Z"));
    private IdleStreams streams;
    private CallTargets targets;
    private CallRates rates;

    @BeforeEach
    void open(@TempDir Path directory) throws IOException {
        streams = new IdleStreams(directory, clock);
        streams.create("orders");
        targets = streams.targets();
        rates = new CallRates(CallRates.Choice.AWS, targets, clock);
    }

    @AfterEach
    void close() throws IOException {
        streams.close();
    }

    @Test
    void refusesTheSixthListingOfAnAccountInASecond() {
        var list = rates.limited(Kinesis.LIST_STREAMS, (_, _) -> SERVED);
        for (int call = 0; call < 5; call++) {
            list.handle(caller("000000000000"), ALL);
        }

        assertThatExceptionOfType(LimitExceededException.class)
                .isThrownBy(() -> list.handle(caller("000000000000"), ALL))
                .withMessage("Rate exceeded for account 000000000000.");
        assertThat(list.handle(caller("111111111111"), ALL)).isSameAs(SERVED);
        clock.advance(Duration.ofMillis(200));
        assertThat(list.handle(caller("000000000000"), ALL)).isSameAs(SERVED);
    }

    @Test
    void namesTheStreamOfACallThatIsAboutOne() {
        var describe = rates.limited(Kinesis.DESCRIBE_STREAM, (_, _) -> null);
        var orders = DescribeStreamRequest.builder().streamName("orders").build();
        for (int call = 0; call < 10; call++) {
            describe.handle(caller("000000000000"), orders);
        }

        assertThatExceptionOfType(LimitExceededException.class)
                .isThrownBy(() -> describe.handle(caller("000000000000"), orders))
                .withMessage("Rate exceeded for stream orders under account 000000000000.");
    }

    @Test
    void countsIteratorsByShard() {
        var iterator = rates.limited(Kinesis.GET_SHARD_ITERATOR, (_, _) -> null);
        for (int call = 0; call < 5; call++) {
            iterator.handle(caller("000000000000"), iteratorOf("shardId-000000000000"));
        }

        assertThatExceptionOfType(ProvisionedThroughputExceededException.class)
                .isThrownBy(() -> iterator.handle(caller("000000000000"), iteratorOf("shardId-000000000000")))
                .withMessage(
                        "Rate exceeded for shard shardId-000000000000 in stream orders under account 000000000000.");
        iterator.handle(caller("000000000000"), iteratorOf("shardId-000000000001"));
    }

    @Test
    void namesTheAccountOfTheStreamWhoeverCalls() {
        var iterator = rates.limited(Kinesis.GET_SHARD_ITERATOR, (_, _) -> null);
        var describe = rates.limited(Kinesis.DESCRIBE_STREAM_SUMMARY, (_, _) -> null);
        var orders = "arn:aws:kinesis:us-east-1:000000000000:stream/orders";
        var first = GetShardIteratorRequest.builder()
                .streamARN(orders)
                .shardId("shardId-000000000000")
                .build();
        var summary = DescribeStreamSummaryRequest.builder().streamARN(orders).build();
        for (int call = 0; call < 5; call++) {
            iterator.handle(caller("111111111111"), first);
        }
        for (int call = 0; call < 20; call++) {
            describe.handle(caller("111111111111"), summary);
        }

        assertThatExceptionOfType(ProvisionedThroughputExceededException.class)
                .isThrownBy(() -> iterator.handle(caller("111111111111"), first))
                .withMessage(
                        "Rate exceeded for shard shardId-000000000000 in stream orders under account 000000000000.");
        assertThatExceptionOfType(LimitExceededException.class)
                .isThrownBy(() -> describe.handle(caller("111111111111"), summary))
                .withMessage("Rate exceeded for stream orders under account 000000000000.");
    }

    @Test
    void leavesCallsAboutStreamsThatAreNotThereToBeRefusedForThat() {
        var describe = rates.limited(Kinesis.DESCRIBE_STREAM, (_, _) -> null);
        var iterator = rates.limited(Kinesis.GET_SHARD_ITERATOR, (_, _) -> null);
        var nowhere = DescribeStreamRequest.builder().streamName("nowhere").build();
        var elsewhere = DescribeStreamRequest.builder()
                .streamARN("arn:aws:kinesis:eu-west-1:000000000000:stream/orders")
                .build();
        for (int call = 0; call < 100; call++) {
            describe.handle(caller("000000000000"), nowhere);
            describe.handle(caller("000000000000"), elsewhere);
            iterator.handle(
                    caller("000000000000"),
                    iteratorOf("shardId-000000000000").toBuilder()
                            .streamName("nowhere")
                            .build());
        }
    }

    @Test
    void countsTheMakingOfStreamsThatAreNotThereYet() {
        var create = rates.limited(Kinesis.CREATE_STREAM, (_, _) -> null);
        var clicks = CreateStreamRequest.builder().streamName("clicks").build();
        for (int call = 0; call < 5; call++) {
            create.handle(caller("000000000000"), clicks);
        }

        assertThatExceptionOfType(LimitExceededException.class)
                .isThrownBy(() -> create.handle(caller("000000000000"), clicks))
                .withMessage("Rate exceeded for stream clicks under account 000000000000.");
    }

    @Test
    void countsSubscriptionsByConsumerAndShard() {
        var subscribe = rates.limitedEvents(Kinesis.SUBSCRIBE_TO_SHARD, (_, _) -> null);
        subscribe.handle(caller("000000000000"), subscriptionOf("billing", "shardId-000000000000"));

        assertThatExceptionOfType(LimitExceededException.class)
                .isThrownBy(() ->
                        subscribe.handle(caller("000000000000"), subscriptionOf("billing", "shardId-000000000000")))
                .withMessage("Rate exceeded for stream orders under account 000000000000.");
        subscribe.handle(caller("000000000000"), subscriptionOf("billing", "shardId-000000000001"));
        subscribe.handle(caller("000000000000"), subscriptionOf("audit", "shardId-000000000000"));
        clock.advance(Duration.ofSeconds(1));
        subscribe.handle(caller("000000000000"), subscriptionOf("billing", "shardId-000000000000"));
    }

    @Test
    void leavesOperationsAsTheyAreWhenOff() {
        Unary<ListStreamsRequest, ListStreamsResponse> handler = (_, _) -> SERVED;

        assertThat(new CallRates(CallRates.Choice.OFF, targets, clock).limited(Kinesis.LIST_STREAMS, handler))
                .isSameAs(handler);
    }

    private static SubscribeToShardRequest subscriptionOf(String consumer, String shard) {
        return SubscribeToShardRequest.builder()
                .consumerARN("arn:aws:kinesis:us-east-1:000000000000:stream/orders/consumer/" + consumer + ":1")
                .shardId(shard)
                .build();
    }

    private static GetShardIteratorRequest iteratorOf(String shard) {
        return GetShardIteratorRequest.builder()
                .streamName("orders")
                .shardId(shard)
                .build();
    }

    private static Caller caller(String account) {
        return IdleStreams.caller(account);
    }
}
