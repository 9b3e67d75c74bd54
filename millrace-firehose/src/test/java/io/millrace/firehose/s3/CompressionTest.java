package io.millrace.firehose.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.Seeds;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.xerial.snappy.Snappy;
import org.xerial.snappy.SnappyInputStream;

class CompressionTest {
    private static final UUID ID = new UUID(1, 2);
    private static final Instant ARRIVAL = Instant.parse("2026-07-13T10:05:09Z");

    @Test
    void keepsEveryByteInOrderWithNothingBetween() {
        for (var compression : Compression.values()) {
            Seeds.forEach(30, random -> {
                var records = records(random);
                assertThat(read(compression, written(compression, records))).isEqualTo(joined(records));
            });
        }
    }

    @Test
    void writesTheSameBytesForTheSameBatch() throws IOException {
        for (var compression : Compression.values()) {
            var records = records(new SplittableRandom(7));
            assertThat(written(compression, records)).isEqualTo(written(compression, records));
        }
    }

    @Test
    void beginsSnappyAsItsReadersExpect() throws IOException {
        assertThat(written(Compression.SNAPPY, List.of("hello".getBytes(java.nio.charset.StandardCharsets.UTF_8))))
                .startsWith(0x82, 'S', 'N', 'A', 'P', 'P', 'Y', 0);
    }

    private static List<byte[]> records(SplittableRandom random) {
        var records = new ArrayList<byte[]>();
        for (int i = random.nextInt(1, 30); i > 0; i--) {
            var record = new byte[random.nextInt(10) == 0 ? random.nextInt(200_000) : random.nextInt(500)];
            random.nextBytes(record);
            records.add(record);
        }
        return records;
    }

    private static byte[] joined(List<byte[]> records) {
        var all = new ByteArrayOutputStream();
        records.forEach(all::writeBytes);
        return all.toByteArray();
    }

    private static byte[] written(Compression compression, List<byte[]> records) throws IOException {
        var out = new ByteArrayOutputStream();
        var written = compression.write(new FixedBatch(ID, ARRIVAL, Map.of(), records), out);
        assertThat(written.records()).isEqualTo(records.size());
        assertThat(written.unfit()).isEmpty();
        return out.toByteArray();
    }

    private static byte[] read(Compression compression, byte[] object) throws IOException {
        var in = new ByteArrayInputStream(object);
        return switch (compression) {
            case UNCOMPRESSED -> object;
            case GZIP -> all(new GZIPInputStream(in));
            case ZIP -> {
                var zip = new ZipInputStream(in);
                assertThat(zip.getNextEntry().getName()).isEqualTo(ID.toString());
                var content = zip.readAllBytes();
                assertThat(zip.getNextEntry()).isNull();
                yield content;
            }
            case SNAPPY -> all(new SnappyInputStream(in));
            case HADOOP_SNAPPY -> hadoopBlocks(ByteBuffer.wrap(object));
        };
    }

    private static byte[] all(InputStream in) {
        try (in) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Hadoop's framing: the length of a block, then pieces of it, each behind its compressed length. */
    private static byte[] hadoopBlocks(ByteBuffer blocks) throws IOException {
        var out = new ByteArrayOutputStream();
        while (blocks.hasRemaining()) {
            for (int left = blocks.getInt(); left > 0; ) {
                var piece = new byte[blocks.getInt()];
                blocks.get(piece);
                var plain = Snappy.uncompress(piece);
                out.writeBytes(plain);
                left -= plain.length;
            }
        }
        return out.toByteArray();
    }
}
