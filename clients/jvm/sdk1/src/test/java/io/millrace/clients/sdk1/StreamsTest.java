package io.millrace.clients.sdk1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.amazonaws.services.kinesis.AmazonKinesis;
import com.amazonaws.services.kinesis.model.AmazonKinesisException;
import com.amazonaws.services.kinesis.model.CreateStreamRequest;
import com.amazonaws.services.kinesis.model.DecreaseStreamRetentionPeriodRequest;
import com.amazonaws.services.kinesis.model.DescribeStreamRequest;
import com.amazonaws.services.kinesis.model.DescribeStreamSummaryRequest;
import com.amazonaws.services.kinesis.model.HashKeyRange;
import com.amazonaws.services.kinesis.model.IncreaseStreamRetentionPeriodRequest;
import com.amazonaws.services.kinesis.model.InvalidArgumentException;
import com.amazonaws.services.kinesis.model.ListShardsRequest;
import com.amazonaws.services.kinesis.model.ListStreamsRequest;
import com.amazonaws.services.kinesis.model.MergeShardsRequest;
import com.amazonaws.services.kinesis.model.ResourceInUseException;
import com.amazonaws.services.kinesis.model.ResourceNotFoundException;
import com.amazonaws.services.kinesis.model.Shard;
import com.amazonaws.services.kinesis.model.ShardFilter;
import com.amazonaws.services.kinesis.model.ShardFilterType;
import com.amazonaws.services.kinesis.model.SplitShardRequest;
import com.amazonaws.services.kinesis.model.StreamMode;
import com.amazonaws.services.kinesis.model.StreamModeDetails;
import io.millrace.clients.support.Await;
import io.millrace.clients.support.Millrace;
import io.millrace.clients.support.TestStream;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The life of a stream and of its shards. */
class StreamsTest {
    private static final BigInteger MIDDLE = BigInteger.ONE.shiftLeft(127);
    private static final BigInteger LAST = BigInteger.ONE.shiftLeft(128).subtract(BigInteger.ONE);

    private final Millrace millrace = Millrace.running();
    private final AmazonKinesis kinesis = Clients.plain();

    @Test
    void aStreamIsCreatedDescribedAndDeleted() {
        var name = uniqueName();
        kinesis.createStream(name, 2);
        awaitActive(name);

        var description = kinesis.describeStream(name).getStreamDescription();
        assertThat(description.getStreamARN())
                .isEqualTo("arn:aws:kinesis:" + Millrace.REGION + ":" + Millrace.ACCOUNT + ":stream/" + name);
        assertThat(description.getRetentionPeriodHours()).isEqualTo(24);
        assertThat(description.getEncryptionType()).isEqualTo("NONE");
        assertThat(description.getHasMoreShards()).isFalse();
        assertThat(description.getStreamCreationTimestamp()).isToday();
        assertThat(description.getShards())
                .extracting(Shard::getHashKeyRange)
                .containsExactly(range(BigInteger.ZERO, MIDDLE.subtract(BigInteger.ONE)), range(MIDDLE, LAST));

        kinesis.deleteStream(name);
        Await.until(name + " is gone", () -> isGone(name));
    }

    private boolean isGone(String name) {
        try {
            kinesis.describeStream(name);
            return false;
        } catch (ResourceNotFoundException e) {
            assertThat(e.getErrorMessage())
                    .isEqualTo("Stream " + name + " under account " + Millrace.ACCOUNT + " not found.");
            return true;
        }
    }

    @Test
    void anOnDemandStreamStartsWithFourShards() {
        var name = uniqueName();
        kinesis.createStream(new CreateStreamRequest()
                .withStreamName(name)
                .withStreamModeDetails(new StreamModeDetails().withStreamMode(StreamMode.ON_DEMAND)));
        awaitActive(name);

        var summary = kinesis.describeStreamSummary(new DescribeStreamSummaryRequest().withStreamName(name))
                .getStreamDescriptionSummary();
        kinesis.deleteStream(name);

        assertThat(summary.getOpenShardCount()).isEqualTo(4);
        assertThat(summary.getStreamModeDetails().getStreamMode()).isEqualTo("ON_DEMAND");
    }

    @Test
    void streamsAreListedInOrderAndInPages() {
        try (var one = TestStream.create(millrace, 1);
                var other = TestStream.create(millrace, 1)) {
            var listed = new ArrayList<String>();
            var request = new ListStreamsRequest().withLimit(1);
            boolean hasMore = true;
            while (hasMore) {
                var page = kinesis.listStreams(request);
                listed.addAll(page.getStreamNames());
                hasMore = page.getHasMoreStreams();
                request.setExclusiveStartStreamName(listed.get(listed.size() - 1));
            }
            assertThat(listed).contains(one.name(), other.name()).isSorted();
        }
    }

    @Test
    void aTakenNameIsRefused() {
        try (var stream = TestStream.create(millrace, 1)) {
            assertThatExceptionOfType(ResourceInUseException.class)
                    .isThrownBy(() -> kinesis.createStream(stream.name(), 1))
                    .satisfies(refusal -> {
                        assertThat(refusal.getStatusCode()).isEqualTo(400);
                        assertThat(refusal.getRequestId()).hasSize(36);
                        assertThat(refusal.getErrorMessage())
                                .isEqualTo("Stream " + stream.name() + " under account " + Millrace.ACCOUNT
                                        + " already exists.");
                    });
        }
    }

    @Test
    void anIllegalNameIsRefusedWithTheConstraintItBreaks() {
        assertThatExceptionOfType(AmazonKinesisException.class)
                .isThrownBy(() -> kinesis.createStream("no spaces, please", 1))
                .satisfies(refusal -> {
                    assertThat(refusal.getErrorCode()).isEqualTo("ValidationException");
                    assertThat(refusal.getErrorMessage())
                            .isEqualTo(
                                    "1 validation error detected: Value 'no spaces, please' at 'streamName' failed to"
                                            + " satisfy constraint: Member must satisfy regular expression pattern:"
                                            + " [a-zA-Z0-9_.-]+");
                });
    }

    @Test
    void retentionGrowsAndShrinksWithinItsRange() {
        try (var stream = TestStream.create(millrace, 1)) {
            kinesis.increaseStreamRetentionPeriod(new IncreaseStreamRetentionPeriodRequest()
                    .withStreamName(stream.name())
                    .withRetentionPeriodHours(48));
            assertThat(describe(stream)).isEqualTo(48);
            kinesis.decreaseStreamRetentionPeriod(new DecreaseStreamRetentionPeriodRequest()
                    .withStreamName(stream.name())
                    .withRetentionPeriodHours(24));
            assertThat(describe(stream)).isEqualTo(24);
            assertThatExceptionOfType(InvalidArgumentException.class)
                    .isThrownBy(() -> kinesis.decreaseStreamRetentionPeriod(new DecreaseStreamRetentionPeriodRequest()
                            .withStreamName(stream.name())
                            .withRetentionPeriodHours(23)))
                    .withMessageStartingWith("Minimum allowed retention period is 24 hours.");
        }
    }

    private int describe(TestStream stream) {
        return kinesis.describeStream(new DescribeStreamRequest().withStreamName(stream.name()))
                .getStreamDescription()
                .getRetentionPeriodHours();
    }

    @Test
    void shardsAreSplitMergedAndListedByFilter() {
        try (var stream = TestStream.create(millrace, 1)) {
            var parent = "shardId-000000000000";
            kinesis.splitShard(new SplitShardRequest()
                    .withStreamName(stream.name())
                    .withShardToSplit(parent)
                    .withNewStartingHashKey(MIDDLE.toString()));
            awaitActive(stream.name());
            kinesis.mergeShards(new MergeShardsRequest()
                    .withStreamName(stream.name())
                    .withShardToMerge("shardId-000000000001")
                    .withAdjacentShardToMerge("shardId-000000000002"));
            awaitActive(stream.name());

            assertThat(listed(stream, ShardFilterType.FROM_TRIM_HORIZON))
                    .extracting(Shard::getShardId)
                    .containsExactly(parent, "shardId-000000000001", "shardId-000000000002", "shardId-000000000003");
            assertThat(listed(stream, ShardFilterType.AT_TRIM_HORIZON))
                    .extracting(Shard::getShardId)
                    .containsExactly(parent);
            assertThat(listed(stream, ShardFilterType.AT_LATEST))
                    .singleElement()
                    .satisfies(merged -> {
                        assertThat(merged.getParentShardId()).isEqualTo("shardId-000000000001");
                        assertThat(merged.getAdjacentParentShardId()).isEqualTo("shardId-000000000002");
                        assertThat(merged.getHashKeyRange()).isEqualTo(range(BigInteger.ZERO, LAST));
                    });
        }
    }

    private List<Shard> listed(TestStream stream, ShardFilterType filter) {
        return kinesis.listShards(new ListShardsRequest()
                        .withStreamName(stream.name())
                        .withShardFilter(new ShardFilter().withType(filter)))
                .getShards();
    }

    private void awaitActive(String name) {
        Await.until(
                name + " is ACTIVE",
                () -> kinesis.describeStream(name)
                        .getStreamDescription()
                        .getStreamStatus()
                        .equals("ACTIVE"));
    }

    private static HashKeyRange range(BigInteger start, BigInteger end) {
        return new HashKeyRange().withStartingHashKey(start.toString()).withEndingHashKey(end.toString());
    }

    private static String uniqueName() {
        return "sdk1-" + UUID.randomUUID();
    }
}
