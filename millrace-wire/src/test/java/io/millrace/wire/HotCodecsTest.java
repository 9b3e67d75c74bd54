package io.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.AwsException;
import io.millrace.model.PutRecordsBatch;
import io.millrace.model.ValidationException;
import io.millrace.testkit.Seeds;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.PutRecordRequest;

class HotCodecsTest {
    private static final int SEEDS = 6_000;

    @ParameterizedTest
    @EnumSource
    void putRecordsIsReadAsTheSlowWayReadsIt(Protocol protocol) {
        var fast = new Tally();
        Seeds.forEach(SEEDS, random -> {
            var body = framed(mutated(PutBodies.putRecords(protocol, random), random));
            int length = body.length - 2;
            assertThat(outcome(() -> Codecs.PUT_RECORDS.decode(protocol, body.clone(), 1, length)))
                    .as(() -> shown(body))
                    .isEqualTo(outcome(() -> PutCodec.Many.decodeUnusual(protocol, body, 1, length)));
            fast.add(() -> taken(body, bytes -> PutReader.putRecords(protocol, bytes, 1, length)));
        });
        fast.mustBeBetween(SEEDS / 5, SEEDS * 4 / 5);
    }

    @ParameterizedTest
    @EnumSource
    void putRecordIsReadAsTheSlowWayReadsIt(Protocol protocol) {
        var fast = new Tally();
        Seeds.forEach(SEEDS, random -> {
            var body = framed(mutated(PutBodies.putRecord(protocol, random), random));
            int length = body.length - 2;
            assertThat(outcome(() -> Codecs.PUT_RECORD.decode(protocol, body.clone(), 1, length)))
                    .as(() -> shown(body))
                    .isEqualTo(outcome(() -> PutCodec.Single.decodeUnusual(protocol, body, 1, length)));
            fast.add(() -> taken(body, bytes -> PutReader.putRecord(protocol, bytes, 1, length)));
        });
        fast.mustBeBetween(SEEDS / 5, SEEDS * 4 / 5);
    }

    /** At each limit of the model the fast way takes what is just inside and leaves what is just beyond. */
    @Test
    void theFastWayKnowsNoOtherLimitsThanTheModel() {
        atTheLimit(128, length -> put("n".repeat(length), "k", "1", 1));
        atTheLimit(256, length -> put("n", "\u20ac".repeat(length), "1", 1));
        atTheLimit(256, length -> put("n", "\uD83D\uDE00".repeat(length), "1", 1));
        atTheLimit(129, length -> put("n", "k", "9".repeat(length), 1));
        atTheLimit(10 * 1024 * 1024, length -> put("n", "k", "1", length));
    }

    /** Whether the fast way took it, which may have written over the body; one that is left is as it was. */
    private static boolean taken(byte[] body, Function<byte[], Optional<PutRecordsBatch>> fast) {
        var bytes = body.clone();
        var batch = fast.apply(bytes);
        if (batch.isEmpty()) {
            assertThat(bytes).isEqualTo(body);
        }
        assertThat(bytes[0]).isEqualTo(body[0]);
        assertThat(bytes[bytes.length - 1]).isEqualTo(body[body.length - 1]);
        return batch.isPresent();
    }

    /** Each record but the one that is damaged has been decoded, or would have been, when the damage is found. */
    @Test
    void aBodyIsAsItWasWhereverItsBase64IsDamaged() {
        int[] lengths = {0, 1, 2, 3, 20, 35, 36, 37, 1024, 48 * 1024, 48 * 1024 + 1, 100_000};
        for (int damaged = 0; damaged < lengths.length; damaged++) {
            for (var damage : List.of("!", "=", "\u00e9")) {
                var body = withBase64(lengths, damaged, damage).getBytes(StandardCharsets.UTF_8);
                var bytes = body.clone();
                assertThat(PutReader.putRecords(Protocol.JSON, bytes, 0, bytes.length))
                        .as("damaged at %s", lengths[damaged])
                        .isEmpty();
                assertThat(bytes).isEqualTo(body);
            }
        }
        var whole = withBase64(lengths, -1, "").getBytes(StandardCharsets.UTF_8);
        var slow = outcome(() -> PutCodec.Many.decodeUnusual(Protocol.JSON, whole, 0, whole.length));
        assertThat(contents(PutReader.putRecords(Protocol.JSON, whole, 0, whole.length)
                        .orElseThrow()))
                .isEqualTo(slow);
    }

    /** One record of each length; in the text of one of them the damage stands before the last character. */
    private static String withBase64(int[] lengths, int damaged, String damage) {
        var body = new StringBuilder("{\"StreamName\":\"n\",\"Records\":[");
        for (int record = 0; record < lengths.length; record++) {
            var bytes = new byte[lengths[record]];
            Arrays.fill(bytes, (byte) record);
            var text = Base64.getEncoder().encodeToString(bytes);
            if (record == damaged) {
                int at = Math.max(0, text.length() - 6);
                text = text.isEmpty() ? damage + "AAA" : text.substring(0, at) + damage + text.substring(at + 1);
            }
            body.append(record == 0 ? "" : ",")
                    .append("{\"PartitionKey\":\"k\",\"Data\":\"")
                    .append(text)
                    .append("\"}");
        }
        return body.append("]}").toString();
    }

    private static void atTheLimit(int limit, IntFunction<byte[]> bodies) {
        var inside = bodies.apply(limit);
        assertThat(PutReader.putRecord(Protocol.CBOR, inside, 0, inside.length)).isPresent();
        PutCodec.Single.decodeUnusual(Protocol.CBOR, inside, 0, inside.length);

        var beyond = bodies.apply(limit + 1);
        assertThat(PutReader.putRecord(Protocol.CBOR, beyond, 0, beyond.length)).isEmpty();
        assertThatThrownBy(() -> Codecs.PUT_RECORD.decode(Protocol.CBOR, beyond, 0, beyond.length))
                .isInstanceOf(ValidationException.class);
    }

    private static byte[] put(String stream, String key, String sequenceNumber, int dataBytes) {
        var body = new BodyWriter();
        var request = PutRecordRequest.builder()
                .streamName(stream)
                .partitionKey(key)
                .sequenceNumberForOrdering(sequenceNumber)
                .data(SdkBytes.fromByteArrayUnsafe(new byte[dataBytes]))
                .build();
        new ReplyWriter(Notation.of(Protocol.CBOR, body)).write(request);
        return Arrays.copyOf(body.array(), body.length());
    }

    /** Bodies lie somewhere in a larger array; what is around them must not matter. */
    private static byte[] framed(byte[] body) {
        var framed = new byte[body.length + 2];
        framed[0] = '"';
        framed[framed.length - 1] = '}';
        System.arraycopy(body, 0, framed, 1, body.length);
        return framed;
    }

    static byte[] mutated(byte[] body, RandomGenerator random) {
        return switch (random.nextInt(12)) {
            case 0 -> Arrays.copyOf(body, random.nextInt(body.length + 1));
            case 1 -> {
                body[random.nextInt(body.length)] = (byte) random.nextInt();
                yield body;
            }
            case 2 -> {
                body[random.nextInt(body.length)] = (byte) "\"\\{}[]:,=\u0000 9".charAt(random.nextInt(12));
                yield body;
            }
            case 3 -> {
                int at = random.nextInt(body.length);
                var longer = Arrays.copyOf(body, body.length + 1);
                System.arraycopy(body, at, longer, at + 1, body.length - at);
                yield longer;
            }
            default -> body;
        };
    }

    /** Everything the caller gets to see: the batch's contents, or the refusal. */
    private static List<Object> outcome(Supplier<PutRecordsBatch> decoding) {
        try {
            return contents(decoding.get());
        } catch (AwsException e) {
            return List.of(e.getClass(), e.text());
        }
    }

    private static List<Object> contents(PutRecordsBatch batch) {
        var contents = new ArrayList<Object>();
        contents.add(batch.stream());
        contents.add(String.valueOf(batch.sequenceNumberForOrdering()));
        for (int i = 0; i < batch.count(); i++) {
            contents.add(hex(batch, batch.partitionKeyOffset(i), batch.partitionKeyBytes(i)));
            contents.add(batch.hasExplicitHashKey(i) ? batch.explicitHashKey(i) : "none");
            contents.add(hex(batch, batch.dataOffset(i), batch.dataBytes(i)));
        }
        return contents;
    }

    private static String hex(PutRecordsBatch batch, int offset, int length) {
        return HexFormat.of().formatHex(batch.bytes(), offset, offset + length);
    }

    private static String shown(byte[] body) {
        return new String(body, StandardCharsets.ISO_8859_1);
    }

    /** Counts how often the fast way was taken, as a test that it never or always was would show nothing. */
    private static final class Tally {
        private int taken;

        void add(Supplier<Boolean> fast) {
            try {
                taken += fast.get() ? 1 : 0;
            } catch (AwsException _) {
                // Malformed: both ways say so.
            }
        }

        void mustBeBetween(int min, int max) {
            if (Long.getLong("seed") == null) {
                assertThat(taken).isBetween(min, max);
            }
        }
    }
}
