package io.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.InternalFailureException;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardResponseHandler;

/** What the application of a subscriber with the AWS SDK for Java gets to know. */
class SdkSubscriberTest {
    @Test
    void knowsAFaultInTheMiddleOfEventsByItsType() {
        try (var door = TestDoor.open();
                var client = connect(door)) {
            door.events = (_, _) -> new ManualSource().fail(new IllegalStateException("our bug"));
            var handler = SubscribeToShardResponseHandler.builder()
                    .subscriber(_ -> {})
                    .build();
            var subscribed = client.subscribeToShard(
                    request -> request.consumerARN("arn:aws:kinesis:us-east-1:000000000000:stream/s/consumer/c:1")
                            .shardId("shardId-000000000000")
                            .startingPosition(at -> at.type("LATEST")),
                    handler);
            assertThatThrownBy(() -> subscribed.orTimeout(20, TimeUnit.SECONDS).join())
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(InternalFailureException.class);
        }
    }

    private static KinesisAsyncClient connect(TestDoor door) {
        return KinesisAsyncClient.builder()
                .httpClientBuilder(NettyNioAsyncHttpClient.builder())
                .region(Region.US_EAST_1)
                .endpointOverride(URI.create("http://127.0.0.1:" + door.port()))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("a", "b")))
                .build();
    }
}
