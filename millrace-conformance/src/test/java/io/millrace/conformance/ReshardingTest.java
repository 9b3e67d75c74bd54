package io.millrace.conformance;

import static io.millrace.conformance.Kinesis.FIRST;
import static io.millrace.conformance.Kinesis.SECOND;
import static io.millrace.conformance.Kinesis.THIRD;
import static io.millrace.conformance.Kinesis.shardId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.kinesis.model.ChildShard;
import software.amazon.awssdk.services.kinesis.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardFilter;
import software.amazon.awssdk.services.kinesis.model.ShardFilterType;
import software.amazon.awssdk.services.kinesis.model.ValidationException;

class ReshardingTest {
    private static final BigInteger MIDDLE = BigInteger.TWO.pow(127);
    private static final BigInteger LAST = BigInteger.TWO.pow(128).subtract(BigInteger.ONE);

    @EachClient
    void splitsAShardInTwo(Kinesis kinesis) {
        var stream = newSplitStream(kinesis);

        var shards = kinesis.shards(stream);

        assertThat(shards).extracting(Shard::shardId).containsExactly(FIRST, SECOND, THIRD);
        var parent = shards.get(0);
        assertThat(parent.sequenceNumberRange().endingSequenceNumber()).isNotNull();
        assertThat(new BigInteger(parent.sequenceNumberRange().endingSequenceNumber()))
                .isGreaterThan(new BigInteger(parent.sequenceNumberRange().startingSequenceNumber()));
        assertRange(shards.get(1), BigInteger.ZERO, MIDDLE.subtract(BigInteger.ONE));
        assertRange(shards.get(2), MIDDLE, LAST);
        assertThat(shards.subList(1, 3)).allSatisfy(child -> {
            assertThat(child.parentShardId()).isEqualTo(FIRST);
            assertThat(child.adjacentParentShardId()).isNull();
            assertThat(child.sequenceNumberRange().endingSequenceNumber()).isNull();
        });
    }

    @EachClient
    void mergesTwoNeighbours(Kinesis kinesis) {
        var stream = newMergedStream(kinesis);

        var shards = kinesis.shards(stream);

        assertThat(shards).extracting(Shard::shardId).containsExactly(FIRST, SECOND, THIRD);
        assertThat(shards.subList(0, 2))
                .allSatisfy(parent -> assertThat(parent.sequenceNumberRange().endingSequenceNumber())
                        .isNotNull());
        var child = shards.get(2);
        assertThat(child.parentShardId()).isEqualTo(FIRST);
        assertThat(child.adjacentParentShardId()).isEqualTo(SECOND);
        assertRange(child, BigInteger.ZERO, LAST);
    }

    @EachClient
    void splitsTheFirstShardAtTheSmallestLegalKey(Kinesis kinesis) {
        var stream = kinesis.newStream(1);

        split(kinesis, stream, FIRST, BigInteger.TWO);

        assertRange(kinesis.shards(stream).get(1), BigInteger.ZERO, BigInteger.ONE);
        assertRange(kinesis.shards(stream).get(2), BigInteger.TWO, LAST);
    }

    @EachClient
    void refusesASplitKeyAtTheEdgeOfTheShard(Kinesis kinesis) {
        var stream = kinesis.newStream(1);

        for (var key : List.of(BigInteger.ZERO, BigInteger.ONE, LAST)) {
            assertThatExceptionOfType(InvalidArgumentException.class)
                    .isThrownBy(() -> split(kinesis, stream, FIRST, key))
                    .satisfies(refusal -> assertThat(refusal.awsErrorDetails().errorMessage())
                            .isEqualTo("NewStartingHashKey " + key + " used in SplitShard() on shard " + FIRST
                                    + " in stream " + stream
                                    + " under account 000000000000 is not both greater than one"
                                    + " plus the shard's StartingHashKey 0 and less than the shard's EndingHashKey "
                                    + LAST + "."));
        }
    }

    @EachClient
    void refusesToSplitAClosedShard(Kinesis kinesis) {
        var stream = newSplitStream(kinesis);

        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> split(kinesis, stream, FIRST, MIDDLE))
                .satisfies(refusal -> assertThat(refusal.awsErrorDetails().errorMessage())
                        .isEqualTo("Shard " + FIRST + " in stream " + stream + " under account 000000000000 has already"
                                + " been merged or split, and thus is not eligible for merging or splitting."));
    }

    @EachClient
    void refusesToSplitAnUnknownShard(Kinesis kinesis) {
        var stream = kinesis.newStream(1);

        assertThatExceptionOfType(ResourceNotFoundException.class)
                .isThrownBy(() -> split(kinesis, stream, SECOND, MIDDLE))
                .satisfies(refusal -> assertThat(refusal.awsErrorDetails().errorMessage())
                        .isEqualTo("Could not find shard " + SECOND + " in stream " + stream
                                + " under account 000000000000."));
    }

    @EachClient
    void refusesToMergeNeighboursInInvertedOrder(Kinesis kinesis) {
        var stream = kinesis.newStream(2);

        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> merge(kinesis, stream, SECOND, FIRST))
                .satisfies(refusal -> assertThat(refusal.awsErrorDetails().errorMessage())
                        .isEqualTo("Shards " + SECOND + " and " + FIRST + " in stream " + stream
                                + " under account 000000000000 are not an adjacent pair of shards eligible for"
                                + " merging"));
    }

    @EachClient
    void leavesAnOnDemandStreamToItself(Kinesis kinesis) {
        var stream = kinesis.newStream(_ -> {});

        assertThatExceptionOfType(ValidationException.class)
                .isThrownBy(() -> split(kinesis, stream, FIRST, BigInteger.TEN))
                .satisfies(refusal -> assertThat(refusal.awsErrorDetails().errorMessage())
                        .isEqualTo("Request is invalid. Stream " + stream
                                + " under account 000000000000 is in On-Demand mode."));
    }

    @EachClient
    void readsASplitShardToItsEndAndOnInItsChildren(Kinesis kinesis) {
        var stream = kinesis.newStream(1);
        kinesis.put(stream, "before");
        split(kinesis, stream, FIRST, MIDDLE);
        var sentToParent = new ArrayList<>(List.of("before"));
        putUntilIn(kinesis, SECOND, stream, sentToParent);

        var parent = kinesis.read(stream, FIRST);

        assertThat(parent.texts()).containsExactlyElementsOf(sentToParent);
        assertThat(parent.next()).isEmpty();
        assertThat(parent.children()).extracting(ChildShard::shardId).containsExactly(SECOND, THIRD);
        assertThat(parent.children())
                .allSatisfy(child -> assertThat(child.parentShards()).containsExactly(FIRST));
        assertThat(parent.children().get(0).hashKeyRange().endingHashKey())
                .isEqualTo(MIDDLE.subtract(BigInteger.ONE).toString());
        assertThat(parent.children().get(1).hashKeyRange().startingHashKey()).isEqualTo(MIDDLE.toString());
        assertThat(kinesis.read(stream, SECOND).texts()).containsExactly("after");
        assertThat(kinesis.read(stream, SECOND).children()).isEmpty();
    }

    @EachClient
    void namesBothParentsOfAMergedShard(Kinesis kinesis) {
        var stream = newMergedStream(kinesis);

        for (var parent : List.of(FIRST, SECOND)) {
            var end = kinesis.read(kinesis.iterator(stream, parent, Kinesis::latest));
            assertThat(end.next()).isEmpty();
            assertThat(end.children()).singleElement().satisfies(child -> {
                assertThat(child.shardId()).isEqualTo(THIRD);
                assertThat(child.parentShards()).containsExactlyInAnyOrder(FIRST, SECOND);
            });
        }
    }

    @EachClient
    void iteratorsOfBeforeASplitFindTheEnd(Kinesis kinesis) {
        var stream = kinesis.newStream(1);
        var before = kinesis.iterator(stream, FIRST, Kinesis::trimHorizon);
        kinesis.put(stream, "x");
        split(kinesis, stream, FIRST, MIDDLE);

        var reading = kinesis.read(before);

        assertThat(reading.texts()).containsExactly("x");
        assertThat(reading.next()).isEmpty();
        assertThat(reading.children()).hasSize(2);
    }

    @EachClient
    void listsWhatEachFilterAsksFor(Kinesis kinesis) {
        var stream = newSplitStream(kinesis);
        var creation = kinesis.client()
                .describeStreamSummary(request -> request.streamName(stream))
                .streamDescriptionSummary()
                .streamCreationTimestamp();
        var later = Instant.now().plus(Duration.ofHours(1));
        var earlier = creation.minus(Duration.ofDays(400));

        assertThat(listed(kinesis, stream, ShardFilterType.FROM_TRIM_HORIZON, _ -> {}))
                .containsExactly(FIRST, SECOND, THIRD);
        assertThat(listed(kinesis, stream, ShardFilterType.AT_TRIM_HORIZON, _ -> {}))
                .containsExactly(FIRST);
        assertThat(listed(kinesis, stream, ShardFilterType.AT_LATEST, _ -> {})).containsExactly(SECOND, THIRD);
        assertThat(listed(kinesis, stream, ShardFilterType.AFTER_SHARD_ID, filter -> filter.shardId(SECOND)))
                .containsExactly(THIRD);
        assertThat(listed(kinesis, stream, ShardFilterType.AT_TIMESTAMP, filter -> filter.timestamp(creation)))
                .containsExactly(FIRST);
        assertThat(listed(kinesis, stream, ShardFilterType.AT_TIMESTAMP, filter -> filter.timestamp(earlier)))
                .containsExactly(FIRST);
        assertThat(listed(kinesis, stream, ShardFilterType.AT_TIMESTAMP, filter -> filter.timestamp(later)))
                .containsExactly(SECOND, THIRD);
        assertThat(listed(kinesis, stream, ShardFilterType.FROM_TIMESTAMP, filter -> filter.timestamp(creation)))
                .containsExactly(FIRST, SECOND, THIRD);
        assertThat(listed(kinesis, stream, ShardFilterType.FROM_TIMESTAMP, filter -> filter.timestamp(later)))
                .containsExactly(SECOND, THIRD);
    }

    @EachClient
    void everyInstantIsCoveredByOneWholeSetOfShards(Kinesis kinesis) {
        var stream = newSplitStream(kinesis);
        var start = Instant.now().minusSeconds(5);

        for (int step = 0; step < 20; step++) {
            var instant = start.plusMillis(step * 500L);
            var cover = kinesis.client()
                    .listShards(request -> request.streamName(stream)
                            .shardFilter(filter ->
                                    filter.type(ShardFilterType.AT_TIMESTAMP).timestamp(instant)))
                    .shards();
            var next = BigInteger.ZERO;
            for (var shard : cover.stream()
                    .sorted(Comparator.comparing(
                            shard -> new BigInteger(shard.hashKeyRange().startingHashKey())))
                    .toList()) {
                assertThat(shard.hashKeyRange().startingHashKey()).isEqualTo(next.toString());
                next = new BigInteger(shard.hashKeyRange().endingHashKey()).add(BigInteger.ONE);
            }
            assertThat(next).isEqualTo(LAST.add(BigInteger.ONE));
        }
    }

    @EachClient
    void listsShardsInPagesWhoseTokensCarryTheFilter(Kinesis kinesis) {
        var stream = newSplitStream(kinesis);
        var ids = new ArrayList<String>();

        var page = kinesis.client()
                .listShards(request -> request.streamName(stream)
                        .maxResults(1)
                        .shardFilter(filter -> filter.type(ShardFilterType.AT_LATEST)));
        page.shards().forEach(shard -> ids.add(shard.shardId()));
        assertThat(page.nextToken()).isNotNull();
        var token = page.nextToken();
        page = kinesis.client().listShards(request -> request.nextToken(token).maxResults(1));
        page.shards().forEach(shard -> ids.add(shard.shardId()));

        assertThat(page.nextToken()).isNull();
        assertThat(ids).containsExactly(SECOND, THIRD);
    }

    @EachClient
    void listsAThousandShardsAtOnce(Kinesis kinesis) {
        var stream = kinesis.newStream(1001);

        var first = kinesis.client().listShards(request -> request.streamName(stream));
        var rest = kinesis.client().listShards(request -> request.nextToken(first.nextToken()));

        assertThat(first.shards())
                .extracting(Shard::shardId)
                .containsExactlyElementsOf(
                        IntStream.range(0, 1000).mapToObj(Kinesis::shardId).toList());
        assertThat(rest.shards()).extracting(Shard::shardId).containsExactly(shardId(1000));
        assertThat(rest.nextToken()).isNull();
    }

    @EachClient
    void startsListingAfterAShard(Kinesis kinesis) {
        var stream = kinesis.newStream(3);

        assertThat(kinesis.client()
                        .listShards(request -> request.streamName(stream).exclusiveStartShardId(FIRST))
                        .shards())
                .extracting(Shard::shardId)
                .containsExactly(SECOND, THIRD);
    }

    @EachClient
    void takesATokenAlone(Kinesis kinesis) {
        var stream = kinesis.newStream(2);
        var token = kinesis.client()
                .listShards(request -> request.streamName(stream).maxResults(1))
                .nextToken();

        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> kinesis.client()
                        .listShards(request -> request.streamName(stream).nextToken(token)))
                .satisfies(refusal -> assertThat(refusal.awsErrorDetails().errorMessage())
                        .isEqualTo("NextToken and StreamName cannot be provided together."));
    }

    private static String newSplitStream(Kinesis kinesis) {
        var stream = kinesis.newStream(1);
        split(kinesis, stream, FIRST, MIDDLE);
        return stream;
    }

    private static String newMergedStream(Kinesis kinesis) {
        var stream = kinesis.newStream(2);
        merge(kinesis, stream, FIRST, SECOND);
        return stream;
    }

    private static void split(Kinesis kinesis, String stream, String shard, BigInteger key) {
        kinesis.client()
                .splitShard(request ->
                        request.streamName(stream).shardToSplit(shard).newStartingHashKey(key.toString()));
        kinesis.awaitActive(stream);
    }

    private static void merge(Kinesis kinesis, String stream, String shard, String adjacent) {
        kinesis.client()
                .mergeShards(request ->
                        request.streamName(stream).shardToMerge(shard).adjacentShardToMerge(adjacent));
        kinesis.awaitActive(stream);
    }

    /** A moment after a split records may still go to the parent; each put says where it went. */
    private static void putUntilIn(Kinesis kinesis, String child, String stream, List<String> sentToParent) {
        var deadline = Instant.now().plusSeconds(30);
        while (!kinesis.put(stream, "after").shardId().equals(child)) {
            sentToParent.add("after");
            assertThat(Instant.now()).isBefore(deadline);
        }
    }

    private static List<String> listed(
            Kinesis kinesis, String stream, ShardFilterType type, Consumer<ShardFilter.Builder> more) {
        return kinesis
                .client()
                .listShards(request -> request.streamName(stream).shardFilter(filter -> {
                    filter.type(type);
                    more.accept(filter);
                }))
                .shards()
                .stream()
                .map(Shard::shardId)
                .toList();
    }

    private static void assertRange(Shard shard, BigInteger start, BigInteger end) {
        assertThat(shard.hashKeyRange().startingHashKey()).isEqualTo(start.toString());
        assertThat(shard.hashKeyRange().endingHashKey()).isEqualTo(end.toString());
    }
}
