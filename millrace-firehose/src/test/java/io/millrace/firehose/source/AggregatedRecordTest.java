package io.millrace.firehose.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.Seeds;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AggregatedRecordTest {
    @Test
    void isTakenApartIntoTheRecordsThatWentIn() {
        Seeds.forEach(100, random -> {
            var parts = parts(random);
            var found = AggregatedRecord.parts(aggregated(parts)).orElseThrow();
            assertThat(found).hasSameSizeAs(parts);
            for (int i = 0; i < parts.size(); i++) {
                assertThat(found.get(i).data()).isEqualTo(parts.get(i));
                assertThat(found.get(i).partitionKey()).isEqualTo("key" + i % 3);
            }
        });
    }

    @Test
    void isAnOrdinaryRecordWithAnyOtherByte() {
        Seeds.forEach(300, random -> {
            var record = aggregated(parts(random));
            int at = random.nextInt(record.length);
            record[at] ^= (byte) random.nextInt(1, 256);
            assertThat(AggregatedRecord.parts(record)).isEmpty();
        });
    }

    @Test
    void isAnOrdinaryRecordCutShort() {
        var record = aggregated(List.of("one".getBytes(UTF_8), "two".getBytes(UTF_8)));
        for (int length = 0; length < record.length; length++) {
            assertThat(AggregatedRecord.parts(Arrays.copyOf(record, length))).isEmpty();
        }
    }

    /** The checksum is right, the message is not. */
    @Test
    void isAnOrdinaryRecordWhereTheMessageIsGarbage() {
        Seeds.forEach(2_000, random -> {
            var garbage = new byte[random.nextInt(60)];
            random.nextBytes(garbage);
            var record = sealed(garbage);
            // Garbage may be a message by chance; what matters is that nothing is thrown.
            assertThat(AggregatedRecord.parts(record)).isNotNull();
        });
    }

    private static List<byte[]> parts(SplittableRandom random) {
        var parts = new ArrayList<byte[]>();
        for (int i = random.nextInt(1, 20); i > 0; i--) {
            var part = new byte[random.nextInt(300)];
            random.nextBytes(part);
            parts.add(part);
        }
        return parts;
    }

    private static byte[] aggregated(List<byte[]> parts) {
        var message = new ByteArrayOutputStream();
        for (int key = 0; key < 3; key++) {
            field(1, ("key" + key).getBytes(UTF_8), message);
        }
        for (int i = 0; i < parts.size(); i++) {
            var record = new ByteArrayOutputStream();
            record.write(1 << 3);
            varint(i % 3, record);
            field(3, parts.get(i), record);
            field(3, record.toByteArray(), message);
        }
        return sealed(message.toByteArray());
    }

    private static void field(int number, byte[] content, ByteArrayOutputStream out) {
        out.write((number << 3) | 2);
        varint(content.length, out);
        out.writeBytes(content);
    }

    private static void varint(int value, ByteArrayOutputStream out) {
        int left = value;
        while (left > 0x7F) {
            out.write((left & 0x7F) | 0x80);
            left >>>= 7;
        }
        out.write(left);
    }

    private static byte[] sealed(byte[] message) {
        try {
            var out = new ByteArrayOutputStream();
            out.writeBytes(new byte[] {(byte) 0xF3, (byte) 0x89, (byte) 0x9A, (byte) 0xC2});
            out.writeBytes(message);
            out.writeBytes(MessageDigest.getInstance("MD5").digest(message));
            return out.toByteArray();
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
