package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.ShardKey;
import io.millrace.model.AccessDeniedException;
import io.millrace.model.InvalidArgumentException;
import io.millrace.model.PutRecordsBatch;
import io.millrace.model.PutRecordsOutcome.Stored;
import io.millrace.model.ResourceNotFoundException;
import io.millrace.model.ServiceUnavailableException;
import io.millrace.model.StreamRef;
import io.millrace.model.ValidationException;
import io.millrace.streams.Service.Entry;
import io.millrace.streams.sequence.SequenceNumber;
import io.millrace.testkit.Seeds;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kinesis.model.CreateStreamRequest;
import software.amazon.awssdk.services.kinesis.model.DeleteStreamRequest;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

class RecordWriterTest {
    private static final int MIB = 1_048_576;
    private static final String OTHERS_ARN = "arn:aws:kinesis:us-east-1:111111111111:stream/orders";

    @TempDir
    Path directory;

    private Service service;

    @BeforeEach
    void open() {
        service = Service.in(directory);
        service.create("orders", 4);
    }

    @AfterEach
    void close() {
        service.close();
    }

    @Test
    void storesEachRecordInTheShardOfItsKeyAndInRequestOrder() {
        Seeds.forEach(20, random -> {
            var stream = "stream-" + random.nextInt();
            service.create(stream, random.nextInt(1, 8));
            var expected = new HashMap<String, List<String>>();
            for (int call = 0; call < 3; call++) {
                var entries = anyEntries(random);
                var outcome = service.put(stream, entries);
                assertThat(outcome.records()).hasSameSizeAs(entries);
                for (int i = 0; i < entries.size(); i++) {
                    var stored = (Stored) outcome.records().get(i);
                    assertThat(stored.shardId()).isEqualTo(shardHolding(stream, entries.get(i)));
                    expected.computeIfAbsent(stored.shardId(), _ -> new ArrayList<>())
                            .add(entries.get(i).data() + stored.sequenceNumber());
                }
            }
            for (var shard : expected.entrySet()) {
                var iterator = service.iterator(stream, shard.getKey(), ShardIteratorType.TRIM_HORIZON);
                assertThat(service.read(iterator).records().stream()
                                .map(record -> Service.text(record.data()) + record.sequenceNumber()))
                        .containsExactlyElementsOf(shard.getValue());
            }
        });
    }

    @Test
    void numbersTheRecordsOfAShardFromOneWithoutGaps() {
        for (int i = 1; i <= 5; i++) {
            var number =
                    SequenceNumber.parse(service.put("orders", "key", "data").sequenceNumber());
            assertThat(number.orElseThrow().counter()).isEqualTo(i);
        }
    }

    @Test
    void takesEmptyData() {
        service.put("orders", "key", "");
    }

    @Test
    void takesARecordOfExactlyTheLimitAndNoMore() {
        service.put("orders", "key", "x".repeat(MIB - 3));
        refused(
                () -> service.put("orders", "kéy", "x".repeat(MIB - 3)),
                ValidationException.class,
                "1 validation error detected: Value at 'data' failed to satisfy constraint: Member must have length less"
                        + " than or equal to 1048576");
        refused(
                () -> service.put(
                        "orders", List.of(entry("a", "x"), entry("b", "x".repeat(MIB)), entry("c", "x".repeat(MIB)))),
                ValidationException.class,
                "1 validation error detected: Value at 'records.2.member.data' failed to satisfy constraint: Member must"
                        + " have length less than or equal to 1048576");
    }

    @Test
    void takesLargerRecordsWhereTheStreamAllowsThem() {
        service.streams.createStream(
                Service.CALLER,
                CreateStreamRequest.builder()
                        .streamName("large")
                        .shardCount(1)
                        .maxRecordSizeInKiB(2_048)
                        .build());
        service.settle();

        service.put("large", "k", "x".repeat(2 * MIB - 1));
        refused(
                () -> service.put("large", "k", "x".repeat(2 * MIB)),
                ValidationException.class,
                "1 validation error detected: Value at 'data' failed to satisfy constraint: Member must have length less"
                        + " than or equal to 2097152");
    }

    @Test
    void refusesACallOfMoreThanTenMebibytesBeforeItLooksAtSingleRecords() {
        var entries = new ArrayList<Entry>();
        for (int i = 0; i < 11; i++) {
            entries.add(entry("k", "x".repeat(MIB)));
        }
        refused(
                () -> service.put("orders", entries),
                InvalidArgumentException.class,
                "Records size exceeds 10 MB limit");
    }

    @Test
    void namesWhatIsTooLargeByDefaultWhenTheStreamIsUnknown() {
        var large = "x".repeat(MIB + 1);
        var value = "Value 'java.nio.HeapByteBuffer[pos=0 lim=1048577 cap=1048577]' at ";
        var constraint = " failed to satisfy constraint: Member must have length less than or equal to 1048576";

        refused(
                () -> service.put("nowhere", "key", large),
                ValidationException.class,
                "1 validation error detected: " + value + "'data'" + constraint);
        refused(
                () -> service.put("nowhere", List.of(entry("a", large), entry("b", ""), entry("c", large))),
                ValidationException.class,
                "2 validation errors detected: " + value + "'records.1.member.data'" + constraint + "; " + value
                        + "'records.3.member.data'" + constraint);
        refused(
                () -> service.put("nowhere", "key", "x".repeat(MIB)),
                ResourceNotFoundException.class,
                "Stream nowhere under account 000000000000 not found.");
    }

    @Test
    void refusesAWholeCallForOneHashKeyOutsideOfTheSpace() {
        var space = "340282366920938463463374607431768211456";
        refused(
                () -> service.put("orders", List.of(entry("a", "x"), new Entry("b", space, "x"))),
                InvalidArgumentException.class,
                "Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was "
                        + space);
        for (int shard = 0; shard < 4; shard++) {
            assertThat(service.contents("orders", "shardId-" + shard)).isEmpty();
        }
    }

    @Test
    void doesNotKnowAStreamThatIsBeingDeleted() {
        service.streams.deleteStream(
                Service.CALLER,
                DeleteStreamRequest.builder().streamName("orders").build());

        refused(
                () -> service.put("orders", "key", "data"),
                ResourceNotFoundException.class,
                "Stream orders under account 000000000000 not found.");
    }

    @Test
    void doesNotKnowAStreamThatWasDeletedUnderItsFeet() {
        var shards = service.shards("orders").size();
        for (int i = 0; i < shards; i++) {
            service.log.delete(new ShardKey(i));
        }
        refused(
                () -> service.put("orders", "key", "data"),
                ResourceNotFoundException.class,
                "Stream orders under account 000000000000 not found.");
    }

    @Test
    void doesNotKnowAStreamThatWasDeletedBeforeItsNumbersWereCompared() {
        var number = service.put("orders", "key", "data").sequenceNumber();
        int shards = service.shards("orders").size();
        for (int i = 0; i < shards; i++) {
            service.log.delete(new ShardKey(i));
        }
        refused(
                () -> putAfter(number),
                ResourceNotFoundException.class,
                "Stream orders under account 000000000000 not found.");
    }

    @Test
    void isUnavailableWhileTheLogRefuses() {
        service.log.refuse(true);
        assertThatThrownBy(() -> service.put("orders", "key", "data")).isInstanceOf(ServiceUnavailableException.class);
        assertThatThrownBy(() -> service.put("orders", List.of(entry("key", "data"))))
                .isInstanceOf(ServiceUnavailableException.class);
        assertThat(service.streams.healthy()).isFalse();

        service.log.refuse(false);
        var stored = service.put("orders", "key", "data");
        assertThat(service.contents("orders", stored.shardId())).containsExactly("data");
    }

    @Test
    void answersOnlyWhenTheRecordsAreDurable() {
        service.log.hold();
        var reply = service.streams
                .putRecord(Service.CALLER, Service.batch("orders", List.of(entry("key", "data"))), Runnable::run)
                .toCompletableFuture();
        assertThat(reply).isNotDone();

        service.log.release();

        assertThat(reply).isCompleted();
    }

    @Test
    void answersWhereItIsTold() {
        var tasks = new ArrayDeque<Runnable>();
        service.log.hold();
        var one = service.streams
                .putRecord(Service.CALLER, Service.batch("orders", List.of(entry("key", "data"))), tasks::add)
                .toCompletableFuture();
        var many = service.streams
                .putRecords(Service.CALLER, Service.batch("orders", List.of(entry("key", "data"))), tasks::add)
                .toCompletableFuture();

        service.log.release();
        assertThat(tasks).hasSize(2);
        assertThat(one).isNotDone();
        assertThat(many).isNotDone();

        tasks.remove().run();
        assertThat(one).isCompleted();
        assertThat(many).isNotDone();
        tasks.remove().run();
        assertThat(many).isCompleted();
    }

    @Test
    void findsAStreamByNameByArnAndByBoth() {
        var arn = "arn:aws:kinesis:us-east-1:000000000000:stream/orders";
        put(new StreamRef("orders", null));
        put(new StreamRef(null, arn));
        put(new StreamRef("orders", arn));
        refused(
                () -> put(new StreamRef("other", arn)),
                InvalidArgumentException.class,
                "StreamARN " + arn + " does not match StreamName other");
    }

    @Test
    void refusesArnsOfOtherRegionsAndAccounts() {
        refused(
                () -> put(new StreamRef(null, "arn:aws:kinesis:eu-west-1:000000000000:stream/orders")),
                ResourceNotFoundException.class,
                "Stream orders under account 000000000000 not found.");
        refused(
                () -> put(new StreamRef(null, OTHERS_ARN)),
                AccessDeniedException.class,
                "User: arn:aws:iam::000000000000:root is not authorized to perform: kinesis:PutRecord on resource: "
                        + OTHERS_ARN + " because no resource-based policy allows the kinesis:PutRecord action");
    }

    @Test
    void keepsNamespacesApart() {
        var batch = Service.batch("orders", List.of(entry("key", "data")));
        refused(
                () -> Service.await(
                        service.streams.putRecord(Service.caller("000000000000", "eu-west-1"), batch, Runnable::run)),
                ResourceNotFoundException.class,
                "Stream orders under account 000000000000 not found.");
        refused(
                () -> Service.await(
                        service.streams.putRecord(Service.caller("111111111111", "us-east-1"), batch, Runnable::run)),
                ResourceNotFoundException.class,
                "Stream orders under account 111111111111 not found.");
    }

    @Test
    void givesANumberAboveTheOneItIsToExceed() {
        var first = service.put("orders", "key", "one");
        var second = putAfter(first.sequenceNumber());
        assertThat(new BigInteger(second.sequenceNumber())).isGreaterThan(new BigInteger(first.sequenceNumber()));
        putAfter("5");
        putAfter(new SequenceNumber(1, 1, 1, Integer.MIN_VALUE, 2).toString());
    }

    @Test
    void refusesToExceedANumberThatCannotBe() {
        var shard = SequenceNumber.parse(service.put("orders", "key", "one").sequenceNumber())
                .orElseThrow();
        long now = service.clock.millis() / 1_000;
        var future = new SequenceNumber(shard.shardCreationSecond(), 1, now + 1, 99, 2).toString();
        var end = SequenceNumber.ending(shard.shardCreationSecond(), now, shard.shardIndex())
                .toString();
        for (var number : List.of("9".repeat(60), future, end)) {
            refused(
                    () -> putAfter(number),
                    InvalidArgumentException.class,
                    "ExclusiveMinimumSequenceNumber " + number
                            + " used in PutRecord on stream orders under account 000000000000 is invalid.");
        }
    }

    @Test
    void countsWhatCameIn() {
        service.put("orders", "key", "12345");
        service.put("orders", List.of(entry("a", "1"), entry("b", "2")));
        service.log.refuse(true);
        assertThatThrownBy(() -> service.put("orders", List.of(entry("a", "1"))))
                .isNotNull();

        assertThat(count("IncomingRecords")).isEqualTo(3);
        assertThat(count("IncomingBytes")).isEqualTo(12);
        assertThat(count("PutRecord.Success")).isEqualTo(1);
        assertThat(count("PutRecord.Bytes")).isEqualTo(8);
        assertThat(count("PutRecords.Success")).isEqualTo(1);
        assertThat(count("PutRecords.TotalRecords")).isEqualTo(3);
        assertThat(count("PutRecords.SuccessfulRecords")).isEqualTo(2);
        assertThat(count("PutRecords.FailedRecords")).isEqualTo(1);
        assertThat(service.meters
                        .get("PutRecords.Latency")
                        .tag("StreamName", "orders")
                        .timer()
                        .count())
                .isEqualTo(2);
    }

    private double count(String meter) {
        return service.meters.get(meter).tag("StreamName", "orders").counter().count();
    }

    private Stored put(StreamRef stream) {
        return Service.await(service.streams.putRecord(
                Service.CALLER, Service.batch(stream, List.of(entry("key", "data")), null), Runnable::run));
    }

    private Stored putAfter(String ordering) {
        PutRecordsBatch batch = Service.batch(new StreamRef("orders", null), List.of(entry("key", "next")), ordering);
        return Service.await(service.streams.putRecord(Service.CALLER, batch, Runnable::run));
    }

    private String shardHolding(String stream, Entry entry) {
        var key = entry.explicitHashKey() == null ? md5(entry.partitionKey()) : new BigInteger(entry.explicitHashKey());
        return service.shards(stream).stream()
                .filter(shard -> key.compareTo(
                                        new BigInteger(shard.hashKeyRange().startingHashKey()))
                                >= 0
                        && key.compareTo(new BigInteger(shard.hashKeyRange().endingHashKey())) <= 0)
                .findFirst()
                .orElseThrow()
                .shardId();
    }

    private static BigInteger md5(String key) {
        try {
            return new BigInteger(1, MessageDigest.getInstance("MD5").digest(key.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static List<Entry> anyEntries(SplittableRandom random) {
        var entries = new ArrayList<Entry>();
        for (int i = random.nextInt(1, 30); i > 0; i--) {
            var explicit =
                    random.nextInt(3) == 0 ? new BigInteger(128, new Random(random.nextLong())).toString() : null;
            entries.add(new Entry("кey-" + random.nextInt(20), explicit, "data-" + random.nextInt()));
        }
        return entries;
    }

    private static Entry entry(String key, String data) {
        return new Entry(key, null, data);
    }

    private static void refused(ThrowingCallable call, Class<? extends Throwable> type, String message) {
        assertThatThrownBy(call).isInstanceOf(type).hasMessage(message);
    }
}
