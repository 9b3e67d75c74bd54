package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.ShardKey;
import io.millrace.model.AccessDeniedException;
import io.millrace.model.ExpiredIteratorException;
import io.millrace.model.GetRecordsPage;
import io.millrace.model.InternalFailureException;
import io.millrace.model.InvalidArgumentException;
import io.millrace.model.ResourceNotFoundException;
import io.millrace.streams.sequence.SequenceNumber;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kinesis.model.CreateStreamRequest;
import software.amazon.awssdk.services.kinesis.model.DeleteStreamRequest;
import software.amazon.awssdk.services.kinesis.model.GetRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.SplitShardRequest;

class RecordReaderTest {
    private static final String SHARD = "shardId-000000000000";
    private static final String GONE =
            "Shard shardId-000000000000 in stream orders under account 000000000000 does not exist";

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
    void beginsWhereEachTypeSays() {
        var one = put("one");
        service.clock.advance(Duration.ofSeconds(1));
        var second = service.clock.instant();
        var two = put("two");
        put("three");
        service.clock.advance(Duration.ofSeconds(1));

        assertThat(from(ShardIteratorType.TRIM_HORIZON)).containsExactly("one", "two", "three");
        assertThat(from(ShardIteratorType.LATEST)).isEmpty();
        assertThat(from(request ->
                        request.shardIteratorType("AT_SEQUENCE_NUMBER").startingSequenceNumber(two)))
                .containsExactly("two", "three");
        assertThat(from(request ->
                        request.shardIteratorType("AFTER_SEQUENCE_NUMBER").startingSequenceNumber(two)))
                .containsExactly("three");
        assertThat(from(request ->
                        request.shardIteratorType("AFTER_SEQUENCE_NUMBER").startingSequenceNumber(one)))
                .containsExactly("two", "three");
        assertThat(from(at(second))).containsExactly("two", "three");
        assertThat(from(at(second.minusMillis(1)))).containsExactly("two", "three");
        assertThat(from(at(second.plusMillis(1)))).isEmpty();
        assertThat(from(at(Instant.EPOCH))).containsExactly("one", "two", "three");
    }

    @Test
    void takesTheNumbersThatTheShardBeginsAndEndsWith() {
        put("one");
        service.streams.splitShard(
                Service.CALLER,
                SplitShardRequest.builder()
                        .streamName("orders")
                        .shardToSplit(SHARD)
                        .newStartingHashKey("9")
                        .build());
        service.settle();
        var range = service.shards("orders").getFirst().sequenceNumberRange();

        for (var type : List.of("AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER")) {
            assertThat(from(request ->
                            request.shardIteratorType(type).startingSequenceNumber(range.startingSequenceNumber())))
                    .containsExactly("one");
            assertThat(from(request ->
                            request.shardIteratorType(type).startingSequenceNumber(range.endingSequenceNumber())))
                    .isEmpty();
        }
        assertThat(from(ShardIteratorType.LATEST)).isEmpty();
    }

    @Test
    void aLatestIteratorGivesAllThatCameAfterItWasIssued() {
        put("before");
        var latest = service.iterator("orders", SHARD, ShardIteratorType.LATEST);
        put("after");

        assertThat(texts(service.read(latest))).containsExactly("after");
        assertThat(texts(service.read(latest))).containsExactly("after");
    }

    @Test
    void givesANewIteratorEachTimeEvenWithoutRecords() {
        var iterator = service.iterator("orders", SHARD, ShardIteratorType.LATEST);
        var seen = new ArrayList<>(List.of(iterator));
        for (int i = 0; i < 5; i++) {
            iterator = service.read(iterator).nextShardIterator();
            assertThat(seen).doesNotContain(iterator);
            seen.add(iterator);
        }
    }

    @Test
    void readsOnInSlices() {
        for (int i = 0; i < 10; i++) {
            put("record-" + i);
            service.clock.advance(Duration.ofSeconds(10));
        }
        var iterator = service.iterator("orders", SHARD, ShardIteratorType.TRIM_HORIZON);

        var first = read(iterator, 4);
        assertThat(texts(first)).containsExactly("record-0", "record-1", "record-2", "record-3");
        assertThat(first.millisBehindLatest()).isEqualTo(70_000);
        assertThat(first.childShards()).isEmpty();
        var second = read(first.nextShardIterator(), 6);
        assertThat(texts(second)).hasSize(6);
        assertThat(second.millisBehindLatest()).isZero();
        assertThat(read(second.nextShardIterator(), 1).records()).isEmpty();
    }

    @Test
    void givesTenMebibytesAtMostButAlwaysARecord() {
        service.streams.createStream(
                Service.CALLER,
                CreateStreamRequest.builder()
                        .streamName("large")
                        .shardCount(1)
                        .maxRecordSizeInKiB(10_240)
                        .build());
        service.settle();
        service.put("large", "k", "x".repeat(10 * 1_048_576 - 1));
        service.put("large", "k", "y");

        var page = service.read(service.iterator("large", SHARD, ShardIteratorType.TRIM_HORIZON));

        assertThat(page.records()).hasSize(1);
        assertThat(texts(service.read(page.nextShardIterator()))).containsExactly("y");
    }

    @Test
    void deliversKeyTimeAndNumberWithTheData() {
        var number = service.put("orders", "ключ", "data").sequenceNumber();

        var record = service.read(service.iterator("orders", SHARD, ShardIteratorType.TRIM_HORIZON))
                .records()
                .getFirst();

        assertThat(Service.text(record.partitionKeyUtf8())).isEqualTo("ключ");
        assertThat(record.arrivalMillis()).isEqualTo(service.clock.millis());
        assertThat(record.sequenceNumber()).isEqualTo(number);
    }

    @Test
    void refusesAnArnOfAnotherStreamOrOfAnotherRegion() {
        var iterator = service.iterator("orders", SHARD, ShardIteratorType.TRIM_HORIZON);
        assertThat(readByArn(iterator, "us-east-1:000000000000:stream/orders").records())
                .isEmpty();
        assertThatThrownBy(() -> readByArn(iterator, "us-east-1:000000000000:stream/others"))
                .isInstanceOf(InvalidArgumentException.class);
        refused(
                () -> readByArn(iterator, "eu-west-1:000000000000:stream/orders"),
                ResourceNotFoundException.class,
                "Stream orders under account 000000000000 not found.");
    }

    private GetRecordsPage readByArn(String iterator, String resource) {
        return service.streams.getRecords(
                Service.CALLER,
                GetRecordsRequest.builder()
                        .shardIterator(iterator)
                        .streamARN("arn:aws:kinesis:" + resource)
                        .build());
    }

    @Test
    void refusesShardsThatAreNotThere() {
        refused(
                () -> service.iterator("orders", "nonsense", ShardIteratorType.LATEST),
                ResourceNotFoundException.class,
                "Could not find shard nonsense in stream orders under account 000000000000.");
        refused(
                () -> service.iterator("nowhere", "nonsense", ShardIteratorType.LATEST),
                ResourceNotFoundException.class,
                "Could not find shard nonsense in stream nowhere under account 000000000000.");
        refused(
                () -> service.iterator("orders", "shard-7", ShardIteratorType.LATEST),
                ResourceNotFoundException.class,
                "Shard shardId-000000000007 in stream orders under account 000000000000 does not exist");
        refused(
                () -> service.iterator("nowhere", SHARD, ShardIteratorType.LATEST),
                ResourceNotFoundException.class,
                "Shard shardId-000000000000 in stream nowhere under account 000000000000 does not exist");
        service.streams.createStream(
                Service.CALLER,
                CreateStreamRequest.builder().streamName("new").shardCount(1).build());
        refused(
                () -> service.iterator("new", SHARD, ShardIteratorType.LATEST),
                ResourceNotFoundException.class,
                "Shard shardId-000000000000 in stream new under account 000000000000 does not exist");
    }

    @Test
    void refusesNumbersWhereNoneBelongsAndMissesThemWhereOneDoes() {
        var rule = "Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or"
                + " (2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. Request specified ";
        for (var type : List.of("TRIM_HORIZON", "LATEST")) {
            invalid(
                    rule + type + " and also a StartingSequenceNumber.",
                    request -> request.shardIteratorType(type).startingSequenceNumber("5"));
        }
        for (var type : List.of("AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER")) {
            invalid(rule + type + " and no StartingSequenceNumber.", request -> request.shardIteratorType(type));
        }
    }

    @Test
    void refusesNumbersOfOtherShardsAndStreams() {
        var number = SequenceNumber.parse(put("one")).orElseThrow();
        long created = number.shardCreationSecond();
        var garbage = "9".repeat(100);
        var used = "StartingSequenceNumber %s used in GetShardIterator on shard shardId-000000000000 in stream orders"
                + " under account 000000000000 is invalid";

        invalid(used.formatted(garbage) + ".", atNumber(garbage));
        invalid(
                "Invalid StartingSequenceNumber. It encodes shardId-000000000003, while it was used in a call to a shard"
                        + " with shardId-000000000000",
                atNumber(SequenceNumber.starting(created, 3).toString()));
        invalid(
                "Invalid StartingSequenceNumber. It encodes shardId--02147483648, while it was used in a call to a shard"
                        + " with shardId-000000000000",
                atNumber(SequenceNumber.starting(created, Integer.MIN_VALUE).toString()));
        var foreign = SequenceNumber.starting(created - 1, 0).toString();
        invalid(used.formatted(foreign) + " because it did not come from this stream.", atNumber(foreign));
        refused(() -> from(atNumber("0")), InternalFailureException.class, null);
    }

    @Test
    void refusesTimestampsThatAreMissingOrInTheFuture() {
        invalid(
                "Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. Current request has no"
                        + " timestamp parameter.",
                request -> request.shardIteratorType("AT_TIMESTAMP"));
        long now = service.clock.millis();
        invalid(
                "The timestampInMillis parameter cannot be greater than the currentTimestampInMillis."
                        + " timestampInMillis: " + (now + 1) + ", currentTimestampInMillis: " + now,
                at(service.clock.instant().plusMillis(1)));
        assertThat(from(at(service.clock.instant()))).isEmpty();
    }

    @Test
    void redeemsNoIteratorTwiceFiveMinutesLater() {
        var iterator = service.iterator("orders", SHARD, ShardIteratorType.LATEST);
        service.clock.advance(Duration.ofMinutes(5));
        service.read(iterator);
        service.clock.advance(Duration.ofMillis(1));
        assertThatThrownBy(() -> service.read(iterator)).isInstanceOf(ExpiredIteratorException.class);
    }

    @Test
    void anIteratorDoesNotOutliveItsStream() {
        var iterator = service.iterator("orders", SHARD, ShardIteratorType.LATEST);
        service.streams.deleteStream(
                Service.CALLER,
                DeleteStreamRequest.builder().streamName("orders").build());
        service.settle();
        refused(() -> service.read(iterator), ResourceNotFoundException.class, GONE);

        service.create("orders", 1);
        refused(() -> service.read(iterator), ResourceNotFoundException.class, GONE);
    }

    @Test
    void aReaderWhoseStreamIsBeingDeletedHearsThatTheShardIsGone() {
        var iterator = service.iterator("orders", SHARD, ShardIteratorType.LATEST);
        service.streams.deleteStream(
                Service.CALLER,
                DeleteStreamRequest.builder().streamName("orders").build());
        service.log.delete(new ShardKey(0));

        refused(() -> service.read(iterator), ResourceNotFoundException.class, GONE);
        refused(
                () -> service.iterator("orders", SHARD, ShardIteratorType.LATEST),
                ResourceNotFoundException.class,
                GONE);
    }

    @Test
    void checksTheArnAgainstTheIterator() {
        service.create("returns", 1);
        var iterator = service.iterator("orders", SHARD, ShardIteratorType.LATEST);
        var arn = "arn:aws:kinesis:us-east-1:000000000000:stream/";

        service.streams.getRecords(Service.CALLER, reading(iterator, arn + "orders"));
        refused(
                () -> service.streams.getRecords(Service.CALLER, reading(iterator, arn + "returns")),
                InvalidArgumentException.class,
                null);
    }

    @Test
    void letsNobodyElseUseAnIterator() {
        var iterator = service.iterator("orders", SHARD, ShardIteratorType.LATEST);

        refused(
                () -> service.streams.getRecords(Service.caller("111111111111", "us-east-1"), reading(iterator, null)),
                AccessDeniedException.class,
                "User: arn:aws:iam::111111111111:root is not authorized to perform: kinesis:GetRecords on resource:"
                        + " arn:aws:kinesis:us-east-1:000000000000:stream/orders because no resource-based policy allows"
                        + " the kinesis:GetRecords action");
        refused(
                () -> service.streams.getRecords(Service.caller("000000000000", "eu-west-1"), reading(iterator, null)),
                ResourceNotFoundException.class,
                GONE);
    }

    @Test
    void countsWhatWentOut() {
        put("one");
        service.clock.advance(Duration.ofSeconds(1));
        put("two");
        read(service.iterator("orders", SHARD, ShardIteratorType.TRIM_HORIZON), 1);

        var meters = service.meters;
        assertThat(meters.get("GetRecords.Records").counter().count()).isEqualTo(1);
        assertThat(meters.get("GetRecords.Bytes").counter().count()).isEqualTo(3);
        assertThat(meters.get("GetRecords.Success").counter().count()).isEqualTo(1);
        assertThat(meters.get("GetRecords.IteratorAgeMilliseconds").summary().max())
                .isEqualTo(1_000);
    }

    private String put(String data) {
        return service.put("orders", "key", data).sequenceNumber();
    }

    private List<String> from(ShardIteratorType type) {
        return from(request -> request.shardIteratorType(type));
    }

    private List<String> from(Consumer<GetShardIteratorRequest.Builder> start) {
        var request = GetShardIteratorRequest.builder().streamName("orders").shardId(SHARD);
        start.accept(request);
        return texts(service.read(service.iterator(request.build())));
    }

    private static Consumer<GetShardIteratorRequest.Builder> at(Instant moment) {
        return request -> request.shardIteratorType("AT_TIMESTAMP").timestamp(moment);
    }

    private static Consumer<GetShardIteratorRequest.Builder> atNumber(String number) {
        return request -> request.shardIteratorType("AT_SEQUENCE_NUMBER").startingSequenceNumber(number);
    }

    private GetRecordsPage read(String iterator, int limit) {
        return service.streams.getRecords(
                Service.CALLER,
                GetRecordsRequest.builder().shardIterator(iterator).limit(limit).build());
    }

    private static GetRecordsRequest reading(String iterator, String arn) {
        return GetRecordsRequest.builder()
                .shardIterator(iterator)
                .streamARN(arn)
                .build();
    }

    private static List<String> texts(GetRecordsPage page) {
        return page.records().stream()
                .map(record -> Service.text(record.data()))
                .toList();
    }

    private void invalid(String message, Consumer<GetShardIteratorRequest.Builder> start) {
        refused(() -> from(start), InvalidArgumentException.class, message);
    }

    private static void refused(ThrowingCallable call, Class<? extends Throwable> type, String message) {
        var refusal = assertThatThrownBy(call).isInstanceOf(type);
        if (message != null) {
            refusal.hasMessage(message);
        }
    }

    @Test
    void givesWhatWasPutAfterTheClockWasSetBackBehindTheStreamsCreation() {
        service.create("quiet", 1);
        service.clock.advance(Duration.ofHours(-8));
        service.put("quiet", "key", "late");

        assertThat(service.contents("quiet", "shardId-000000000000")).containsExactly("late");
    }
}
