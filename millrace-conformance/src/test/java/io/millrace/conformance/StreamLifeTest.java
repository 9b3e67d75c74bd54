package io.millrace.conformance;

import static io.millrace.conformance.Kinesis.ACCOUNT;
import static io.millrace.conformance.Kinesis.FIRST;
import static io.millrace.conformance.Kinesis.SECOND;
import static io.millrace.conformance.Kinesis.THIRD;
import static io.millrace.conformance.Kinesis.shardId;
import static io.millrace.conformance.Kinesis.uniqueName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import java.math.BigInteger;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import software.amazon.awssdk.services.kinesis.model.EncryptionType;
import software.amazon.awssdk.services.kinesis.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesis.model.ResourceInUseException;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.StreamDescription;
import software.amazon.awssdk.services.kinesis.model.StreamMode;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;
import software.amazon.awssdk.services.kinesis.model.StreamSummary;
import software.amazon.awssdk.services.kinesis.model.ValidationException;

class StreamLifeTest {
    @EachClient
    void cutsTheHashSpaceIntoEqualShards(Kinesis kinesis) {
        var stream = kinesis.newStream(3);

        var shards = describe(kinesis, stream).shards();

        assertThat(shards).extracting(Shard::shardId).containsExactly(FIRST, SECOND, THIRD);
        assertThat(shards)
                .extracting(
                        shard -> shard.hashKeyRange().startingHashKey(),
                        shard -> shard.hashKeyRange().endingHashKey())
                .containsExactly(
                        tuple("0", "113427455640312821154458202477256070484"),
                        tuple("113427455640312821154458202477256070485", "226854911280625642308916404954512140969"),
                        tuple("226854911280625642308916404954512140970", "340282366920938463463374607431768211455"));
    }

    @EachClient
    void startingSequenceNumbersOfOneStreamHaveTheServicesDistance(Kinesis kinesis) {
        var stream = kinesis.newStream(3);

        var starts = describe(kinesis, stream).shards().stream()
                .map(shard -> new BigInteger(shard.sequenceNumberRange().startingSequenceNumber()))
                .toList();

        var distance = new BigInteger("22300745198530623141535718272648361505980432");
        assertThat(starts.get(1).subtract(starts.get(0))).isEqualTo(distance);
        assertThat(starts.get(2).subtract(starts.get(1))).isEqualTo(distance);
        assertThat(starts.get(0).toString()).hasSize(56);
    }

    @EachClient
    void describesAFreshStreamWithItsDefaults(Kinesis kinesis) {
        var stream = kinesis.newStream(2);

        var description = describe(kinesis, stream);

        assertThat(description.streamName()).isEqualTo(stream);
        assertThat(description.streamARN()).isEqualTo(Kinesis.arn(stream));
        assertThat(description.streamStatus()).isEqualTo(StreamStatus.ACTIVE);
        assertThat(description.streamModeDetails().streamMode()).isEqualTo(StreamMode.PROVISIONED);
        assertThat(description.retentionPeriodHours()).isEqualTo(24);
        assertThat(description.encryptionType()).isEqualTo(EncryptionType.NONE);
        assertThat(description.keyId()).isNull();
        assertThat(description.enhancedMonitoring())
                .singleElement()
                .satisfies(metrics -> assertThat(metrics.shardLevelMetrics()).isEmpty());
        assertThat(description.hasMoreShards()).isFalse();
        assertThat(description.streamCreationTimestamp()).isCloseTo(Instant.now(), within(1, ChronoUnit.MINUTES));
    }

    @EachClient
    void summarizesWithCountsAndWithoutAStreamId(Kinesis kinesis) {
        var stream = kinesis.newStream(2);

        var summary = kinesis.client()
                .describeStreamSummary(request -> request.streamName(stream))
                .streamDescriptionSummary();

        assertThat(summary.streamName()).isEqualTo(stream);
        assertThat(summary.openShardCount()).isEqualTo(2);
        assertThat(summary.consumerCount()).isZero();
        assertThat(summary.retentionPeriodHours()).isEqualTo(24);
        assertThat(summary.encryptionType()).isEqualTo(EncryptionType.NONE);
        // Newer clients that are told a StreamId leave a custom endpoint for AWS.
        assertThat(summary.toString()).doesNotContain("StreamId");
    }

    @EachClient
    void startsAnOnDemandStreamWithFourShards(Kinesis kinesis) {
        var stream =
                kinesis.newStream(request -> request.streamModeDetails(mode -> mode.streamMode(StreamMode.ON_DEMAND)));

        assertThat(describe(kinesis, stream).streamModeDetails().streamMode()).isEqualTo(StreamMode.ON_DEMAND);
        assertThat(describe(kinesis, stream).shards()).hasSize(4);
    }

    @EachClient
    void takesAStreamWithoutModeOrShardCountForOnDemand(Kinesis kinesis) {
        var stream = kinesis.newStream(_ -> {});

        assertThat(describe(kinesis, stream).streamModeDetails().streamMode()).isEqualTo(StreamMode.ON_DEMAND);
        assertThat(describe(kinesis, stream).shards()).hasSize(4);
    }

    @EachClient
    void findsAStreamByItsArnWithAndWithoutItsName(Kinesis kinesis) {
        var stream = kinesis.newStream(1);
        var arn = describe(kinesis, stream).streamARN();

        assertThat(kinesis.client()
                        .describeStream(request -> request.streamARN(arn))
                        .streamDescription()
                        .streamName())
                .isEqualTo(stream);
        assertThat(kinesis.client()
                        .describeStream(request -> request.streamARN(arn).streamName(stream))
                        .streamDescription()
                        .streamName())
                .isEqualTo(stream);
    }

    @EachClient
    void describesShardsInPages(Kinesis kinesis) {
        var stream = kinesis.newStream(5);
        var ids = new ArrayList<String>();
        boolean more = true;
        while (more) {
            var last = ids.isEmpty() ? null : ids.getLast();
            var page = kinesis.client()
                    .describeStream(
                            request -> request.streamName(stream).limit(2).exclusiveStartShardId(last))
                    .streamDescription();
            assertThat(page.shards()).hasSizeBetween(1, 2);
            page.shards().forEach(shard -> ids.add(shard.shardId()));
            more = page.hasMoreShards();
        }
        assertThat(ids)
                .containsExactlyElementsOf(
                        IntStream.range(0, 5).mapToObj(Kinesis::shardId).toList());
    }

    @EachClient
    void describesAtMostAHundredShardsAtOnce(Kinesis kinesis) {
        var stream = kinesis.newStream(101);

        var first = describe(kinesis, stream);

        assertThat(first.shards()).hasSize(100);
        assertThat(first.hasMoreShards()).isTrue();
        assertThat(kinesis.client()
                        .describeStream(request -> request.streamName(stream).exclusiveStartShardId(shardId(99)))
                        .streamDescription()
                        .shards())
                .extracting(Shard::shardId)
                .containsExactly(shardId(100));
    }

    @EachClient
    void listsStreamsInOrder(Kinesis kinesis) {
        var prefix = uniqueName();
        var names = Stream.of("-a", "-b", "-c").map(prefix::concat).toList();
        names.reversed()
                .forEach(name -> kinesis.client()
                        .createStream(request -> request.streamName(name).shardCount(1)));

        var page = kinesis.client()
                .listStreams(request -> request.exclusiveStartStreamName(prefix).limit(2));

        assertThat(page.streamNames()).containsExactlyElementsOf(names.subList(0, 2));
        assertThat(page.streamSummaries())
                .extracting(StreamSummary::streamName)
                .containsExactlyElementsOf(names.subList(0, 2));
        assertThat(page.streamSummaries()).allSatisfy(summary -> {
            assertThat(summary.streamARN()).endsWith(":stream/" + summary.streamName());
            assertThat(summary.streamStatus()).isIn(StreamStatus.CREATING, StreamStatus.ACTIVE);
            assertThat(summary.streamModeDetails().streamMode()).isEqualTo(StreamMode.PROVISIONED);
            assertThat(summary.streamCreationTimestamp()).isCloseTo(Instant.now(), within(1, ChronoUnit.MINUTES));
        });
    }

    @EachClient
    void leadsAListerThroughAllPages(Kinesis kinesis) {
        var names = List.of(kinesis.newStream(1), kinesis.newStream(1), kinesis.newStream(1));

        var listed = kinesis.client().listStreamsPaginator(request -> request.limit(2)).stream()
                .flatMap(page -> page.streamNames().stream())
                .toList();

        assertThat(listed).containsAll(names).isSorted().doesNotHaveDuplicates();
    }

    @EachClient
    void deletesAStreamAndFreesItsName(Kinesis kinesis) {
        var stream = kinesis.newStream(1);
        kinesis.put(stream, "old");

        kinesis.client().deleteStream(request -> request.streamName(stream));
        kinesis.awaitGone(stream);

        assertThatExceptionOfType(ResourceNotFoundException.class)
                .isThrownBy(() -> describe(kinesis, stream))
                .satisfies(refusal -> assertThat(refusal.awsErrorDetails().errorMessage())
                        .isEqualTo("Stream " + stream + " under account " + ACCOUNT + " not found."));
        kinesis.client().createStream(request -> request.streamName(stream).shardCount(1));
        kinesis.awaitActive(stream);
        assertThat(kinesis.read(stream, FIRST).records()).isEmpty();
    }

    @EachClient
    void refusesATakenName(Kinesis kinesis) {
        var stream = kinesis.newStream(1);

        assertThatExceptionOfType(ResourceInUseException.class)
                .isThrownBy(() -> kinesis.client()
                        .createStream(request -> request.streamName(stream).shardCount(1)))
                .satisfies(refusal -> {
                    assertThat(refusal.statusCode()).isEqualTo(400);
                    assertThat(refusal.requestId()).hasSize(36);
                    assertThat(refusal.extendedRequestId()).isNotBlank();
                    assertThat(refusal.awsErrorDetails().errorCode()).isEqualTo("ResourceInUseException");
                    assertThat(refusal.awsErrorDetails().errorMessage())
                            .isEqualTo("Stream " + stream + " under account " + ACCOUNT + " already exists.");
                });
    }

    @EachClient
    void refusesAnIllegalName(Kinesis kinesis) {
        assertThatExceptionOfType(ValidationException.class)
                .isThrownBy(() -> kinesis.client()
                        .createStream(request -> request.streamName("no spaces").shardCount(1)))
                .satisfies(refusal -> assertThat(refusal.awsErrorDetails().errorMessage())
                        .isEqualTo("1 validation error detected: Value 'no spaces' at 'streamName' failed to satisfy"
                                + " constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"));
    }

    @EachClient
    void changesTheRetention(Kinesis kinesis) {
        var stream = kinesis.newStream(1);

        kinesis.client()
                .increaseStreamRetentionPeriod(
                        request -> request.streamName(stream).retentionPeriodHours(8760));
        kinesis.awaitActive(stream);
        assertThat(describe(kinesis, stream).retentionPeriodHours()).isEqualTo(8760);

        kinesis.client()
                .decreaseStreamRetentionPeriod(
                        request -> request.streamName(stream).retentionPeriodHours(24));
        kinesis.awaitActive(stream);
        assertThat(describe(kinesis, stream).retentionPeriodHours()).isEqualTo(24);
    }

    @EachClient
    void refusesARetentionThatGoesTheWrongWay(Kinesis kinesis) {
        var stream = kinesis.newStream(1);

        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> kinesis.client()
                        .decreaseStreamRetentionPeriod(
                                request -> request.streamName(stream).retentionPeriodHours(25)))
                .satisfies(refusal -> assertThat(refusal.awsErrorDetails().errorMessage())
                        .isEqualTo("Requested retention period (25 hours) for stream " + stream
                                + " can not be longer than existing retention period (24 hours)."
                                + " Use IncreaseRetentionPeriod API."));
    }

    private static StreamDescription describe(Kinesis kinesis, String stream) {
        return kinesis.client()
                .describeStream(request -> request.streamName(stream))
                .streamDescription();
    }
}
