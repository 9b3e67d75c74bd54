package io.millrace.conformance;

import static io.millrace.conformance.Kinesis.FIRST;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.Millrace;
import io.millrace.server.MillraceConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.kinesis.model.ConsumerStatus;

/** Pushes at the pace of a narrow shard, as a real client gets them. */
@Timeout(60)
class FanOutLimitsTest {
    private static final int RECORD_BYTES = 64 * 1024;
    private static final int BYTES_PER_SECOND = 4 * RECORD_BYTES;

    @Test
    void aConsumerGetsAllAtItsPaceWhileOthersAreAtTheTip() throws Exception {
        var config = MillraceConfig.ephemeral()
                .with("streams.limits", "custom")
                .with("streams.custom-limits.fan-out-bytes-per-second", Integer.toString(BYTES_PER_SECOND));
        try (var millrace = Millrace.start(config);
                var client = SdkClient.APACHE.connect(millrace);
                var subscribing = SdkClient.connectAsync(millrace.endpoint())) {
            var kinesis = new Kinesis(client);
            var stream = kinesis.newStream(1);
            var late = register(kinesis, stream, "late");
            var tip = register(kinesis, stream, "tip");
            var expected = new ArrayList<String>();
            IntStream.range(0, 13)
                    .mapToObj(i -> Integer.toString(i % 10).repeat(RECORD_BYTES))
                    .forEach(data -> {
                        kinesis.put(stream, data);
                        expected.add(data);
                    });

            long begin = System.nanoTime();
            var behind = SdkSubscription.begin(subscribing, late, FIRST, at -> at.type("TRIM_HORIZON"));
            var quick = SdkSubscription.begin(subscribing, tip, FIRST, at -> at.type("LATEST"));
            kinesis.put(stream, "new");
            expected.add("new");

            assertThat(quick.take(1)).containsExactly("new");
            assertThat(behind.take(expected.size())).isEqualTo(expected);
            // A second's worth at once, and the last event when all but itself had been made up for.
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofSeconds(1));
            behind.close();
            quick.close();
        }
    }

    private static String register(Kinesis kinesis, String stream, String name) {
        var arn = kinesis.client()
                .describeStreamSummary(request -> request.streamName(stream))
                .streamDescriptionSummary()
                .streamARN();
        var consumer = kinesis.client()
                .registerStreamConsumer(request -> request.streamARN(arn).consumerName(name))
                .consumer()
                .consumerARN();
        Await.until(
                "consumer " + name + " is active",
                () -> kinesis.client()
                                .describeStreamConsumer(request -> request.consumerARN(consumer))
                                .consumerDescription()
                                .consumerStatus()
                        == ConsumerStatus.ACTIVE);
        return consumer;
    }
}
