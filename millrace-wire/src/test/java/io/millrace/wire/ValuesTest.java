package io.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.AwsException;
import io.millrace.model.GetRecordsPage;
import io.millrace.model.GetRecordsPage.DeliveredRecord;
import io.millrace.model.InternalFailureException;
import io.millrace.model.Kinesis;
import io.millrace.model.Operation;
import io.millrace.model.PutRecordsOutcome;
import io.millrace.model.ResourceNotFoundException;
import io.millrace.model.SerializationException;
import io.millrace.testkit.Seeds;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.kinesis.model.ChildShard;
import software.amazon.awssdk.services.kinesis.model.DeleteStreamResponse;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamResponse;
import software.amazon.awssdk.services.kinesis.model.EncryptionType;
import software.amazon.awssdk.services.kinesis.model.EnhancedMetrics;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.ListStreamsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.StreamDescription;

class ValuesTest {
    private static final HexFormat HEX = HexFormat.of();

    @Test
    void roundsNumbersDownAndClampsThem() {
        Seeds.forEach(5_000, random -> {
            var unscaled = new BigInteger(random.nextInt(1, 90), new java.util.Random(random.nextLong()));
            var number = new BigDecimal(unscaled, random.nextInt(-40, 40));
            if (random.nextBoolean()) {
                number = number.negate();
            }
            var text = random.nextBoolean() ? number.toString() : number.toPlainString();
            int shift = random.nextInt(4);
            var expected = number.scaleByPowerOfTen(shift)
                    .setScale(0, RoundingMode.FLOOR)
                    .toBigInteger()
                    .max(BigInteger.valueOf(Long.MIN_VALUE))
                    .min(BigInteger.valueOf(Long.MAX_VALUE));
            var bytes = Any.utf8(text);

            assertThat(DecimalText.floor(bytes, 0, bytes.length, shift))
                    .as(text)
                    .isEqualTo(expected.longValue());
        });
    }

    @ParameterizedTest
    @CsvSource({
        "1459799926.480, 1459799926480",
        "0, 0",
        "-1.5, -1500",
        "1.4597999264809e9, 1459799926480",
        "-0.0001, -1",
        "9223372036854775807, 9223372036854775807",
    })
    void readsJsonTimesInSeconds(String written, long epochMillis) {
        var body =
                Any.utf8("{\"ShardId\":\"0\",\"ShardIteratorType\":\"AT_TIMESTAMP\",\"StreamName\":\"a\",\"Timestamp\":"
                        + written + "}");
        var request = Codecs.of(Kinesis.GET_SHARD_ITERATOR).decode(Protocol.JSON, body, 0, body.length);

        assertThat(request.timestamp()).isEqualTo(Instant.ofEpochMilli(epochMillis));
    }

    @ParameterizedTest
    @CsvSource({
        "c11b00000153e2dad4d0, 1459799905488", // tag 1 and an integer
        "1b00000153e2dad4d0, 1459799905488", // bare
        "c1fb42753e2dad4d0000, 1459799905488", // tag 1 and a double
        "c11a0001e240, 123456",
        "fa47f12000, 123456", // single precision
        "f94200, 3", // half precision
        "c24801020304050607ff, 72623859790383103", // bignum
        "c3413f, -64", // negative bignum
        "c2490100000000000000ff, 9223372036854775807",
        "3903e7, -1000",
    })
    void readsCborTimesInMillisecondsHoweverWritten(String hex, long epochMillis) {
        var out = new BodyWriter();
        var notation = Notation.of(Protocol.CBOR, out);
        notation.beginObject();
        notation.name("StreamARN");
        notation.text("arn:aws:kinesis:us-east-1:000000000000:stream/a");
        notation.name("StreamCreationTimestamp");
        out.write(HEX.parseHex(hex), 0, hex.length() / 2);
        notation.endObject();
        var request = Codecs.of(Kinesis.LIST_STREAM_CONSUMERS).decode(Protocol.CBOR, out.array(), 0, out.length());

        assertThat(request.streamCreationTimestamp()).isEqualTo(Instant.ofEpochMilli(epochMillis));
    }

    @Test
    void readsCborOfEveryLengthEncoding() {
        // Indefinite map, array, text in chunks and bytes in chunks; a tagged map; definite ones with wide lengths.
        var hex = "bf" + "7f6653747265616d644e616d65ff"
                + "6161"
                + "675265636f726473" + "9f" + "bf" + "6444617461" + "5f4101420203ff" + "6c506172746974696f6e4b6579"
                + "7801" + "6b"
                + "ff" + "d9d9f7b90002" + "6444617461" + "590001" + "09" + "6c506172746974696f6e4b6579"
                + "7b0000000000000001" + "6c"
                + "ff" + "ff";
        var body = HEX.parseHex(hex);
        var batch = Codecs.PUT_RECORDS.decode(Protocol.CBOR, body, 0, body.length);

        assertThat(batch.stream().name()).isEqualTo("a");
        assertThat(batch.count()).isEqualTo(2);
        assertThat(Arrays.copyOfRange(batch.bytes(), batch.dataOffset(0), batch.dataOffset(0) + batch.dataBytes(0)))
                .containsExactly(1, 2, 3);
        assertThat(batch.dataBytes(1)).isEqualTo(1);
        assertThat(batch.bytes()[batch.partitionKeyOffset(1)]).isEqualTo((byte) 'l');
    }

    @Test
    void takesTheLastOfMembersGivenTwiceAndIgnoresUnknownOnes() {
        var body = Any.utf8(" { \"StreamName\" : \"a\", \"x\":[{\"y\":[]}], \"StreamName\":\"b\\u002e\", \"Limit\":7, "
                + "\"Limit\":null, \"ExclusiveStartShardId\":null } ");
        var request = Codecs.of(Kinesis.DESCRIBE_STREAM).decode(Protocol.JSON, body, 0, body.length);

        assertThat(request.streamName()).isEqualTo("b.");
        assertThat(request.limit()).isNull();
    }

    @Test
    void writesTimesInSecondsWithUpToThreeDecimals() {
        assertThat(json(
                        DescribeStreamResponse.builder()
                                .streamDescription(description -> description
                                        .streamName("a")
                                        .shards(List.of())
                                        .hasMoreShards(false)
                                        .streamCreationTimestamp(Instant.ofEpochMilli(1_459_799_926_480L))
                                        .enhancedMonitoring(EnhancedMetrics.builder()
                                                .shardLevelMetricsWithStrings(List.of())
                                                .build()))
                                .build(),
                        Kinesis.DESCRIBE_STREAM))
                .isEqualTo("{\"StreamDescription\":{\"StreamName\":\"a\",\"Shards\":[],\"HasMoreShards\":false,"
                        + "\"StreamCreationTimestamp\":1459799926.48,"
                        + "\"EnhancedMonitoring\":[{\"ShardLevelMetrics\":[]}]}}");
        assertThat(timestamp(1)).isEqualTo("0.001");
        assertThat(timestamp(-1_010)).isEqualTo("-1.01");
        assertThat(timestamp(5_000)).isEqualTo("5");
        assertThat(timestamp(5_100)).isEqualTo("5.1");
    }

    @Test
    void writesCborTimesAsTaggedMilliseconds() {
        var out = new BodyWriter();
        new ReplyWriter(Notation.of(Protocol.CBOR, out))
                .write(StreamDescription.builder()
                        .streamCreationTimestamp(Instant.ofEpochMilli(1_459_799_905_488L))
                        .build());

        assertThat(HEX.formatHex(out.array(), 0, out.length())).endsWith("c11b00000153e2dad4d0ff");
    }

    @Test
    void leavesOutWhatWasNeverSet() {
        assertThat(json(
                        ListStreamsResponse.builder()
                                .streamNames(List.of())
                                .hasMoreStreams(false)
                                .build(),
                        Kinesis.LIST_STREAMS))
                .isEqualTo("{\"StreamNames\":[],\"HasMoreStreams\":false}");
        assertThat(json(ListStreamsResponse.builder().build(), Kinesis.LIST_STREAMS))
                .isEqualTo("{}");
    }

    @Test
    void writesNothingForOperationsWithoutOutput() {
        assertThat(json(DeleteStreamResponse.builder().build(), Kinesis.DELETE_STREAM))
                .isEmpty();
    }

    @Test
    void writesErrors() {
        assertThat(error(new ResourceNotFoundException("no \"a\"")))
                .isEqualTo("{\"__type\":\"ResourceNotFoundException\",\"message\":\"no \\\"a\\\"\"}");
        assertThat(error(new InternalFailureException())).isEqualTo("{\"__type\":\"InternalFailure\"}");
        assertThat(error(new SerializationException())).isEqualTo("{\"__type\":\"SerializationException\"}");
        assertThat(error(new SerializationException("Expected null")))
                .isEqualTo("{\"__type\":\"SerializationException\",\"Message\":\"Expected null\"}");

        var cbor = new BodyWriter();
        ErrorBody.write(Protocol.CBOR, new InternalFailureException(), cbor);
        assertThat(new String(cbor.array(), 0, cbor.length(), StandardCharsets.ISO_8859_1))
                .contains("__type")
                .contains("InternalFailure");
    }

    @Test
    void writesPagesAsTheSlowWayWould() {
        Seeds.forEach(300, random -> {
            var records = new ArrayList<DeliveredRecord>();
            var expected = new ArrayList<Record>();
            for (int i = random.nextInt(5); i > 0; i--) {
                var key = Any.text(random);
                int size = random.nextInt(8) == 0 ? random.nextInt(100_000) : random.nextInt(50);
                var data = Any.bytes(size, random);
                long arrival = random.nextLong(2_000_000_000_000L);
                boolean direct = random.nextBoolean();
                var encryption = random.nextBoolean() ? EncryptionType.KMS : EncryptionType.NONE;
                records.add(new DeliveredRecord(
                        "4" + i, arrival, buffer(Any.utf8(key), direct), buffer(data, direct), encryption));
                expected.add(Record.builder()
                        .sequenceNumber("4" + i)
                        .approximateArrivalTimestamp(Instant.ofEpochMilli(arrival))
                        .data(SdkBytes.fromByteArray(data))
                        .partitionKey(key)
                        .encryptionType(shown(encryption))
                        .build());
            }
            boolean atEnd = random.nextBoolean();
            var children = atEnd
                    ? List.of(ChildShard.builder()
                            .shardId("s")
                            .parentShards("p", "q")
                            .build())
                    : List.<ChildShard>of();
            var page = new GetRecordsPage(records, atEnd ? null : "next", random.nextInt(3), children);
            var reply = GetRecordsResponse.builder()
                    .records(expected)
                    .nextShardIterator(page.nextShardIterator())
                    .millisBehindLatest(page.millisBehindLatest());
            if (atEnd) {
                reply.childShards(children);
            }
            for (var protocol : Protocol.values()) {
                assertThat(written(protocol, page, Kinesis.GET_RECORDS)).isEqualTo(written(protocol, reply.build()));
            }
        });
    }

    /** Only encryption is spoken of. */
    private static @Nullable EncryptionType shown(EncryptionType type) {
        return type == EncryptionType.KMS ? type : null;
    }

    @ParameterizedTest
    @EnumSource(names = {"NONE", "KMS"})
    void writesPutRepliesAsTheSlowWayWould(EncryptionType encryption) {
        var stored = new PutRecordsOutcome.Stored("shardId-000000000000", "49", encryption);
        var failed = new PutRecordsOutcome.Failed("ProvisionedThroughputExceededException", "Rate exceeded");
        var many = PutRecordsResponse.builder()
                .failedRecordCount(1)
                .encryptionType(shown(encryption))
                .records(
                        PutRecordsResultEntry.builder()
                                .sequenceNumber("49")
                                .shardId(stored.shardId())
                                .build(),
                        PutRecordsResultEntry.builder()
                                .errorCode(failed.errorCode())
                                .errorMessage(failed.errorMessage())
                                .build())
                .build();
        var one = PutRecordResponse.builder()
                .shardId(stored.shardId())
                .sequenceNumber("49")
                .encryptionType(shown(encryption))
                .build();
        for (var protocol : Protocol.values()) {
            assertThat(written(
                            protocol, new PutRecordsOutcome(List.of(stored, failed), encryption), Kinesis.PUT_RECORDS))
                    .isEqualTo(written(protocol, many));
            assertThat(written(protocol, stored, Kinesis.PUT_RECORD)).isEqualTo(written(protocol, one));
        }
    }

    /** As the log hands them out: read-only, and somewhere in something larger. */
    private static ByteBuffer buffer(byte[] bytes, boolean direct) {
        var whole = direct ? ByteBuffer.allocateDirect(bytes.length + 5) : ByteBuffer.allocate(bytes.length + 5);
        whole.put(3, bytes);
        return whole.position(3).limit(3 + bytes.length).asReadOnlyBuffer();
    }

    private static String timestamp(long epochMillis) {
        var out = new BodyWriter();
        Notation.of(Protocol.JSON, out).timestamp(epochMillis);
        return new String(out.array(), 0, out.length(), StandardCharsets.US_ASCII);
    }

    private static <O> String json(O output, Operation<?, O> operation) {
        return new String(written(Protocol.JSON, output, operation), StandardCharsets.UTF_8);
    }

    private static <O> byte[] written(Protocol protocol, O output, Operation<?, O> operation) {
        var out = new BodyWriter(16);
        Codecs.of(operation).encode(protocol, output, out);
        return Arrays.copyOf(out.array(), out.length());
    }

    private static byte[] written(Protocol protocol, SdkPojo object) {
        var out = new BodyWriter();
        new ReplyWriter(Notation.of(protocol, out)).write(object);
        return Arrays.copyOf(out.array(), out.length());
    }

    private static String error(AwsException error) {
        var out = new BodyWriter();
        ErrorBody.write(Protocol.JSON, error, out);
        return new String(out.array(), 0, out.length(), StandardCharsets.UTF_8);
    }
}
