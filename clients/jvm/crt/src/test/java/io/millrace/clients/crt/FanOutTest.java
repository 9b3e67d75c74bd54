package io.millrace.clients.crt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.clients.support.Await;
import io.millrace.clients.support.Ledger;
import io.millrace.clients.support.Millrace;
import io.millrace.clients.support.TestStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.ConsumerStatus;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardEvent;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardResponseHandler;

/** Enhanced fan-out over the CRT's HTTP/2. */
class FanOutTest {
    private static final int HALF = 1_000;

    private final Millrace millrace = Millrace.running();

    @ParameterizedTest
    @EnumSource(names = {"ASYNC_HTTP2", "ASYNC_HTTP2_TLS"})
    void eachRecordIsPushedOnceUntilTheShardEnds(Transport transport) throws Exception {
        try (var stream = TestStream.create(millrace, 1);
                var kinesis = transport.connectAsync(millrace)) {
            var consumer = register(stream);
            stream.putNumbers(0, HALF);
            var ledger = new Ledger();
            var ended = subscribe(kinesis, consumer, ledger);
            ledger.awaitFirst(HALF);
            stream.putNumbers(HALF, HALF);
            ledger.awaitFirst(2 * HALF);
            stream.split(stream.shards().get(0));
            ended.get(Await.WAIT_MAX.toSeconds(), TimeUnit.SECONDS);

            assertThat(ledger.repeated()).isEmpty();
        }
    }

    private static String register(TestStream stream) {
        var kinesis = stream.client();
        var arn = stream.arn();
        var consumer = kinesis.registerStreamConsumer(
                        request -> request.streamARN(arn).consumerName("reader"))
                .consumer()
                .consumerARN();
        Await.until(
                consumer + " is ACTIVE",
                () -> kinesis.describeStreamConsumer(request -> request.consumerARN(consumer))
                                .consumerDescription()
                                .consumerStatus()
                        == ConsumerStatus.ACTIVE);
        return consumer;
    }

    private static CompletableFuture<Void> subscribe(KinesisAsyncClient kinesis, String consumer, Ledger ledger) {
        var handler = SubscribeToShardResponseHandler.builder()
                .subscriber(SubscribeToShardResponseHandler.Visitor.builder()
                        .onSubscribeToShardEvent(event -> enter(event, ledger))
                        .build())
                .build();
        return kinesis.subscribeToShard(
                request -> request.consumerARN(consumer)
                        .shardId("shardId-000000000000")
                        .startingPosition(position -> position.type(ShardIteratorType.TRIM_HORIZON)),
                handler);
    }

    private static void enter(SubscribeToShardEvent event, Ledger ledger) {
        event.records()
                .forEach(record ->
                        ledger.processed("", Integer.parseInt(record.data().asString(UTF_8))));
    }
}
