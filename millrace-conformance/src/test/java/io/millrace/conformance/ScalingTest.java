package io.millrace.conformance;

import static io.millrace.conformance.Kinesis.shardId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.server.Millrace;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.AwsRequest;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.services.kinesis.model.LimitExceededException;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.ScalingType;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardFilterType;
import software.amazon.awssdk.services.kinesis.model.StreamMode;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;
import software.amazon.awssdk.services.kinesis.model.UpdateShardCountResponse;
import software.amazon.awssdk.services.kinesis.model.ValidationException;

/** UpdateShardCount, UpdateStreamMode and DescribeLimits as clients see them. */
@ExtendWith(SharedServer.class)
class ScalingTest {
    private static final AtomicLong NEXT_ACCOUNT = new AtomicLong(770_000_000_000L);

    @EachClient
    void doublesAStream(Kinesis kinesis) {
        var stream = kinesis.newStream(2);

        var answer = scale(kinesis, stream, 4);
        kinesis.awaitActive(stream);

        assertThat(answer.streamName()).isEqualTo(stream);
        assertThat(answer.streamARN()).isEqualTo(Kinesis.arn(stream));
        assertThat(answer.currentShardCount()).isEqualTo(2);
        assertThat(answer.targetShardCount()).isEqualTo(4);
        assertThat(kinesis.shards(stream)).hasSize(6);
        assertThat(kinesis.shards(stream).subList(2, 6))
                .extracting(Shard::parentShardId)
                .containsExactly(shardId(0), shardId(0), shardId(1), shardId(1));
        assertOneCover(kinesis, stream, 4);
    }

    @EachClient
    void halvesAStream(Kinesis kinesis) {
        var stream = kinesis.newStream(4);

        scale(kinesis, stream, 2);
        kinesis.awaitActive(stream);

        assertThat(kinesis.shards(stream)).hasSize(6);
        assertThat(kinesis.shards(stream).getLast().parentShardId()).isEqualTo(shardId(2));
        assertThat(kinesis.shards(stream).getLast().adjacentParentShardId()).isEqualTo(shardId(3));
        assertOneCover(kinesis, stream, 2);
    }

    @EachClient
    void listsTheShardsOnTheWayAsClosedOnes(Kinesis kinesis) {
        var stream = kinesis.newStream(4);

        scale(kinesis, stream, 5);
        kinesis.awaitActive(stream);

        assertThat(kinesis.shards(stream)).hasSize(15);
        assertOneCover(kinesis, stream, 5);
    }

    @EachClient
    void losesAndReordersNothingWhileItScales(Kinesis kinesis) {
        var stream = kinesis.newStream(1);
        var put = new ArrayList<String>();
        for (int target : new int[] {3, 1}) {
            scale(kinesis, stream, target);
            do {
                var data = "record-" + put.size();
                kinesis.put(stream, data);
                put.add(data);
            } while (!kinesis.client()
                    .describeStreamSummary(request -> request.streamName(stream))
                    .streamDescriptionSummary()
                    .streamStatusAsString()
                    .equals("ACTIVE"));
        }

        // Parents have lower indexes than their children, and all records have one key.
        assertThat(kinesis.shards(stream).stream()
                        .flatMap(shard -> kinesis.read(stream, shard.shardId()).texts().stream()))
                .containsExactlyElementsOf(put);
    }

    @EachClient
    void leadsAReaderFromGenerationToGeneration(Kinesis kinesis) {
        var stream = kinesis.newStream(1);
        kinesis.put(stream, "first");
        scale(kinesis, stream, 3);
        kinesis.awaitActive(stream);
        kinesis.put(stream, "last");

        var read = new ArrayList<String>();
        var shard = shardId(0);
        var reading = kinesis.read(stream, shard);
        read.addAll(reading.texts());
        while (reading.next().isEmpty()) {
            assertThat(reading.children()).isNotEmpty();
            assertThat(reading.children())
                    .allSatisfy(child -> assertThat(child.parentShards()).isNotEmpty());
            shard = reading.children().getFirst().shardId();
            reading = kinesis.read(stream, shard);
            read.addAll(reading.texts());
        }

        assertThat(read).containsExactly("first", "last");
    }

    @EachClient
    void refusesToScaleWhatItCanNot(Kinesis kinesis) {
        refused(
                () -> scale(kinesis, "nobody-made-this", 2),
                ResourceNotFoundException.class,
                "Stream nobody-made-this under account 000000000000 not found.");
        var stream = kinesis.newStream(1);
        assertThatExceptionOfType(LimitExceededException.class)
                .isThrownBy(() -> scale(kinesis, stream, 1_000_000))
                .satisfies(refusal -> assertThat(refusal.awsErrorDetails().errorMessage())
                        .startsWith("This request would exceed the shard limit for the account 000000000000"));
        refused(
                () -> kinesis.client()
                        .updateShardCount(request ->
                                request.streamName(stream).targetShardCount(0).scalingType("SIDEWAYS")),
                ValidationException.class,
                "2 validation errors detected: Value '0' at 'targetShardCount' failed to satisfy constraint: Member"
                        + " must have value greater than or equal to 1; Value 'SIDEWAYS' at 'scalingType' failed to"
                        + " satisfy constraint: Member must satisfy enum value set: [UNIFORM_SCALING]");
    }

    @EachClient
    void switchesToOnDemandAndBackAndNoThirdTime(Kinesis kinesis) {
        var stream = kinesis.newStream(2);

        switchTo(kinesis, stream, StreamMode.ON_DEMAND);
        assertThat(mode(kinesis, stream)).isEqualTo(StreamMode.ON_DEMAND);
        assertThat(kinesis.shards(stream)).hasSize(2);
        refused(
                () -> scale(kinesis, stream, 4),
                ValidationException.class,
                "Request is invalid. Stream " + stream + " under account 000000000000 is in On-Demand mode.");
        switchTo(kinesis, stream, StreamMode.PROVISIONED);
        switchTo(kinesis, stream, StreamMode.PROVISIONED);
        assertThat(mode(kinesis, stream)).isEqualTo(StreamMode.PROVISIONED);

        refused(
                () -> switchTo(kinesis, stream, StreamMode.ON_DEMAND),
                LimitExceededException.class,
                "Stream " + stream + " under account 000000000000 has switched its mode 2 times in the last 24 hours,"
                        + " which is the limit.");
    }

    @EachClient
    void describesTheLimits(Kinesis kinesis) {
        // An access key id of twelve digits names the account: one that has no streams yet.
        var account = "%012d".formatted(NEXT_ACCOUNT.getAndIncrement());
        Consumer<AwsRequest.Builder> inAccount =
                request -> request.overrideConfiguration(AwsRequestOverrideConfiguration.builder()
                        .credentialsProvider(
                                StaticCredentialsProvider.create(AwsBasicCredentials.create(account, "millrace")))
                        .build());
        for (var mode : List.of(StreamMode.PROVISIONED, StreamMode.ON_DEMAND)) {
            kinesis.client().createStream(request -> {
                inAccount.accept(request);
                request.streamName(mode.toString()).streamModeDetails(details -> details.streamMode(mode));
                if (mode == StreamMode.PROVISIONED) {
                    request.shardCount(3);
                }
            });
            Await.until(
                    "a stream in " + account,
                    () -> kinesis.client()
                                    .describeStreamSummary(request -> {
                                        inAccount.accept(request);
                                        request.streamName(mode.toString());
                                    })
                                    .streamDescriptionSummary()
                                    .streamStatus()
                            == StreamStatus.ACTIVE);
        }

        var limits = kinesis.client().describeLimits(inAccount::accept);

        assertThat(limits.shardLimit()).isEqualTo(10_000);
        assertThat(limits.openShardCount()).isEqualTo(3 + 4);
        assertThat(limits.onDemandStreamCount()).isEqualTo(1);
        assertThat(limits.onDemandStreamCountLimit()).isEqualTo(50);
    }

    @Test
    void scalesAThousandShards(Millrace millrace) {
        try (var client = SdkClient.NETTY_HTTP2.connect(millrace)) {
            var kinesis = new Kinesis(client);
            var stream = kinesis.newStream(1_000);
            for (int target : new int[] {2_000, 1_000}) {
                scale(kinesis, stream, target);
                kinesis.awaitActive(stream);

                assertThat(client.describeStreamSummary(request -> request.streamName(stream))
                                .streamDescriptionSummary()
                                .openShardCount())
                        .isEqualTo(target);
            }
            client.deleteStream(request -> request.streamName(stream));
            kinesis.awaitGone(stream);
        }
    }

    private static UpdateShardCountResponse scale(Kinesis kinesis, String stream, int target) {
        return kinesis.client()
                .updateShardCount(request ->
                        request.streamName(stream).targetShardCount(target).scalingType(ScalingType.UNIFORM_SCALING));
    }

    private static void switchTo(Kinesis kinesis, String stream, StreamMode mode) {
        kinesis.client()
                .updateStreamMode(request ->
                        request.streamARN(Kinesis.arn(stream)).streamModeDetails(details -> details.streamMode(mode)));
        kinesis.awaitActive(stream);
    }

    private static StreamMode mode(Kinesis kinesis, String stream) {
        return kinesis.client()
                .describeStreamSummary(request -> request.streamName(stream))
                .streamDescriptionSummary()
                .streamModeDetails()
                .streamMode();
    }

    private static void assertOneCover(Kinesis kinesis, String stream, int count) {
        var open = kinesis.client()
                .listShards(request ->
                        request.streamName(stream).shardFilter(filter -> filter.type(ShardFilterType.AT_LATEST)))
                .shards();
        assertThat(open).hasSize(count);
        Tiling.assertComplete(open);
    }

    private static void refused(ThrowingCallable call, Class<? extends KinesisException> type, String message) {
        assertThatThrownBy(call)
                .isInstanceOf(type)
                .satisfies(refusal -> assertThat(
                                ((KinesisException) refusal).awsErrorDetails().errorMessage())
                        .isEqualTo(message));
    }
}
