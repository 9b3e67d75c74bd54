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
import java.util.HexFormat;
import java.util.List;
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
            assertThat(outcome(() -> Codecs.PUT_RECORDS.decode(protocol, body, 1, length)))
                    .as(() -> shown(body))
                    .isEqualTo(outcome(() -> PutCodec.Many.decodeUnusual(protocol, body, 1, length)));
            fast.add(() -> PutReader.putRecords(protocol, body, 1, length).isPresent());
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
            assertThat(outcome(() -> Codecs.PUT_RECORD.decode(protocol, body, 1, length)))
                    .as(() -> shown(body))
                    .isEqualTo(outcome(() -> PutCodec.Single.decodeUnusual(protocol, body, 1, length)));
            fast.add(() -> PutReader.putRecord(protocol, body, 1, length).isPresent());
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
