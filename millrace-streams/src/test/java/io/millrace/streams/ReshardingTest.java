package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.ShardKey;
import io.millrace.model.InvalidArgumentException;
import io.millrace.model.LimitExceededException;
import io.millrace.model.PutRecordsOutcome;
import io.millrace.model.PutRecordsOutcome.Stored;
import io.millrace.model.ResourceInUseException;
import io.millrace.model.ResourceNotFoundException;
import io.millrace.model.ServiceUnavailableException;
import io.millrace.model.ValidationException;
import io.millrace.streams.Service.Entry;
import io.millrace.streams.limits.ThroughputLimits;
import io.millrace.streams.sequence.SequenceNumber;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kinesis.model.CreateStreamRequest;
import software.amazon.awssdk.services.kinesis.model.DeleteStreamRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.MergeShardsRequest;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardFilter;
import software.amazon.awssdk.services.kinesis.model.ShardFilterType;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.SplitShardRequest;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

class ReshardingTest {
    private static final String HALF = "170141183460469231731687303715884105728";

    @TempDir
    Path directory;

    private Service service;

    @BeforeEach
    void open() {
        service = Service.in(directory);
        service.create("orders", 1);
    }

    @AfterEach
    void close() {
        service.close();
    }

    @Test
    void splitsAShardIntoTwoChildrenThatTakeItsPlace() {
        split("shardId-000000000000", HALF);
        assertThat(service.describe("orders").streamStatus()).isEqualTo(StreamStatus.UPDATING);
        assertThat(service.shards("orders")).hasSize(1);

        service.settle();

        assertThat(service.describe("orders").streamStatus()).isEqualTo(StreamStatus.ACTIVE);
        var shards = service.shards("orders");
        assertThat(shards)
                .extracting(Shard::shardId)
                .containsExactly("shardId-000000000000", "shardId-000000000001", "shardId-000000000002");
        assertThat(shards)
                .extracting(Shard::parentShardId)
                .containsExactly(null, "shardId-000000000000", "shardId-000000000000");
        assertThat(shards).extracting(Shard::adjacentParentShardId).containsOnlyNulls();
        assertThat(shards.get(1).hashKeyRange().startingHashKey()).isEqualTo("0");
        assertThat(shards.get(1).hashKeyRange().endingHashKey())
                .isEqualTo(new BigInteger(HALF).subtract(BigInteger.ONE).toString());
        assertThat(shards.get(2).hashKeyRange().startingHashKey()).isEqualTo(HALF);
        assertThat(shards.get(2).hashKeyRange().endingHashKey()).isEqualTo("340282366920938463463374607431768211455");
    }

    @Test
    void mergesTwoShardsIntoOneChildOfBoth() {
        splitAndSettle("shardId-000000000000", HALF);

        merge("shardId-000000000001", "shardId-000000000002");
        service.settle();

        var child = service.shards("orders").getLast();
        assertThat(child.shardId()).isEqualTo("shardId-000000000003");
        assertThat(child.parentShardId()).isEqualTo("shardId-000000000001");
        assertThat(child.adjacentParentShardId()).isEqualTo("shardId-000000000002");
        assertThat(child.hashKeyRange().startingHashKey()).isEqualTo("0");
        assertThat(child.hashKeyRange().endingHashKey()).isEqualTo("340282366920938463463374607431768211455");
    }

    @Test
    void numbersTheEndOfAParentAndTheStartOfItsChildrenAsAwsDoes() {
        service.put("orders", "key", "data");
        splitAndSettle("shardId-000000000000", HALF);
        merge("shardId-000000000001", "shardId-000000000002");
        service.settle();

        var shards = service.shards("orders");
        var parent = ending(shards.get(0));
        assertThat(parent.counter()).isEqualTo(SequenceNumber.END_COUNTER);
        assertThat(parent.shardCreationSecond())
                .isEqualTo(starting(shards.get(0)).shardCreationSecond());
        for (var child : shards.subList(1, 3)) {
            assertThat(starting(child).shardCreationSecond()).isEqualTo(parent.recordSecond() + 1);
            assertThat(starting(child).recordSecond()).isEqualTo(parent.recordSecond() + 1);
            assertThat(starting(child).counter()).isZero();
            assertThat(ending(child).recordSecond())
                    .isEqualTo(ending(shards.get(1)).recordSecond())
                    .isGreaterThanOrEqualTo(starting(child).recordSecond());
        }
        assertThat(shards.get(3).sequenceNumberRange().endingSequenceNumber()).isNull();
    }

    @Test
    void neverGivesARecordANumberFromTheFuture() {
        var parent = "shardId-000000000000";
        for (int i = 0; i < 5; i++) {
            splitAndSettle(parent, new BigInteger(HALF).shiftRight(i).toString());
            var stored = service.put("orders", List.of(new Entry("key", "1", "data")));
            var record = (Stored) stored.records().getFirst();
            parent = record.shardId();
            var number = SequenceNumber.parse(record.sequenceNumber()).orElseThrow();
            long now = service.clock.millis() / 1_000;
            assertThat(number.recordSecond()).isBetween(now - 3, now);
            assertThat(number.shardCreationSecond()).isLessThanOrEqualTo(number.recordSecond());
        }
    }

    @Test
    void neverNumbersARecordAheadOfItsArrivalEvenAtTheTurnOfASecond() {
        service.clock.advance(Duration.ofMillis(749));
        assertThat(service.clock.millis() % 1_000).isEqualTo(999);
        splitAndSettle("shardId-000000000000", HALF);

        var number = SequenceNumber.parse(service.put("orders", "key", "data").sequenceNumber());

        assertThat(number.orElseThrow().recordSecond()).isEqualTo(service.clock.millis() / 1_000);
    }

    @Test
    void sendsAReaderOfAMomentToTheShardThatHoldsItsRecords() {
        service.put("orders", "key", "last");
        var moment = service.clock.instant();
        splitAndSettle("shardId-000000000000", HALF);
        service.put("orders", "key", "first");

        var cover = service.streams
                .listShards(
                        Service.CALLER,
                        ListShardsRequest.builder()
                                .streamName("orders")
                                .shardFilter(ShardFilter.builder()
                                        .type(ShardFilterType.AT_TIMESTAMP)
                                        .timestamp(moment)
                                        .build())
                                .build())
                .shards();

        assertThat(cover).extracting(Shard::shardId).containsExactly("shardId-000000000000");
    }

    @Test
    void goesOnWhenTheClockWasSetBack() {
        service.clock.advance(Duration.ofDays(-3));

        splitAndSettle("shardId-000000000000", HALF);

        assertThat(service.describe("orders").streamStatus()).isEqualTo(StreamStatus.ACTIVE);
        service.put("orders", "key", "data");
    }

    @Test
    void sendsRecordsToTheParentUntilTheChildrenAreThere() {
        split("shardId-000000000000", HALF);
        assertThat(service.put("orders", "key", "before").shardId()).isEqualTo("shardId-000000000000");

        service.settle();

        var stored = service.put("orders", List.of(new Entry("a", "0", "left"), new Entry("b", HALF, "right")));
        assertThat(shardIds(stored)).containsExactly("shardId-000000000001", "shardId-000000000002");
        assertThat(service.contents("orders", "shardId-000000000000")).containsExactly("before");
    }

    @Test
    void routesAnewWhatMetASealedShardAndLosesNothing() {
        splitAndSettle("shardId-000000000000", HALF);
        service.log.hold();
        var calls = new ArrayList<CompletionStage<PutRecordsOutcome>>();
        for (int i = 0; i < 20; i++) {
            var entries = List.of(new Entry("a", "0", "left-" + i), new Entry("b", HALF, "right-" + i));
            calls.add(service.streams.putRecords(Service.CALLER, Service.batch("orders", entries), Runnable::run));
        }
        merge("shardId-000000000001", "shardId-000000000002");
        service.settle();
        service.log.release();

        for (var call : calls) {
            assertThat(shardIds(Service.await(call))).containsExactly("shardId-000000000003", "shardId-000000000003");
        }
        var expected = new ArrayList<String>();
        for (int i = 0; i < 20; i++) {
            expected.addAll(List.of("left-" + i, "right-" + i));
        }
        assertThat(service.contents("orders", "shardId-000000000003")).isEqualTo(expected);
        assertThat(service.contents("orders", "shardId-000000000001")).isEmpty();
    }

    @Test
    void parksPutsBetweenTheSealAndTheChildrenAndKeepsTheirOrder() {
        split("shardId-000000000000", HALF);
        // As if the server were between sealing the parent and showing the children.
        service.log.seal(new ShardKey(0));
        var calls = new ArrayList<CompletionStage<PutRecordsOutcome>>();
        for (int i = 0; i < 20; i++) {
            var entries = List.of(new Entry("a", "0", "record-" + i));
            calls.add(service.streams.putRecords(Service.CALLER, Service.batch("orders", entries), Runnable::run));
        }
        assertThat(calls).noneMatch(call -> call.toCompletableFuture().isDone());

        service.settle();

        calls.forEach(Service::await);
        var expected = new ArrayList<String>();
        for (int i = 0; i < 20; i++) {
            expected.add("record-" + i);
        }
        assertThat(service.contents("orders", "shardId-000000000001")).isEqualTo(expected);
    }

    @Test
    void parkedPutsOfADeletedStreamHearThatItIsGone() {
        split("shardId-000000000000", HALF);
        service.log.seal(new ShardKey(0));
        var call = service.streams.putRecords(
                Service.CALLER, Service.batch("orders", List.of(new Entry("a", null, "data"))), Runnable::run);

        service.streams.deleteStream(
                Service.CALLER,
                DeleteStreamRequest.builder().streamName("orders").build());

        assertThatThrownBy(() -> Service.await(call)).isInstanceOf(ResourceNotFoundException.class);
        service.settle();
        assertThat(service.log.shardCount()).isZero();
    }

    @Test
    void aPutThatMeetsASealedShardOfADeletedStreamHearsThatItIsGone() {
        split("shardId-000000000000", HALF);
        service.log.hold();
        var call = service.streams.putRecords(
                Service.CALLER, Service.batch("orders", List.of(new Entry("a", null, "data"))), Runnable::run);
        service.log.seal(new ShardKey(0));
        service.streams.deleteStream(
                Service.CALLER,
                DeleteStreamRequest.builder().streamName("orders").build());

        // Only now does the put learn that its shard is sealed; nothing will ever be shown of this stream again.
        service.log.release();

        assertThat(call).isCompletedExceptionally();
        assertThatThrownBy(() -> Service.await(call)).isInstanceOf(ResourceNotFoundException.class);
    }

    @Test
    void refusesParkedPutsWhenTheReshardFails() {
        split("shardId-000000000000", HALF);
        service.log.seal(new ShardKey(0));
        var call = service.streams.putRecords(
                Service.CALLER, Service.batch("orders", List.of(new Entry("a", null, "data"))), Runnable::run);
        service.log.delete(new ShardKey(0));

        service.streams.reconcile();

        assertThatThrownBy(() -> Service.await(call)).isInstanceOf(ServiceUnavailableException.class);
    }

    @Test
    void refusesASplitInAwsOrderAndWords() {
        refused(
                () -> split("nonsense", "1"),
                ResourceNotFoundException.class,
                "Could not find shard nonsense in stream orders under account 000000000000.");
        refused(
                () -> split("elsewhere", "shardId-0", HALF),
                ResourceNotFoundException.class,
                "Stream elsewhere under account 000000000000 not found.");
        refused(
                () -> split("elsewhere", "nonsense", HALF),
                ResourceNotFoundException.class,
                "Could not find shard nonsense in stream elsewhere under account 000000000000.");
        refused(
                () -> split("shardId-9", HALF),
                ResourceNotFoundException.class,
                "Could not find shard shardId-000000000009 in stream orders under account 000000000000.");
        refused(
                () -> split("shardId-0", "1"),
                InvalidArgumentException.class,
                "NewStartingHashKey 1 used in SplitShard() on shard shardId-000000000000 in stream orders under account"
                        + " 000000000000 is not both greater than one plus the shard's StartingHashKey 0 and less than"
                        + " the shard's EndingHashKey 340282366920938463463374607431768211455.");
        var end = "340282366920938463463374607431768211455";
        refused(() -> split("shardId-0", end), InvalidArgumentException.class, null);
        refused(() -> split("shardId-0", "9".repeat(39)), InvalidArgumentException.class, null);
        splitAndSettle("shardId-0", "2");
        assertThat(service.shards("orders").get(1).hashKeyRange().endingHashKey())
                .isEqualTo("1");
        refused(
                () -> split("shardId-0", HALF),
                InvalidArgumentException.class,
                "Shard shardId-000000000000 in stream orders under account 000000000000 has already been merged or"
                        + " split, and thus is not eligible for merging or splitting.");
        split("shardId-2", HALF);
        refused(
                () -> split("shardId-2", HALF),
                ResourceInUseException.class,
                "Stream orders under account 000000000000 not ACTIVE, instead in state UPDATING");
    }

    @Test
    void refusesAMergeInAwsOrderAndWords() {
        splitAndSettle("shardId-0", HALF);
        refused(
                () -> merge("x", "y"),
                ResourceNotFoundException.class,
                "Could not find shard x in stream orders under account 000000000000.");
        refused(
                () -> merge("shardId-1", "y"),
                ResourceNotFoundException.class,
                "Could not find shard y in stream orders under account 000000000000.");
        refused(
                () -> merge("shardId-1", "shardId-7"),
                ResourceNotFoundException.class,
                "Could not find shard shardId-000000000007 in stream orders under account 000000000000.");
        refused(
                () -> merge("shardId-0", "shardId-1"),
                InvalidArgumentException.class,
                "Shard shardId-000000000000 in stream orders under account 000000000000 has already been merged or"
                        + " split, and thus is not eligible for merging or splitting.");
        refused(
                () -> merge("shardId-2", "shardId-1"),
                InvalidArgumentException.class,
                "Shards shardId-000000000002 and shardId-000000000001 in stream orders under account 000000000000 are"
                        + " not an adjacent pair of shards eligible for merging");
        refused(() -> merge("shardId-1", "shardId-1"), InvalidArgumentException.class, null);
    }

    @Test
    void leavesOnDemandStreamsAlone() {
        service.streams.createStream(
                Service.CALLER, CreateStreamRequest.builder().streamName("tide").build());
        service.settle();

        refused(
                () -> split("tide", "shardId-0", "5"),
                ValidationException.class,
                "Request is invalid. Stream tide under account 000000000000 is in On-Demand mode.");
        refused(
                () -> service.streams.mergeShards(
                        Service.CALLER,
                        MergeShardsRequest.builder()
                                .streamName("tide")
                                .shardToMerge("shardId-0")
                                .adjacentShardToMerge("shardId-1")
                                .build()),
                ValidationException.class,
                "Request is invalid. Stream tide under account 000000000000 is in On-Demand mode.");
    }

    @Test
    void keepsToTheShardQuota(@TempDir Path elsewhere) {
        try (var small = Service.in(
                elsewhere, new StreamsConfig(Duration.ZERO, Duration.ofSeconds(1), 2, 1, ThroughputLimits.OFF))) {
            small.create("orders", 2);

            assertThatThrownBy(() -> small.streams.splitShard(Service.CALLER, splitting("orders", "shardId-0", "5")))
                    .isInstanceOf(LimitExceededException.class)
                    .hasMessage("This request would exceed the shard limit for the account 000000000000 in us-east-1."
                            + " Current shard count for the account: 2. Limit: 2. Number of additional shards that"
                            + " would have resulted from this request: 1. Refer to the AWS Service Limits page"
                            + " (http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for current"
                            + " limits and how to request higher limits.");
        }
    }

    @Test
    void readersOfAParentAreSentToItsChildren() {
        service.put("orders", "key", "data");
        splitAndSettle("shardId-000000000000", HALF);

        var page = service.read(service.iterator("orders", "shardId-0", ShardIteratorType.TRIM_HORIZON));

        assertThat(page.nextShardIterator()).isNull();
        assertThat(page.records()).hasSize(1);
        assertThat(page.childShards())
                .extracting(child -> child.shardId())
                .containsExactly("shardId-000000000001", "shardId-000000000002");
        assertThat(page.childShards())
                .allSatisfy(child -> assertThat(child.parentShards()).containsExactly("shardId-000000000000"));
        merge("shardId-1", "shardId-2");
        service.settle();
        var second = service.read(service.iterator("orders", "shardId-2", ShardIteratorType.LATEST));
        assertThat(second.childShards().getFirst().parentShards())
                .containsExactly("shardId-000000000001", "shardId-000000000002");
    }

    private static void refused(ThrowingCallable call, Class<? extends Throwable> type, String message) {
        var refusal = assertThatThrownBy(call).isInstanceOf(type);
        if (message != null) {
            refusal.hasMessage(message);
        }
    }

    private void splitAndSettle(String shard, String key) {
        split(shard, key);
        service.settle();
    }

    private void split(String shard, String key) {
        split("orders", shard, key);
    }

    private void split(String stream, String shard, String key) {
        service.streams.splitShard(Service.CALLER, splitting(stream, shard, key));
    }

    private static SplitShardRequest splitting(String stream, String shard, String key) {
        return SplitShardRequest.builder()
                .streamName(stream)
                .shardToSplit(shard)
                .newStartingHashKey(key)
                .build();
    }

    private void merge(String shard, String adjacent) {
        service.streams.mergeShards(
                Service.CALLER,
                MergeShardsRequest.builder()
                        .streamName("orders")
                        .shardToMerge(shard)
                        .adjacentShardToMerge(adjacent)
                        .build());
    }

    private static List<String> shardIds(PutRecordsOutcome outcome) {
        return outcome.records().stream()
                .map(record -> ((Stored) record).shardId())
                .toList();
    }

    private static SequenceNumber starting(Shard shard) {
        return SequenceNumber.parse(shard.sequenceNumberRange().startingSequenceNumber())
                .orElseThrow();
    }

    private static SequenceNumber ending(Shard shard) {
        return SequenceNumber.parse(shard.sequenceNumberRange().endingSequenceNumber())
                .orElseThrow();
    }
}
