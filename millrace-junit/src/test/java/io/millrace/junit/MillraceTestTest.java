package io.millrace.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.Millrace;
import java.net.URI;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;

@MillraceTest(settings = "account.id=123456789012")
class MillraceTestTest {

    @Test
    void handsOverAServerItsEndpointAndClientsThatTalkToIt(
            Millrace millrace, URI endpoint, KinesisClient kinesis, KinesisAsyncClient asynchronous) {
        assertThat(endpoint).isEqualTo(millrace.endpoint());

        kinesis.createStream(request -> request.streamName("orders").shardCount(1));
        try (var waiter = kinesis.waiter()) {
            waiter.waitUntilStreamExists(request -> request.streamName("orders"));
        }
        var put = asynchronous
                .putRecord(request ->
                        request.streamName("orders").partitionKey("42").data(SdkBytes.fromUtf8String("{}")))
                .join();

        assertThat(put.shardId()).isEqualTo("shardId-000000000000");
    }

    @Test
    void startsTheServerWithTheSettingsOfTheAnnotation(KinesisClient kinesis) {
        kinesis.createStream(request -> request.streamName("payments").shardCount(1));

        assertThat(kinesis.describeStreamSummary(request -> request.streamName("payments"))
                        .streamDescriptionSummary()
                        .streamARN())
                .isEqualTo("arn:aws:kinesis:us-east-1:123456789012:stream/payments");
    }
}
