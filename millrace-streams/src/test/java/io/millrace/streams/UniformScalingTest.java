package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.InvalidArgumentException;
import io.millrace.model.LimitExceededException;
import io.millrace.model.ResourceInUseException;
import io.millrace.model.ResourceNotFoundException;
import io.millrace.model.ValidationException;
import io.millrace.streams.limits.ThroughputLimits;
import io.millrace.streams.sequence.SequenceNumber;
import io.millrace.testkit.Seeds;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kinesis.model.CreateStreamRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ScalingType;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardFilter;
import software.amazon.awssdk.services.kinesis.model.ShardFilterType;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;
import software.amazon.awssdk.services.kinesis.model.UpdateShardCountRequest;
import software.amazon.awssdk.services.kinesis.model.UpdateShardCountResponse;

class UniformScalingTest {
    @TempDir
    Path directory;

    private Service service;

    private void open(StreamsConfig config) {
        service = Service.in(directory, config);
    }

    @AfterEach
    void close() {
        service.close();
    }

    @Test
    void doublesAStreamAndShowsTheParents() {
        open(Service.CONFIG);
        service.create("orders", 2);

        var response = scale("orders", 4);

        assertThat(response.streamName()).isEqualTo("orders");
        assertThat(response.streamARN()).isEqualTo("arn:aws:kinesis:us-east-1:000000000000:stream/orders");
        assertThat(response.currentShardCount()).isEqualTo(2);
        assertThat(response.targetShardCount()).isEqualTo(4);
        assertThat(service.describe("orders").streamStatus()).isEqualTo(StreamStatus.UPDATING);
        assertThat(service.shards("orders")).hasSize(2);

        service.settle();

        assertThat(service.describe("orders").streamStatus()).isEqualTo(StreamStatus.ACTIVE);
        assertThat(service.shards("orders"))
                .extracting(Shard::parentShardId)
                .containsExactly(
                        null,
                        null,
                        "shardId-000000000000",
                        "shardId-000000000000",
                        "shardId-000000000001",
                        "shardId-000000000001");
        assertThat(openShards("orders")).isEqualTo(4);
    }

    @Test
    void listsTheShardsInBetweenAsClosedOnes() {
        open(Service.CONFIG);
        service.create("orders", 4);

        scale("orders", 5);
        service.settle();

        assertThat(service.shards("orders")).hasSize(15);
        assertThat(service.shards("orders").subList(0, 10))
                .allSatisfy(shard -> assertThat(shard.sequenceNumberRange().endingSequenceNumber() != null)
                        .isEqualTo(!shard.shardId().equals("shardId-000000000010")));
        assertThat(service.shards("orders").getLast().adjacentParentShardId()).isEqualTo("shardId-000000000009");
        assertThat(openShards("orders")).isEqualTo(5);
    }

    @Test
    void keepsTheRulesOfTimeInEachGeneration() {
        open(Service.CONFIG);
        service.create("orders", 3);
        scale("orders", 17);
        service.settle();
        scale("orders", 2);
        service.settle();

        var shards = service.shards("orders");
        for (var shard : shards) {
            for (var parent : parentsOf(shard, shards)) {
                var ending = SequenceNumber.parse(parent.sequenceNumberRange().endingSequenceNumber())
                        .orElseThrow();
                var starting = SequenceNumber.parse(shard.sequenceNumberRange().startingSequenceNumber())
                        .orElseThrow();
                assertThat(starting.shardCreationSecond()).isEqualTo(ending.recordSecond() + 1);
                assertThat(ending.recordSecond()).isGreaterThanOrEqualTo(ending.shardCreationSecond());
            }
        }
        assertThat(shards)
                .allSatisfy(shard -> assertThat(
                                SequenceNumber.parse(shard.sequenceNumberRange().startingSequenceNumber())
                                        .orElseThrow()
                                        .shardCreationSecond())
                        .isLessThanOrEqualTo(service.clock.millis() / 1_000));
    }

    @Test
    void hasOneCoverAtEachMoment() {
        open(Service.CONFIG);
        service.create("orders", 2);
        var moments = new ArrayList<Instant>();
        for (int target : new int[] {7, 3, 16, 1}) {
            scale("orders", target);
            for (var wait = service.streams.reconcile();
                    wait.compareTo(Duration.ofDays(1)) < 0;
                    wait = service.streams.reconcile()) {
                assertOneCover(ShardFilterType.AT_LATEST, null);
                moments.add(service.clock.instant());
                service.clock.advance(wait.dividedBy(2).plusMillis(1));
                moments.add(service.clock.instant());
            }
        }

        moments.forEach(moment -> assertOneCover(ShardFilterType.AT_TIMESTAMP, moment));
        assertOneCover(ShardFilterType.AT_TRIM_HORIZON, null);
    }

    @Test
    void keepsAKeysRecordsInOrderThroughAllGenerations() {
        open(Service.CONFIG);
        Seeds.forEach(10, random -> {
            try (var scaled = Service.in(Files.createTempDirectory(directory, "seed"))) {
                scaled.create("orders", random.nextInt(1, 6));
                int[] puts = new int[8];
                for (int round = 0; round < 6; round++) {
                    scaled.streams.updateShardCount(Service.CALLER, scaling("orders", random.nextInt(1, 12)));
                    for (var wait = scaled.streams.reconcile();
                            wait.compareTo(Duration.ofDays(1)) < 0;
                            wait = scaled.streams.reconcile()) {
                        int key = random.nextInt(puts.length);
                        scaled.put("orders", "key-" + key, key + "/" + puts[key]++);
                        scaled.clock.advance(wait.plusMillis(random.nextInt(50)));
                    }
                }
                var read = readInOrder(scaled);
                for (int key = 0; key < puts.length; key++) {
                    var prefix = key + "/";
                    var ofKey = read.stream()
                            .filter(record -> record.startsWith(prefix))
                            .toList();
                    var expected = new ArrayList<String>();
                    for (int i = 0; i < puts[key]; i++) {
                        expected.add(prefix + i);
                    }
                    assertThat(ofKey).isEqualTo(expected);
                }
            }
        });
    }

    /** Parents come before their children in the order of indexes, as a reader must read them. */
    private static List<String> readInOrder(Service service) {
        return service.shards("orders").stream()
                .flatMap(shard -> service.contents("orders", shard.shardId()).stream())
                .toList();
    }

    @Test
    void leavesAStreamAloneThatHasTheCount() {
        open(Service.CONFIG);
        service.create("orders", 3);

        var response = scale("orders", 3);

        assertThat(response.currentShardCount()).isEqualTo(3);
        assertThat(service.describe("orders").streamStatus()).isEqualTo(StreamStatus.ACTIVE);
        assertThat(service.shards("orders")).hasSize(3);
    }

    @Test
    void refusesInAwsOrderAndWords() {
        open(Service.CONFIG);
        refused(
                () -> scale("elsewhere", 2),
                ResourceNotFoundException.class,
                "Stream elsewhere under account 000000000000 not found.");
        service.streams.createStream(
                Service.CALLER,
                CreateStreamRequest.builder().streamName("elastic").build());
        refused(
                () -> scale("elastic", 2),
                ResourceInUseException.class,
                "Stream elastic under account 000000000000 not ACTIVE, instead in state CREATING");
        service.settle();
        refused(
                () -> scale("elastic", 2),
                ValidationException.class,
                "Request is invalid. Stream elastic under account 000000000000 is in On-Demand mode.");
    }

    @Test
    void scalesDownInAnAccountThatHasMoreThanItMayHave() {
        open(Service.CONFIG);
        service.create("orders", 8);
        service.restart(new StreamsConfig(Duration.ZERO, Duration.ofSeconds(1), 4, 1, ThroughputLimits.OFF));

        scale("orders", 6);
        service.settle();

        assertThat(openShards("orders")).isEqualTo(6);
    }

    @Test
    void refusesMoreShardsThanTheAccountMayHave() {
        open(new StreamsConfig(Duration.ZERO, Duration.ofSeconds(1), 10, 1, ThroughputLimits.OFF));
        service.create("orders", 3);

        refused(
                () -> scale("orders", 11),
                LimitExceededException.class,
                "This request would exceed the shard limit for the account 000000000000 in us-east-1. Current shard"
                        + " count for the account: 3. Limit: 10. Number of additional shards that would have resulted"
                        + " from this request: 8. Refer to the AWS Service Limits page"
                        + " (http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for current limits"
                        + " and how to request higher limits.");
        scale("orders", 10);
        // What is to come counts at once, the shards in between don't.
        refused(
                () -> service.streams.createStream(
                        Service.CALLER,
                        CreateStreamRequest.builder()
                                .streamName("other")
                                .shardCount(1)
                                .build()),
                LimitExceededException.class,
                "This request would exceed the shard limit for the account 000000000000 in us-east-1. Current shard"
                        + " count for the account: 10. Limit: 10. Number of additional shards that would have resulted"
                        + " from this request: 1. Refer to the AWS Service Limits page"
                        + " (http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for current limits"
                        + " and how to request higher limits.");
    }

    @Test
    void scalesAsFarAndAsOftenAsOneLikesUnlessToldOtherwise() {
        open(Service.CONFIG);
        service.create("orders", 1);
        for (int i = 0; i < 12; i++) {
            scale("orders", i % 2 == 0 ? 9 : 1);
            service.settle();
        }
        assertThat(openShards("orders")).isEqualTo(1);
    }

    @Test
    void hasTheLimitsOfAwsIfToldSo() {
        open(new StreamsConfig(
                Duration.ZERO,
                Duration.ofSeconds(1),
                50_000,
                1,
                ScalingLimits.AWS,
                2,
                Duration.ofMinutes(1),
                ThroughputLimits.OFF));
        service.create("orders", 5);

        refused(
                () -> scale("orders", 11),
                InvalidArgumentException.class,
                "UpdateShardCount cannot scale up over double your current open shard count. Current open shard count:"
                        + " 5 Target shard count: 11");
        refused(
                () -> scale("orders", 2),
                InvalidArgumentException.class,
                "UpdateShardCount cannot scale down below half your current open shard count. Current open shard"
                        + " count: 5 Target shard count: 2");
        refused(
                () -> scale("orders", 10_001),
                LimitExceededException.class,
                "UpdateShardCount cannot scale a stream beyond 10000 shards. Target shard count: 10001");
        scale("orders", 3);
        service.settle();
    }

    @Test
    void countsTenUpdatesInTwentyFourHoursIfToldSo() {
        open(new StreamsConfig(
                Duration.ZERO,
                Duration.ofSeconds(1),
                50_000,
                1,
                ScalingLimits.AWS,
                2,
                Duration.ofMinutes(1),
                ThroughputLimits.OFF));
        service.create("orders", 1);
        var first = service.clock.instant();
        for (int i = 0; i < 10; i++) {
            scale("orders", i % 2 == 0 ? 2 : 1);
            service.settle();
        }
        service.restart();

        refused(
                () -> scale("orders", 2),
                LimitExceededException.class,
                "Stream orders under account 000000000000 has had its shard count updated 10 times in the last 24"
                        + " hours, which is the limit.");
        assertThat(service.describe("orders").streamStatus()).isEqualTo(StreamStatus.ACTIVE);

        service.clock.advance(Duration.between(service.clock.instant(), first.plus(Duration.ofHours(24))));
        scale("orders", 2);
    }

    private UpdateShardCountResponse scale(String stream, int target) {
        return service.streams.updateShardCount(Service.CALLER, scaling(stream, target));
    }

    private static UpdateShardCountRequest scaling(String stream, int target) {
        return UpdateShardCountRequest.builder()
                .streamName(stream)
                .targetShardCount(target)
                .scalingType(ScalingType.UNIFORM_SCALING)
                .build();
    }

    private long openShards(String stream) {
        return service.shards(stream).stream()
                .filter(shard -> shard.sequenceNumberRange().endingSequenceNumber() == null)
                .count();
    }

    private static List<Shard> parentsOf(Shard shard, List<Shard> shards) {
        return shards.stream()
                .filter(other -> other.shardId().equals(shard.parentShardId())
                        || other.shardId().equals(shard.adjacentParentShardId()))
                .toList();
    }

    private void assertOneCover(ShardFilterType type, Instant moment) {
        var filter = ShardFilter.builder().type(type).timestamp(moment).build();
        var request = ListShardsRequest.builder()
                .streamName("orders")
                .shardFilter(filter)
                .build();
        Covers.assertComplete(service.streams.listShards(Service.CALLER, request).shards().stream()
                .map(Shard::hashKeyRange)
                .toList());
    }

    private static void refused(ThrowingCallable call, Class<?> type, String message) {
        assertThatThrownBy(call).isInstanceOf(type).hasMessage(message);
    }
}
