package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.ShardKey;
import io.millrace.model.InvalidArgumentException;
import io.millrace.model.ResourceInUseException;
import io.millrace.model.ResourceNotFoundException;
import io.millrace.streams.Service.Entry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.LongStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kinesis.model.DecreaseStreamRetentionPeriodRequest;
import software.amazon.awssdk.services.kinesis.model.DeleteStreamRequest;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.IncreaseStreamRetentionPeriodRequest;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.SplitShardRequest;

class RetentionPeriodsTest {
    private static final ShardKey KEY = new ShardKey(0);
    private static final String SHARD = "shardId-000000000000";

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
    void hidesARecordTheMomentItIsADayOld() {
        service.put("orders", "key", "old");
        service.clock.advance(Duration.ofHours(23));
        service.put("orders", "key", "new");

        service.clock.advance(Duration.ofHours(1));
        assertThat(service.contents("orders", SHARD)).containsExactly("old", "new");
        service.clock.advance(Duration.ofMillis(1));
        assertThat(service.contents("orders", SHARD)).containsExactly("new");
    }

    @Test
    void anOldPositionGoesOnAtTheHorizon() {
        var number = service.put("orders", "key", "old").sequenceNumber();
        service.clock.advance(Duration.ofHours(23));
        service.put("orders", "key", "new");
        service.clock.advance(Duration.ofHours(2));

        var iterator = service.iterator(GetShardIteratorRequest.builder()
                .streamName("orders")
                .shardId(SHARD)
                .shardIteratorType(ShardIteratorType.AT_SEQUENCE_NUMBER)
                .startingSequenceNumber(number)
                .build());
        assertThat(service.read(iterator).records()).hasSize(1);
        service.streams.trim();
        assertThat(service.read(iterator).records()).hasSize(1);
    }

    @Test
    void aDecreaseHidesAtOnceAndAnIncreaseBringsNothingBack() {
        increase(72);
        service.put("orders", "key", "old");
        service.clock.advance(Duration.ofDays(2));
        service.put("orders", "key", "new");
        assertThat(service.contents("orders", SHARD)).containsExactly("old", "new");

        decrease(24);
        assertThat(service.describe("orders").retentionPeriodHours()).isEqualTo(24);
        assertThat(service.contents("orders", SHARD)).containsExactly("new");

        increase(8_760);
        assertThat(service.describe("orders").retentionPeriodHours()).isEqualTo(8_760);
        assertThat(service.contents("orders", SHARD)).containsExactly("new");
        service.restart();
        assertThat(service.contents("orders", SHARD)).containsExactly("new");
        service.clock.advance(Duration.ofDays(100));
        assertThat(service.contents("orders", SHARD)).containsExactly("new");
    }

    @Test
    void tellsTheLogHowLongToKeepRecords() {
        assertThat(service.log.retention(KEY)).contains(Duration.ofDays(1));
        increase(48);
        assertThat(service.log.retention(KEY)).contains(Duration.ofDays(2));
        decrease(24);
        assertThat(service.log.retention(KEY)).contains(Duration.ofDays(1));
    }

    @Test
    void givesExpiredRecordsBackToTheLog() {
        for (int i = 0; i < 5; i++) {
            service.put("orders", "key", "record-" + i);
            service.clock.advance(Duration.ofHours(6));
        }
        service.streams.trim();

        // Thirty hours have gone by: the first is thirty hours old, the second twenty-four.
        assertThat(service.log.bounds(KEY).trimOffset()).isEqualTo(1);
        assertThat(service.contents("orders", SHARD)).hasSize(4);
        service.streams.trim();
        assertThat(service.log.bounds(KEY).trimOffset()).isEqualTo(1);
    }

    @Test
    void trimsManyShardsAtOnceSoThatTheyShareTheWaitForTheDisk() {
        var keys = shardsOfOneExpiredRecord(64);
        var allAtOnce = new CyclicBarrier(keys.size());
        service.log.beforeTrim(() -> {
            try {
                allAtOnce.await(20, TimeUnit.SECONDS);
            } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
                throw new AssertionError("shards were trimmed one by one", e);
            }
        });

        service.streams.trim();

        assertThat(keys).allMatch(this::trimmed);
    }

    @Test
    void doesNotTrimToTheEndWhenTheServerStops() {
        var keys = shardsOfOneExpiredRecord(200);
        service.log.beforeTrim(service.streams::close);

        service.streams.trim();

        // Those that were on their way when the first of them stopped the service.
        assertThat(keys.stream().filter(this::trimmed)).hasSizeBetween(1, 64);
    }

    private List<ShardKey> shardsOfOneExpiredRecord(int count) {
        service.create("many", count);
        service.put(
                "many",
                service.shards("many").stream()
                        .map(shard -> new Entry("key", shard.hashKeyRange().startingHashKey(), "data"))
                        .toList());
        service.clock.advance(Duration.ofDays(2));
        // The first key is the shard's of "orders".
        return LongStream.rangeClosed(1, count).mapToObj(ShardKey::new).toList();
    }

    private boolean trimmed(ShardKey key) {
        return service.log.bounds(key).trimOffset() == 1;
    }

    @Test
    void forgetsAClosedShardWhenItsLastRecordsHaveExpired() {
        service.put("orders", "key", "data");
        service.streams.splitShard(
                Service.CALLER,
                SplitShardRequest.builder()
                        .streamName("orders")
                        .shardToSplit(SHARD)
                        .newStartingHashKey("9")
                        .build());
        service.settle();
        service.clock.advance(Duration.ofHours(23));
        service.streams.trim();
        assertThat(service.shards("orders")).hasSize(3);
        var iterator = service.iterator("orders", SHARD, ShardIteratorType.TRIM_HORIZON);

        service.clock.advance(Duration.ofHours(1).plusMillis(2));
        var gone = "Shard shardId-000000000000 in stream orders under account 000000000000 does not exist";
        refused(
                () -> service.iterator("orders", SHARD, ShardIteratorType.TRIM_HORIZON),
                ResourceNotFoundException.class,
                gone);
        assertThat(service.shards("orders")).hasSize(2);
        service.streams.trim();
        assertThat(service.log.holds(KEY)).as("for listings that go on").isTrue();

        service.clock.advance(Duration.ofMinutes(5));
        service.streams.trim();
        assertThat(service.log.holds(KEY)).isFalse();
        service.restart();
        assertThat(service.shards("orders"))
                .extracting(shard -> shard.parentShardId())
                .containsExactly(SHARD, SHARD);
        assertThatThrownBy(() -> service.read(iterator)).isNotNull();
    }

    @Test
    void refusesInAwsOrderAndWords() {
        refused(
                () -> increase(23),
                InvalidArgumentException.class,
                "Minimum allowed retention period is 24 hours. Requested retention period (23 hours) is too short.");
        refused(
                () -> decrease(23),
                InvalidArgumentException.class,
                "Minimum allowed retention period is 24 hours. Requested retention period (23 hours) is too short.");
        refused(
                () -> increase(8_761),
                InvalidArgumentException.class,
                "Maximum allowed retention period is 8760 hours. Requested retention period (8761 hours) is too long.");
        refused(
                () -> decrease(8_761),
                InvalidArgumentException.class,
                "Maximum allowed retention period is 8760 hours. Requested retention period (8761 hours) is too long.");
        increase(48);
        refused(
                () -> increase(47),
                InvalidArgumentException.class,
                "Requested retention period (47 hours) for stream orders can not be shorter than existing retention"
                        + " period (48 hours). Use DecreaseRetentionPeriod API.");
        refused(
                () -> decrease(49),
                InvalidArgumentException.class,
                "Requested retention period (49 hours) for stream orders can not be longer than existing retention"
                        + " period (48 hours). Use IncreaseRetentionPeriod API.");
        increase(48);
        decrease(48);
    }

    @Test
    void looksForTheStreamFirst() {
        var request = IncreaseStreamRetentionPeriodRequest.builder()
                .streamName("nowhere")
                .retentionPeriodHours(1)
                .build();
        refused(
                () -> service.streams.increaseStreamRetentionPeriod(Service.CALLER, request),
                ResourceNotFoundException.class,
                "Stream nowhere under account 000000000000 not found.");
    }

    @Test
    void leavesAStreamThatIsBeingDeletedAlone() {
        service.streams.deleteStream(
                Service.CALLER,
                DeleteStreamRequest.builder().streamName("orders").build());
        refused(
                () -> increase(48),
                ResourceInUseException.class,
                "Stream orders under account 000000000000 not ACTIVE, instead in state DELETING");
        service.settle();
        assertThat(service.log.shardCount()).isZero();
    }

    private void increase(int hours) {
        service.streams.increaseStreamRetentionPeriod(
                Service.CALLER,
                IncreaseStreamRetentionPeriodRequest.builder()
                        .streamName("orders")
                        .retentionPeriodHours(hours)
                        .build());
    }

    private void decrease(int hours) {
        service.streams.decreaseStreamRetentionPeriod(
                Service.CALLER,
                DecreaseStreamRetentionPeriodRequest.builder()
                        .streamName("orders")
                        .retentionPeriodHours(hours)
                        .build());
    }

    private static void refused(ThrowingCallable call, Class<? extends Throwable> type, String message) {
        assertThatThrownBy(call).isInstanceOf(type).hasMessage(message);
    }
}
