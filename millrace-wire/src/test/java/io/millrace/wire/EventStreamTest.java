package io.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.GetRecordsPage.DeliveredRecord;
import io.millrace.model.InternalFailureException;
import io.millrace.model.Kinesis;
import io.millrace.model.ResourceInUseException;
import io.millrace.model.ServiceUnavailableException;
import io.millrace.model.ShardEvent;
import io.millrace.testkit.Seeds;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.ChildShard;
import software.amazon.awssdk.services.kinesis.model.EncryptionType;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardEvent;
import software.amazon.eventstream.Message;
import software.amazon.eventstream.MessageDecoder;

/** The decoder of the AWS SDK for Java judges our messages. */
class EventStreamTest {
    private static final int SEEDS = 300;
    private static final ShardEvent HEARTBEAT = new ShardEvent(List.of(), "49", 0, List.of());

    @Test
    void writesTheInitialResponseByteForByte() {
        assertThat(HexFormat.of().formatHex(written(body -> EventStream.initialResponse(Protocol.JSON, body))))
                .isEqualTo("00000072" + "00000060" + "ab820d9e"
                        + hex("\r:message-type\u0007\u0000\u0005event")
                        + hex("\u000b:event-type\u0007\u0000\u0010initial-response")
                        + hex("\r:content-type\u0007\u0000\u001aapplication/x-amz-json-1.1")
                        + hex("{}")
                        + "e16e66e4");
    }

    @ParameterizedTest
    @EnumSource
    void beginsWithAnEmptyResponse(Protocol protocol) {
        var message = decoded(written(body -> EventStream.initialResponse(protocol, body)));
        assertThat(headers(message))
                .isEqualTo(Map.of(
                        ":message-type", "event",
                        ":event-type", "initial-response",
                        ":content-type", protocol.contentType()));
        assertThat(message.getPayload())
                .isEqualTo(protocol == Protocol.JSON ? new byte[] {'{', '}'} : new byte[] {(byte) 0xBF, (byte) 0xFF});
    }

    @ParameterizedTest
    @EnumSource
    void carriesEventsAsTheSlowWayWouldWriteThem(Protocol protocol) {
        Seeds.forEach(SEEDS, random -> {
            var event = anyEvent(random);
            var message = decoded(event(protocol, event));
            assertThat(headers(message))
                    .isEqualTo(Map.of(
                            ":message-type", "event",
                            ":event-type", "SubscribeToShardEvent",
                            ":content-type", protocol.contentType()));
            var expected = new BodyWriter();
            new ReplyWriter(Notation.of(protocol, expected)).write(sdkEvent(event));
            assertThat(message.getPayload()).isEqualTo(Arrays.copyOf(expected.array(), expected.length()));
        });
    }

    @ParameterizedTest
    @EnumSource
    void followsOneMessageWithAnother(Protocol protocol) {
        Seeds.forEach(SEEDS, random -> {
            var events = new ArrayList<ShardEvent>();
            var stream = new BodyWriter(1);
            for (int i = random.nextInt(5); i >= 0; i--) {
                var event = anyEvent(random);
                events.add(event);
                EventStream.event(protocol, Kinesis.SUBSCRIBE_TO_SHARD, Codecs.SUBSCRIBE_TO_SHARD, event, stream);
            }
            var payloads = new ArrayList<byte[]>();
            var decoder = new MessageDecoder(message -> payloads.add(message.getPayload()));
            // However the bytes are cut up on their way.
            for (int at = 0; at < stream.length(); ) {
                int count = Math.min(stream.length() - at, 1 + random.nextInt(5_000));
                decoder.feed(ByteBuffer.wrap(stream.array(), at, count));
                at += count;
            }
            assertThat(payloads)
                    .containsExactlyElementsOf(events.stream()
                            .map(event -> decoded(event(protocol, event)).getPayload())
                            .toList());
        });
    }

    @Test
    void breaksOffWithAnExceptionOfTheApi() {
        var refusal = new ResourceInUseException("Another \"subscription\"");
        var message = decoded(written(body -> EventStream.lastWord(Protocol.JSON, refusal, body)));
        assertThat(headers(message))
                .isEqualTo(Map.of(
                        ":message-type", "exception",
                        ":exception-type", "ResourceInUseException",
                        ":content-type", "application/x-amz-json-1.1"));
        assertThat(new String(message.getPayload(), StandardCharsets.UTF_8))
                .isEqualTo("{\"message\":\"Another \\\"subscription\\\"\"}");
    }

    @Test
    void breaksOffWithAnErrorThatTheApiDoesNotKnow() {
        var message =
                decoded(written(body -> EventStream.lastWord(Protocol.JSON, new ServiceUnavailableException(), body)));
        assertThat(headers(message))
                .isEqualTo(Map.of(
                        ":message-type",
                        "error",
                        ":error-code",
                        "ServiceUnavailable",
                        ":error-message",
                        "ServiceUnavailable"));
        assertThat(message.getPayload()).isEmpty();
    }

    @Test
    void breaksOffWithAFaultOfOursByItsNameInTheApi() {
        var message =
                decoded(written(body -> EventStream.lastWord(Protocol.JSON, new InternalFailureException(), body)));
        assertThat(headers(message))
                .isEqualTo(Map.of(
                        ":message-type", "exception",
                        ":exception-type", "InternalFailureException",
                        ":content-type", "application/x-amz-json-1.1"));
        assertThat(new String(message.getPayload(), StandardCharsets.UTF_8)).isEqualTo("{}");
    }

    @Test
    void namesNoChildrenOfAnOpenShardAndNoPlaceToGoOnOfAClosedOne() {
        assertThat(new String(decoded(event(Protocol.JSON, HEARTBEAT)).getPayload(), StandardCharsets.UTF_8))
                .isEqualTo("{\"Records\":[],\"ContinuationSequenceNumber\":\"49\",\"MillisBehindLatest\":0}");
        var child = ChildShard.builder().shardId("s").parentShards("p").build();
        var last = new ShardEvent(List.of(), null, 0, List.of(child));
        assertThat(new String(decoded(event(Protocol.JSON, last)).getPayload(), StandardCharsets.UTF_8))
                .isEqualTo("{\"Records\":[],\"MillisBehindLatest\":0,"
                        + "\"ChildShards\":[{\"ShardId\":\"s\",\"ParentShards\":[\"p\"]}]}");
    }

    private static ShardEvent anyEvent(RandomGenerator random) {
        var records = new ArrayList<DeliveredRecord>();
        for (int i = random.nextInt(5); i > 0; i--) {
            int size = random.nextInt(8) == 0 ? random.nextInt(100_000) : random.nextInt(50);
            records.add(new DeliveredRecord(
                    "4" + i,
                    random.nextLong(2_000_000_000_000L),
                    ByteBuffer.wrap(Any.utf8(Any.text(random))).asReadOnlyBuffer(),
                    ByteBuffer.wrap(Any.bytes(size, random)).asReadOnlyBuffer(),
                    random.nextBoolean() ? EncryptionType.KMS : EncryptionType.NONE));
        }
        boolean atEnd = random.nextInt(4) == 0;
        var child = ChildShard.builder().shardId("s").parentShards("p", "q").build();
        return new ShardEvent(
                records, atEnd ? null : "4957", random.nextLong(100_000), atEnd ? List.of(child) : List.of());
    }

    private static SubscribeToShardEvent sdkEvent(ShardEvent event) {
        var records = event.records().stream()
                .map(record -> Record.builder()
                        .sequenceNumber(record.sequenceNumber())
                        .approximateArrivalTimestamp(Instant.ofEpochMilli(record.arrivalMillis()))
                        .data(SdkBytes.fromByteBuffer(record.data()))
                        .partitionKey(StandardCharsets.UTF_8
                                .decode(record.partitionKeyUtf8().duplicate())
                                .toString())
                        .encryptionType(record.encryptionType() == EncryptionType.KMS ? EncryptionType.KMS : null)
                        .build())
                .toList();
        var builder = SubscribeToShardEvent.builder()
                .records(records)
                .continuationSequenceNumber(event.continuationSequenceNumber())
                .millisBehindLatest(event.millisBehindLatest());
        return (event.childShards().isEmpty() ? builder : builder.childShards(event.childShards())).build();
    }

    private static byte[] event(Protocol protocol, ShardEvent event) {
        return written(body ->
                EventStream.event(protocol, Kinesis.SUBSCRIBE_TO_SHARD, Codecs.SUBSCRIBE_TO_SHARD, event, body));
    }

    private static byte[] written(Consumer<BodyWriter> message) {
        var body = new BodyWriter(1);
        message.accept(body);
        return Arrays.copyOf(body.array(), body.length());
    }

    /** Throws if a length or a checksum is wrong. */
    private static Message decoded(byte[] bytes) {
        var messages = new ArrayList<Message>();
        new MessageDecoder(messages::add).feed(ByteBuffer.wrap(bytes));
        assertThat(messages).hasSize(1);
        return messages.getFirst();
    }

    private static Map<String, String> headers(Message message) {
        return message.getHeaders().entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, header -> header.getValue().getString()));
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
