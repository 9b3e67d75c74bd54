package io.millrace.conformance;

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
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.ValidationException;

class RecordsTest {
    private static final int MIB = 1024 * 1024;
    private static final BigInteger HASH_KEYS = BigInteger.TWO.pow(128);
    private static final String LAST_HASH_KEY =
            HASH_KEYS.subtract(BigInteger.ONE).toString();

    @EachClient
    void returnsARecordAsItWasPut(Kinesis kinesis) {
        var stream = kinesis.newStream(1);
        var data = new byte[256];
        for (int value = 0; value < data.length; value++) {
            data[value] = (byte) value;
        }
        var key = "ключ-鍵-🔑\"\\\u0000\n";

        var reply = kinesis.client()
                .putRecord(request -> request.streamName(stream)
                        .data(SdkBytes.fromByteArray(data))
                        .partitionKey(key));

        assertThat(reply.shardId()).isEqualTo(FIRST);
        assertThat(reply.encryptionTypeAsString()).isNull();
        assertThat(kinesis.read(stream, FIRST).records()).singleElement().satisfies(record -> {
            assertThat(record.data().asByteArray()).isEqualTo(data);
            assertThat(record.partitionKey()).isEqualTo(key);
            assertThat(record.sequenceNumber()).isEqualTo(reply.sequenceNumber());
            assertThat(record.encryptionTypeAsString()).isNull();
            assertThat(record.approximateArrivalTimestamp()).isCloseTo(Instant.now(), within(1, ChronoUnit.MINUTES));
        });
    }

    @EachClient
    void takesEmptyData(Kinesis kinesis) {
        var stream = kinesis.newStream(1);

        kinesis.put(stream, "");

        assertThat(kinesis.read(stream, FIRST).texts()).containsExactly("");
    }

    @EachClient
    void takesTheArnForTheName(Kinesis kinesis) {
        var stream = kinesis.newStream(1);
        var arn = "arn:aws:kinesis:us-east-1:000000000000:stream/" + stream;

        kinesis.client()
                .putRecord(request -> request.streamARN(arn)
                        .data(SdkBytes.fromUtf8String("x"))
                        .partitionKey("k"));
        var iterator = kinesis.client()
                .getShardIterator(request ->
                        request.streamARN(arn).shardId(FIRST).shardIteratorType(ShardIteratorType.TRIM_HORIZON))
                .shardIterator();

        assertThat(kinesis.client()
                        .getRecords(request -> request.streamARN(arn).shardIterator(iterator))
                        .records())
                .hasSize(1);
    }

    @EachClient
    void routesByTheMd5OfThePartitionKey(Kinesis kinesis) {
        var stream = kinesis.newStream(7);
        var step = HASH_KEYS.divide(BigInteger.valueOf(7));

        for (var key : List.of("a", "b", "c", "d", "e", "f", "ü", "🔑", "user-4711", "x".repeat(256))) {
            var expected = Math.min(6, md5(key).divide(step).intValueExact());
            var reply = kinesis.client()
                    .putRecord(request -> request.streamName(stream)
                            .data(SdkBytes.fromUtf8String("x"))
                            .partitionKey(key));
            assertThat(reply.shardId()).as(key).isEqualTo(shardId(expected));
        }
    }

    @EachClient
    void routesByAnExplicitHashKey(Kinesis kinesis) {
        var stream = kinesis.newStream(2);
        var middle = BigInteger.TWO.pow(127);

        assertThat(kinesis.put(stream, "x", "0").shardId()).isEqualTo(FIRST);
        assertThat(kinesis.put(stream, "x", middle.subtract(BigInteger.ONE).toString())
                        .shardId())
                .isEqualTo(FIRST);
        assertThat(kinesis.put(stream, "x", middle.toString()).shardId()).isEqualTo(SECOND);
        assertThat(kinesis.put(stream, "x", LAST_HASH_KEY).shardId()).isEqualTo(SECOND);
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> kinesis.put(stream, "x", HASH_KEYS.toString()))
                .satisfies(refusal -> assertThat(refusal.awsErrorDetails().errorMessage())
                        .isEqualTo("Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]."
                                + " Specified value was " + HASH_KEYS));
    }

    @EachClient
    void answersABatchInItsOrderAndKeepsItInEachShard(Kinesis kinesis) {
        var stream = kinesis.newStream(2);
        var entries = IntStream.range(0, 500)
                .mapToObj(number -> PutRecordsRequestEntry.builder()
                        .data(SdkBytes.fromUtf8String(Integer.toString(number)))
                        .partitionKey("key-" + number % 20)
                        .build())
                .toList();

        var reply = kinesis.client()
                .putRecords(request -> request.streamName(stream).records(entries));

        assertThat(reply.failedRecordCount()).isZero();
        assertThat(reply.encryptionTypeAsString()).isNull();
        assertThat(reply.records()).hasSize(500).allSatisfy(result -> {
            assertThat(result.errorCode()).isNull();
            assertThat(result.errorMessage()).isNull();
        });
        for (var shard : List.of(FIRST, SECOND)) {
            var expected = IntStream.range(0, 500)
                    .filter(number -> reply.records().get(number).shardId().equals(shard))
                    .mapToObj(number -> tuple(
                            Integer.toString(number),
                            reply.records().get(number).sequenceNumber()))
                    .toList();
            assertThat(expected).isNotEmpty();
            assertThat(kinesis.read(stream, shard).records())
                    .extracting(record -> record.data().asUtf8String(), Record::sequenceNumber)
                    .containsExactlyElementsOf(expected);
        }
    }

    @EachClient
    void sequenceNumbersGrowAndCanBeOrderedAfterAnother(Kinesis kinesis) {
        var stream = kinesis.newStream(1);
        var last = new BigInteger(
                kinesis.shards(stream).getFirst().sequenceNumberRange().startingSequenceNumber());

        for (int count = 0; count < 10; count++) {
            var ordering = count % 2 == 0 ? null : last.toString();
            var number = new BigInteger(kinesis.client()
                    .putRecord(request -> request.streamName(stream)
                            .data(SdkBytes.fromUtf8String("x"))
                            .partitionKey("k")
                            .sequenceNumberForOrdering(ordering))
                    .sequenceNumber());
            assertThat(number).isGreaterThan(last);
            last = number;
        }
    }

    @EachClient
    void answersManyWritersAtOnce(Kinesis kinesis) throws Exception {
        var stream = kinesis.newStream(2);
        var replies = new ArrayList<Future<Kinesis.Put>>();
        try (var writers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int number = 0; number < 100; number++) {
                var text = Integer.toString(number);
                var hashKey = number % 2 == 0 ? "0" : LAST_HASH_KEY;
                replies.add(writers.submit(() -> kinesis.put(stream, text, hashKey)));
            }
        }

        var put = new ArrayList<String>();
        for (int number = 0; number < replies.size(); number++) {
            put.add(number + " " + replies.get(number).get().sequenceNumber());
        }
        var read = new ArrayList<String>();
        for (var shard : List.of(FIRST, SECOND)) {
            for (var record : kinesis.read(stream, shard).records()) {
                read.add(record.data().asUtf8String() + " " + record.sequenceNumber());
            }
        }
        assertThat(read).containsExactlyInAnyOrderElementsOf(put);
    }

    @EachClient
    void takesARecordOfExactlyTheLimit(Kinesis kinesis) {
        var stream = kinesis.newStream(1);
        var data = SdkBytes.fromByteArray(randomBytes(MIB - 1));

        kinesis.client()
                .putRecord(request -> request.streamName(stream).data(data).partitionKey("k"));

        assertThat(kinesis.read(stream, FIRST).records())
                .extracting(Record::data)
                .containsExactly(data);
        assertThatExceptionOfType(ValidationException.class)
                .isThrownBy(() -> kinesis.client()
                        .putRecord(
                                request -> request.streamName(stream).data(data).partitionKey("kk")))
                .satisfies(refusal -> assertThat(refusal.awsErrorDetails().errorMessage())
                        .isEqualTo("1 validation error detected: Value at 'data' failed to satisfy constraint:"
                                + " Member must have length less than or equal to 1048576"));
    }

    @EachClient
    void takesABatchOfTenMebibytesAndNoMore(Kinesis kinesis) {
        var stream = kinesis.newStream(1);
        var entry = PutRecordsRequestEntry.builder()
                .data(SdkBytes.fromByteArray(randomBytes(MIB - 1)))
                .partitionKey("k")
                .build();

        var reply = kinesis.client()
                .putRecords(request -> request.streamName(stream).records(Collections.nCopies(10, entry)));

        assertThat(reply.failedRecordCount()).isZero();
        assertThat(reply.records())
                .extracting(PutRecordsResultEntry::sequenceNumber)
                .doesNotHaveDuplicates()
                .hasSize(10);
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> kinesis.client()
                        .putRecords(request -> request.streamName(stream).records(Collections.nCopies(11, entry))))
                .satisfies(refusal -> assertThat(refusal.awsErrorDetails().errorMessage())
                        .isEqualTo("Records size exceeds 10 MB limit"));
    }

    @EachClient
    void answersAtMostTenMebibytesAtOnce(Kinesis kinesis) {
        var stream = kinesis.newStream(1);
        var data = SdkBytes.fromByteArray(randomBytes(MIB - 1));
        for (int count = 0; count < 12; count++) {
            kinesis.client()
                    .putRecord(request -> request.streamName(stream).data(data).partitionKey("k"));
        }

        var first = kinesis.getRecords(kinesis.iterator(stream, FIRST, Kinesis::trimHorizon));
        var rest = kinesis.read(first.nextShardIterator());

        assertThat(first.records()).hasSizeBetween(1, 10);
        assertThat(first.millisBehindLatest()).isPositive();
        assertThat(first.records().size() + rest.records().size()).isEqualTo(12);
        assertThat(first.records())
                .allSatisfy(record -> assertThat(record.data()).isEqualTo(data));
        assertThat(rest.records())
                .allSatisfy(record -> assertThat(record.data()).isEqualTo(data));
    }

    @EachClient
    void answersAtMostTenThousandRecordsAtOnce(Kinesis kinesis) {
        var stream = kinesis.newStream(1);
        var entries = Collections.nCopies(
                500,
                PutRecordsRequestEntry.builder()
                        .data(SdkBytes.fromUtf8String("x"))
                        .partitionKey("k")
                        .build());
        for (int batch = 0; batch < 21; batch++) {
            kinesis.client().putRecords(request -> request.streamName(stream).records(entries));
        }

        var first = kinesis.getRecords(kinesis.iterator(stream, FIRST, Kinesis::trimHorizon));
        var second = kinesis.getRecords(first.nextShardIterator());

        assertThat(first.records()).hasSizeBetween(1, 10_000);
        assertThat(first.records().size()
                        + second.records().size()
                        + kinesis.read(second.nextShardIterator()).records().size())
                .isEqualTo(10_500);
    }

    @EachClient
    void refusesAnUnknownStream(Kinesis kinesis) {
        var stream = uniqueName();

        assertThatExceptionOfType(ResourceNotFoundException.class)
                .isThrownBy(() -> kinesis.put(stream, "x"))
                .satisfies(refusal -> assertThat(refusal.awsErrorDetails().errorMessage())
                        .isEqualTo("Stream " + stream + " under account 000000000000 not found."));
    }

    @EachClient
    void startsAtAndAfterASequenceNumber(Kinesis kinesis) {
        var stream = kinesis.newStream(1);
        kinesis.put(stream, "1");
        var middle = kinesis.put(stream, "2").sequenceNumber();
        kinesis.put(stream, "3");

        assertThat(from(kinesis, stream, ShardIteratorType.AT_SEQUENCE_NUMBER, middle))
                .containsExactly("2", "3");
        assertThat(from(kinesis, stream, ShardIteratorType.AFTER_SEQUENCE_NUMBER, middle))
                .containsExactly("3");
    }

    @EachClient
    void startsAtNumbersThatNoRecordHas(Kinesis kinesis) {
        var stream = kinesis.newStream(1);
        var start = kinesis.shards(stream).getFirst().sequenceNumberRange().startingSequenceNumber();
        kinesis.put(stream, "1");

        assertThat(from(kinesis, stream, ShardIteratorType.AT_SEQUENCE_NUMBER, start))
                .containsExactly("1");
        assertThat(from(kinesis, stream, ShardIteratorType.AFTER_SEQUENCE_NUMBER, start))
                .containsExactly("1");
    }

    @EachClient
    void fixesLatestWhenTheIteratorIsIssued(Kinesis kinesis) {
        var stream = kinesis.newStream(1);
        kinesis.put(stream, "before");
        var latest = kinesis.iterator(stream, FIRST, Kinesis::latest);
        kinesis.put(stream, "after");

        assertThat(kinesis.read(latest).texts()).containsExactly("after");
    }

    @EachClient
    void startsAtTheFirstRecordThatArrivedSinceATimestamp(Kinesis kinesis) {
        var stream = kinesis.newStream(1);
        kinesis.put(stream, "1");
        awaitNextMillisecond();
        kinesis.put(stream, "2");
        var arrived = kinesis.read(stream, FIRST).records().get(1).approximateArrivalTimestamp();

        assertThat(since(kinesis, stream, Instant.EPOCH)).containsExactly("1", "2");
        assertThat(since(kinesis, stream, arrived)).containsExactly("2");
        awaitNextMillisecond();
        assertThat(since(kinesis, stream, arrived.plusMillis(1))).isEmpty();
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> since(kinesis, stream, Instant.now().plus(Duration.ofHours(1))))
                .satisfies(refusal -> assertThat(refusal.awsErrorDetails().errorMessage())
                        .matches(
                                "The timestampInMillis parameter cannot be greater than the currentTimestampInMillis\\."
                                        + " timestampInMillis: \\d{13}, currentTimestampInMillis: \\d{13}"));
    }

    @EachClient
    void pagesByLimitAndSaysHowFarBehindAReaderIs(Kinesis kinesis) {
        var stream = kinesis.newStream(1);
        for (var text : List.of("0", "1", "2", "3", "4")) {
            kinesis.put(stream, text);
        }
        awaitNextMillisecond();
        awaitNextMillisecond();

        var start = kinesis.iterator(stream, FIRST, Kinesis::trimHorizon);
        var first = kinesis.client()
                .getRecords(request -> request.shardIterator(start).limit(3));
        assertThat(first.records()).hasSize(3);
        assertThat(first.millisBehindLatest()).isPositive();

        var second = kinesis.client()
                .getRecords(request ->
                        request.shardIterator(first.nextShardIterator()).limit(3));
        assertThat(second.records()).hasSize(2);
        assertThat(second.millisBehindLatest()).isZero();
        assertThat(second.nextShardIterator()).isNotNull();
        assertThat(second.hasChildShards()).isFalse();
    }

    @EachClient
    void givesANewIteratorEachTimeAndTakesAnOldOneAgain(Kinesis kinesis) {
        var stream = kinesis.newStream(1);
        kinesis.put(stream, "x");
        var start = kinesis.iterator(stream, FIRST, Kinesis::trimHorizon);

        var first = kinesis.getRecords(start);
        var again = kinesis.getRecords(start);
        var idle = kinesis.getRecords(first.nextShardIterator());

        assertThat(again.records()).isEqualTo(first.records());
        assertThat(first.nextShardIterator()).isNotEqualTo(start);
        assertThat(idle.records()).isEmpty();
        assertThat(idle.hasRecords()).isTrue();
        assertThat(idle.nextShardIterator()).isNotEqualTo(first.nextShardIterator());
        kinesis.put(stream, "y");
        assertThat(kinesis.read(idle.nextShardIterator()).texts()).containsExactly("y");
    }

    @EachClient
    void refusesIteratorsItDidNotIssue(Kinesis kinesis) {
        var genuine = kinesis.iterator(kinesis.newStream(1), FIRST, Kinesis::trimHorizon);
        var tampered = genuine.substring(0, 40) + (genuine.charAt(40) == 'A' ? 'B' : 'A') + genuine.substring(41);

        for (var forged : List.of("bm90IGFuIGl0ZXJhdG9y", "?", genuine.substring(4), tampered)) {
            assertThatExceptionOfType(InvalidArgumentException.class)
                    .isThrownBy(() -> kinesis.getRecords(forged))
                    .satisfies(refusal ->
                            assertThat(refusal.awsErrorDetails().errorMessage()).isEqualTo("Invalid ShardIterator."));
        }
    }

    @EachClient
    void refusesAnIteratorForAnUnknownShard(Kinesis kinesis) {
        var stream = kinesis.newStream(1);

        assertThatExceptionOfType(ResourceNotFoundException.class)
                .isThrownBy(() -> kinesis.iterator(stream, THIRD, Kinesis::trimHorizon))
                .satisfies(refusal -> assertThat(refusal.awsErrorDetails().errorMessage())
                        .isEqualTo("Shard " + THIRD + " in stream " + stream
                                + " under account 000000000000 does not exist"));
    }

    @EachClient
    void refusesASequenceNumberOfAnotherShard(Kinesis kinesis) {
        var stream = kinesis.newStream(2);
        var number = kinesis.put(stream, "x", LAST_HASH_KEY).sequenceNumber();

        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> from(kinesis, stream, ShardIteratorType.AT_SEQUENCE_NUMBER, number))
                .satisfies(refusal -> assertThat(refusal.awsErrorDetails().errorMessage())
                        .isEqualTo("Invalid StartingSequenceNumber. It encodes " + SECOND
                                + ", while it was used in a call to a shard with " + FIRST));
    }

    @EachClient
    void refusesAnIteratorOfADeletedStream(Kinesis kinesis) {
        var stream = kinesis.newStream(1);
        var iterator = kinesis.iterator(stream, FIRST, Kinesis::trimHorizon);
        kinesis.client().deleteStream(request -> request.streamName(stream));
        kinesis.awaitGone(stream);

        assertThatExceptionOfType(ResourceNotFoundException.class)
                .isThrownBy(() -> kinesis.getRecords(iterator))
                .satisfies(refusal -> assertThat(refusal.awsErrorDetails().errorMessage())
                        .isEqualTo("Shard " + FIRST + " in stream " + stream
                                + " under account 000000000000 does not exist"));
        kinesis.client().createStream(request -> request.streamName(stream).shardCount(1));
        kinesis.awaitActive(stream);
        assertThatExceptionOfType(ResourceNotFoundException.class).isThrownBy(() -> kinesis.getRecords(iterator));
    }

    private static List<String> from(Kinesis kinesis, String stream, ShardIteratorType type, String number) {
        return kinesis.read(kinesis.iterator(
                        stream,
                        FIRST,
                        request -> request.shardIteratorType(type).startingSequenceNumber(number)))
                .texts();
    }

    private static List<String> since(Kinesis kinesis, String stream, Instant timestamp) {
        return kinesis.read(kinesis.iterator(
                        stream,
                        FIRST,
                        request -> request.shardIteratorType(ShardIteratorType.AT_TIMESTAMP)
                                .timestamp(timestamp)))
                .texts();
    }

    /** The server stamps records with milliseconds of the same clock. */
    private static void awaitNextMillisecond() {
        long now = System.currentTimeMillis();
        while (System.currentTimeMillis() <= now + 1) {
            Thread.onSpinWait();
        }
    }

    private static BigInteger md5(String key) {
        try {
            return new BigInteger(1, MessageDigest.getInstance("MD5").digest(key.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has MD5", e);
        }
    }

    private static byte[] randomBytes(int count) {
        var bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }
}
