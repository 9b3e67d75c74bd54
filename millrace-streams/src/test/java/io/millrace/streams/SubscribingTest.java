package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.GetRecordsPage.DeliveredRecord;
import io.millrace.model.InternalFailureException;
import io.millrace.model.InvalidArgumentException;
import io.millrace.model.ResourceInUseException;
import io.millrace.model.ResourceNotFoundException;
import io.millrace.streams.sequence.SequenceNumber;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kinesis.model.ChildShard;
import software.amazon.awssdk.services.kinesis.model.DeleteStreamRequest;
import software.amazon.awssdk.services.kinesis.model.DeregisterStreamConsumerRequest;
import software.amazon.awssdk.services.kinesis.model.EncryptionType;
import software.amazon.awssdk.services.kinesis.model.MergeShardsRequest;
import software.amazon.awssdk.services.kinesis.model.RegisterStreamConsumerRequest;
import software.amazon.awssdk.services.kinesis.model.SplitShardRequest;
import software.amazon.awssdk.services.kinesis.model.StartStreamEncryptionRequest;
import software.amazon.awssdk.services.kinesis.model.StartingPosition;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardRequest;

class SubscribingTest {
    private static final String STREAM = "arn:aws:kinesis:us-east-1:000000000000:stream/orders";
    private static final String SHARD = "shardId-000000000000";
    private static final String IN_USE =
            "Another active subscription exists for this consumer: 000000000000:orders:" + SHARD + ":billing";

    @TempDir
    Path directory;

    private Service service;
    private String billing;

    @BeforeEach
    void open() {
        service = Service.in(directory);
        service.create("orders", 1);
        billing = register("billing");
    }

    @AfterEach
    void close() {
        service.close();
    }

    @Test
    void beginsWhereEachTypeSays() {
        var one = put("one");
        service.clock.advance(Duration.ofSeconds(1));
        var second = service.clock.instant();
        var two = put("two");
        put("three");

        assertThat(from(at -> at.type("TRIM_HORIZON"), 3)).containsExactly("one", "two", "three");
        assertThat(from(at -> at.type("AT_SEQUENCE_NUMBER").sequenceNumber(two), 2))
                .containsExactly("two", "three");
        assertThat(from(at -> at.type("AFTER_SEQUENCE_NUMBER").sequenceNumber(one), 2))
                .containsExactly("two", "three");
        assertThat(from(at -> at.type("AT_TIMESTAMP").timestamp(second), 2)).containsExactly("two", "three");
        assertThat(from(at -> at.type("AT_TIMESTAMP").timestamp(Instant.EPOCH), 3))
                .containsExactly("one", "two", "three");
        var latest = latest();
        put("four");
        assertThat(latest.take(1)).containsExactly("four");
    }

    @Test
    void tellsOfEachRecordHowItWasEncrypted() {
        put("plain");
        service.streams.startStreamEncryption(
                Service.CALLER,
                StartStreamEncryptionRequest.builder()
                        .streamName("orders")
                        .encryptionType(EncryptionType.KMS)
                        .keyId("alias/aws/kinesis")
                        .build());
        service.settle();
        put("encrypted");

        var event = subscribe(at -> at.type("TRIM_HORIZON")).event();
        assertThat(event.records())
                .extracting(DeliveredRecord::encryptionType)
                .containsExactly(EncryptionType.NONE, EncryptionType.KMS);
    }

    @Test
    void refusesWhatGetShardIteratorRefusesInItsOwnWords() {
        assertThatThrownBy(() -> subscribe(billing, "ABKLFD8", at -> at.type("LATEST")))
                .isInstanceOf(ResourceNotFoundException.class)
                .hasMessage("Could not find shard ABKLFD8 in stream orders under account 000000000000.");
        assertThatThrownBy(() -> subscribe(billing, "shardId-7", at -> at.type("LATEST")))
                .isInstanceOf(ResourceNotFoundException.class)
                .hasMessage("Shard shardId-000000000007 in stream orders under account 000000000000 does not exist");
        assertThatThrownBy(() -> subscribe(at -> at.type("LATEST").sequenceNumber("5")))
                .isInstanceOf(InvalidArgumentException.class)
                .hasMessage("Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and SequenceNumber or"
                        + " (2) TRIM_HORIZON or LATEST and no SequenceNumber. Request specified LATEST and also a"
                        + " SequenceNumber.");
        assertThatThrownBy(() -> subscribe(at -> at.type("AT_SEQUENCE_NUMBER")))
                .isInstanceOf(InvalidArgumentException.class)
                .hasMessageEndingWith("Request specified AT_SEQUENCE_NUMBER and no SequenceNumber.");
        var garbage = BigInteger.TWO.pow(186).toString();
        assertThatThrownBy(() -> subscribe(at -> at.type("AT_SEQUENCE_NUMBER").sequenceNumber(garbage)))
                .isInstanceOf(InvalidArgumentException.class)
                .hasMessage("SequenceNumber " + garbage + " used in SubscribeToShard on shard " + SHARD
                        + " in stream orders under account 000000000000 is invalid.");
        var foreign = SequenceNumber.starting(1, 3).toString();
        assertThatThrownBy(() -> subscribe(at -> at.type("AT_SEQUENCE_NUMBER").sequenceNumber(foreign)))
                .hasMessage("Invalid SequenceNumber. It encodes shardId-000000000003, while it was used in a call to a"
                        + " shard with " + SHARD);
        assertThatThrownBy(() -> subscribe(at -> at.type("AT_SEQUENCE_NUMBER").sequenceNumber("0")))
                .isInstanceOf(InternalFailureException.class);
        assertThatThrownBy(() -> subscribe(at -> at.type("AT_TIMESTAMP")))
                .hasMessageStartingWith("Must specify timestampInMillis parameter");
        assertThatThrownBy(() -> subscribe(at -> at.type("AT_TIMESTAMP")
                        .timestamp(service.clock.instant().plusSeconds(9))))
                .hasMessageStartingWith("The timestampInMillis parameter cannot be greater");
    }

    @Test
    void needsAnActiveConsumer() {
        assertThatThrownBy(() -> subscribe(billing + "0", SHARD, at -> at.type("LATEST")))
                .isInstanceOf(ResourceNotFoundException.class)
                .hasMessage("Consumer " + billing + "0, account 000000000000 not found.");
        var creating = service.streams
                .registerStreamConsumer(
                        Service.CALLER,
                        RegisterStreamConsumerRequest.builder()
                                .streamARN(STREAM)
                                .consumerName("new")
                                .build())
                .consumer();
        assertThatThrownBy(() -> subscribe(creating.consumerARN(), SHARD, at -> at.type("LATEST")))
                .isInstanceOf(ResourceInUseException.class)
                .hasMessage("Consumer new with creation timestamp "
                        + creating.consumerCreationTimestamp().getEpochSecond()
                        + " under stream: orders, account 000000000000 is not in ACTIVE status.");
    }

    @Test
    void anEventSaysWhereToGoOnAndHowFarBehindItIs() {
        var number = put("one");
        service.clock.advance(Duration.ofSeconds(7));
        var reader = subscribe(at -> at.type("TRIM_HORIZON"));

        var event = reader.event();
        assertThat(event.continuationSequenceNumber()).isEqualTo(number);
        assertThat(event.millisBehindLatest()).isZero();
        assertThat(event.childShards()).isEmpty();
        assertThat(event.records().getFirst().sequenceNumber()).isEqualTo(number);
        assertThat(Service.text(event.records().getFirst().partitionKeyUtf8())).isEqualTo("key");
    }

    @Test
    void anEventHoldsAMebibyteOrOneRecordThatIsLarger() {
        var large = "x".repeat(700_000);
        put(large + 1);
        service.clock.advance(Duration.ofSeconds(5));
        put(large + 2);
        var reader = subscribe(at -> at.type("TRIM_HORIZON"));

        var first = reader.event();
        assertThat(Subscriber.texts(first)).containsExactly(large + 1);
        assertThat(first.millisBehindLatest()).isEqualTo(5_000);
        var second = reader.event();
        assertThat(Subscriber.texts(second)).containsExactly(large + 2);
        assertThat(second.millisBehindLatest()).isZero();
    }

    @Test
    void givesTheVerySameEventToAllThatStandAtTheSamePlace() {
        var readers = new ArrayList<Subscriber>();
        for (int i = 0; i < 4; i++) {
            readers.add(subscribe(register("consumer-" + i), SHARD, at -> at.type("LATEST")));
        }
        readers.subList(0, 3).forEach(Subscriber::ask);
        put("one");

        var event = readers.getFirst().event();
        assertThat(Subscriber.texts(event)).containsExactly("one");
        // The last one had not asked yet; it comes a moment too late.
        readers.subList(1, 4).forEach(reader -> assertThat(reader.event()).isSameAs(event));
    }

    @Test
    void keepsWhatTheTailIsAboutToAskForThoughAnotherCatchesUp() {
        for (int i = 0; i < 4; i++) {
            put(i + "x".repeat(1_000_000));
        }
        var prompt = latest().ask();
        var late = subscribe(register("late"), SHARD, at -> at.type("LATEST"));
        put("one");
        var event = prompt.event();
        assertThat(Subscriber.texts(event)).containsExactly("one");
        subscribe(register("behind"), SHARD, at -> at.type("TRIM_HORIZON")).take(5);

        assertThat(late.event()).isSameAs(event);
    }

    @Test
    void aReaderThatStaysAwayHoldsNobodyUpAndMissesNothing() {
        var slow = latest();
        var quick = subscribe(register("quick"), SHARD, at -> at.type("LATEST"));
        var expected = IntStream.range(0, 100).mapToObj(i -> "record-" + i).toList();
        for (var data : expected) {
            put(data);
            assertThat(quick.take(1)).containsExactly(data);
        }

        assertThat(slow.take(100)).isEqualTo(expected);
    }

    @Test
    void saysThatItIsAliveWhenThereIsNothingNew() {
        put("one");
        var reader = subscribe(at -> at.type("TRIM_HORIZON"));
        var last = new BigInteger(reader.event().continuationSequenceNumber());
        for (int i = 0; i < 3; i++) {
            assertThat(reader.isWaiting()).isTrue();
            service.clock.advance(Duration.ofSeconds(4));
            service.streams.tick();
            var heartbeat = reader.event();
            assertThat(heartbeat.records()).isEmpty();
            assertThat(heartbeat.childShards()).isEmpty();
            assertThat(heartbeat.millisBehindLatest()).isZero();
            assertThat(new BigInteger(heartbeat.continuationSequenceNumber())).isGreaterThan(last);
            last = new BigInteger(heartbeat.continuationSequenceNumber());
        }
        service.clock.advance(Duration.ofSeconds(3));
        reader.ask();
        service.streams.tick();
        assertThat(reader.isWaiting()).isTrue();

        assertThat(new BigInteger(put("two"))).isGreaterThan(last);
        assertThat(reader.take(1)).containsExactly("two");
    }

    @Test
    void goesOnAfterAHeartbeatWithoutLossOrRepetition() {
        for (var before : List.of(List.<String>of(), List.of("one", "two"))) {
            before.forEach(this::put);
            var reader = latest();
            reader.ask();
            service.clock.advance(Duration.ofSeconds(4));
            service.streams.tick();
            var number = reader.event().continuationSequenceNumber();
            reader.close();
            put("new-" + before.size());

            assertThat(from(at -> at.type("AFTER_SEQUENCE_NUMBER").sequenceNumber(number), 1))
                    .containsExactly("new-" + before.size());
        }
    }

    @Test
    void endsAfterFiveMinutes() {
        var waiting = latest().ask();
        var away = subscribe(register("away"), SHARD, at -> at.type("LATEST"));
        service.clock.advance(StreamLimits.SUBSCRIPTION_LIFETIME.minusMillis(1));
        service.streams.tick();
        assertThat(waiting.next()).isPresent();
        waiting.ask();

        service.clock.advance(Duration.ofMillis(1));
        service.streams.tick();
        assertThat(waiting.next()).isEmpty();
        assertThat(waiting.next()).isEmpty();
        assertThat(away.next()).isEmpty();
        assertThat(service.streams.subscriptions()).isZero();
    }

    @Test
    void endsWithTheShardAndNamesItsChildren() {
        put("one");
        var reader = subscribe(at -> at.type("TRIM_HORIZON"));
        assertThat(reader.take(1)).containsExactly("one");
        reader.ask();
        put("two");
        split();

        var event = reader.event();
        if (event.childShards().isEmpty()) {
            assertThat(Subscriber.texts(event)).containsExactly("two");
            event = reader.event();
        }
        assertThat(event.continuationSequenceNumber()).isNull();
        assertThat(event.millisBehindLatest()).isZero();
        assertThat(event.childShards())
                .extracting(ChildShard::shardId)
                .containsExactly("shardId-000000000001", "shardId-000000000002");
        assertThat(event.childShards())
                .allSatisfy(child -> assertThat(child.parentShards()).containsExactly(SHARD));
        assertThat(reader.next()).isEmpty();
        assertThat(service.streams.subscriptions()).isZero();
    }

    @Test
    void theChildOfAMergeHasBothParents() {
        split();
        var reader = subscribe(billing, "shardId-1", at -> at.type("LATEST"));
        reader.ask();
        service.streams.mergeShards(
                Service.CALLER,
                MergeShardsRequest.builder()
                        .streamName("orders")
                        .shardToMerge("shardId-1")
                        .adjacentShardToMerge("shardId-2")
                        .build());
        service.settle();

        assertThat(reader.event().childShards().getFirst().parentShards())
                .containsExactly("shardId-000000000001", "shardId-000000000002");
    }

    @Test
    void aClosedShardIsReadToItsEndFromAnyPlace() {
        put("one");
        split();
        var ending = service.shards("orders").getFirst().sequenceNumberRange().endingSequenceNumber();

        var all = subscribe(at -> at.type("TRIM_HORIZON")).event();
        assertThat(Subscriber.texts(all)).containsExactly("one");
        assertThat(all.childShards()).hasSize(2);
        for (UnaryOperator<StartingPosition.Builder> place : List.<UnaryOperator<StartingPosition.Builder>>of(
                at -> at.type("LATEST"), at -> at.type("AFTER_SEQUENCE_NUMBER").sequenceNumber(ending))) {
            var event = subscribe(place).event();
            assertThat(event.records()).isEmpty();
            assertThat(event.childShards()).hasSize(2);
            assertThat(event.continuationSequenceNumber()).isNull();
        }
    }

    @Test
    void aSubscriptionIsSafeForFiveSecondsAndThenGivesWayToANewerOne() {
        var older = latest().ask();
        service.clock.advance(Duration.ofMillis(4_999));
        assertThatThrownBy(this::latest)
                .isInstanceOf(ResourceInUseException.class)
                .hasMessage(IN_USE);
        assertThat(older.isWaiting()).isTrue();

        service.clock.advance(Duration.ofMillis(1));
        var newer = latest();
        assertThatThrownBy(older::next)
                .isInstanceOf(ResourceInUseException.class)
                .hasMessage(IN_USE);
        assertThatThrownBy(older::next).isInstanceOf(ResourceInUseException.class);
        put("one");
        assertThat(newer.take(1)).containsExactly("one");
        assertThat(service.streams.subscriptions()).isEqualTo(1);
    }

    @Test
    void aClockThatIsSetBackNeitherSilencesASubscriptionNorKeepsItForLonger() {
        put("one");
        var older = subscribe(at -> at.type("TRIM_HORIZON"));
        older.take(1);
        older.ask();
        service.clock.advance(Duration.ofHours(-1));
        service.streams.tick();
        assertThat(older.next()).as("the end of its life").isEmpty();

        var newer = latest().ask();
        service.clock.advance(Duration.ofSeconds(-10));
        service.streams.tick();
        assertThat(newer.event().records()).isEmpty();
        latest();
        assertThatThrownBy(newer::next).isInstanceOf(ResourceInUseException.class);
    }

    @Test
    void aClientThatHasGoneLeavesItsPlaceAtOnce() {
        latest().close();
        var second = latest().ask();
        second.close();

        latest();
        assertThat(service.streams.subscriptions()).isEqualTo(1);
    }

    @Test
    void otherConsumersAndOtherShardsAreNotInTheWay() {
        split();
        subscribe(billing, SHARD, at -> at.type("LATEST"));
        subscribe(billing, "shardId-1", at -> at.type("LATEST"));
        subscribe(register("other"), SHARD, at -> at.type("LATEST"));

        assertThat(service.streams.subscriptions()).isEqualTo(3);
    }

    @Test
    void endsWhenItsConsumerGoes() {
        var waiting = latest().ask();
        var other = subscribe(register("other"), SHARD, at -> at.type("LATEST"));
        service.streams.deregisterStreamConsumer(
                Service.CALLER,
                DeregisterStreamConsumerRequest.builder().consumerARN(billing).build());

        assertThatThrownBy(waiting::next)
                .isInstanceOf(ResourceNotFoundException.class)
                .hasMessage("Consumer " + billing + ", account 000000000000 not found.");
        assertThat(other.isWaiting()).isTrue();
        assertThatThrownBy(this::latest).isInstanceOf(ResourceInUseException.class);
    }

    @Test
    void refusesAllThatWaitForAReadThatFailsSoThatNoneOfThemHasToWriteItDown() {
        var one = latest().ask();
        var other = subscribe(register("other"), SHARD, at -> at.type("LATEST")).ask();
        assertThat(one.isWaiting()).isTrue();
        assertThat(other.isWaiting()).isTrue();
        service.log.failReads();
        put("never read");
        assertThatThrownBy(one::next).isInstanceOf(InternalFailureException.class);
        assertThatThrownBy(other::next).isInstanceOf(InternalFailureException.class);
        assertThat(service.streams.subscriptions()).isZero();
    }

    @Test
    void endsWhenItsStreamGoes() {
        var waiting = latest().ask();
        service.streams.deleteStream(
                Service.CALLER,
                DeleteStreamRequest.builder()
                        .streamName("orders")
                        .enforceConsumerDeletion(true)
                        .build());
        service.settle();

        assertThatThrownBy(waiting::next).isInstanceOf(ResourceNotFoundException.class);
        assertThat(service.streams.subscriptions()).isZero();
    }

    @Test
    void aReaderThatIsOvertakenByTheHorizonGoesOnThere() {
        put("read in time");
        put("x".repeat(1_048_570));
        service.clock.advance(Duration.ofMinutes(3));
        put("kept");
        service.clock.advance(Duration.ofHours(24).minusMinutes(4));
        var slow = subscribe(at -> at.type("TRIM_HORIZON"));
        assertThat(slow.event().records().getFirst().data().remaining()).isEqualTo("read in time".length());
        service.clock.advance(Duration.ofMinutes(2));
        service.streams.trim();

        assertThat(slow.take(1)).containsExactly("kept");
    }

    @Test
    void waitsAtTheHorizonWhenAllHasExpired() {
        put("expired");
        service.clock.advance(Duration.ofHours(25));
        var reader = subscribe(at -> at.type("AT_SEQUENCE_NUMBER").sequenceNumber(firstNumber()));
        assertThat(reader.isWaiting()).isTrue();

        put("new");
        assertThat(reader.take(1)).containsExactly("new");
    }

    @Test
    void saysSoWhenThereIsNothingButWhatHasExpired() {
        put("expired");
        put("expired too");
        service.clock.advance(Duration.ofHours(25));
        var reader = subscribe(at -> at.type("AT_SEQUENCE_NUMBER").sequenceNumber(firstNumber()));
        reader.ask();
        service.clock.advance(Duration.ofSeconds(5));
        service.streams.tick();

        var event = reader.event();
        assertThat(event.records()).isEmpty();
        assertThat(event.millisBehindLatest()).isZero();
        put("new");
        assertThat(reader.take(1)).containsExactly("new");
    }

    @Test
    void countsEventsForTheConsumer() {
        put("12345");
        var reader = subscribe(at -> at.type("TRIM_HORIZON"));
        reader.take(1);
        assertThatThrownBy(this::latest).isInstanceOf(ResourceInUseException.class);

        assertThat(counter("SubscribeToShard.Success")).isEqualTo(1);
        assertThat(counter("SubscribeToShard.RateExceeded")).isEqualTo(1);
        assertThat(counter("SubscribeToShardEvent.Success")).isEqualTo(1);
        assertThat(counter("SubscribeToShardEvent.Records")).isEqualTo(1);
        assertThat(counter("SubscribeToShardEvent.Bytes")).isEqualTo(5);
        assertThat(service.meters
                        .get("SubscribeToShardEvent.MillisBehindLatest")
                        .tags("StreamName", "orders", "ConsumerName", "billing")
                        .summary()
                        .count())
                .isEqualTo(1);
    }

    private double counter(String name) {
        return service.meters
                .get(name)
                .tags("StreamName", "orders", "ConsumerName", "billing")
                .counter()
                .count();
    }

    private String firstNumber() {
        return service.shards("orders").getFirst().sequenceNumberRange().startingSequenceNumber();
    }

    private void split() {
        service.streams.splitShard(
                Service.CALLER,
                SplitShardRequest.builder()
                        .streamName("orders")
                        .shardToSplit(SHARD)
                        .newStartingHashKey("9")
                        .build());
        service.settle();
    }

    private String put(String data) {
        return service.put("orders", "key", data).sequenceNumber();
    }

    private String register(String name) {
        var arn = service.streams
                .registerStreamConsumer(
                        Service.CALLER,
                        RegisterStreamConsumerRequest.builder()
                                .streamARN(STREAM)
                                .consumerName(name)
                                .build())
                .consumer()
                .consumerARN();
        service.settle();
        return arn;
    }

    private Subscriber latest() {
        return subscribe(at -> at.type("LATEST"));
    }

    private Subscriber subscribe(UnaryOperator<StartingPosition.Builder> place) {
        return subscribe(billing, SHARD, place);
    }

    private Subscriber subscribe(String consumer, String shard, UnaryOperator<StartingPosition.Builder> place) {
        return new Subscriber(service.streams.subscribeToShard(
                Service.CALLER,
                SubscribeToShardRequest.builder()
                        .consumerARN(consumer)
                        .shardId(shard)
                        .startingPosition(
                                place.apply(StartingPosition.builder()).build())
                        .build()));
    }

    private List<String> from(UnaryOperator<StartingPosition.Builder> place, int records) {
        var reader = subscribe(place);
        try {
            return reader.take(records);
        } finally {
            reader.close();
        }
    }
}
