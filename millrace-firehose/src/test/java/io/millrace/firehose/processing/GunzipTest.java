package io.millrace.firehose.processing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.testkit.Seeds;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class GunzipTest {
    @Test
    void givesBackWhatWasCompressedInAnyNumberOfMembers() {
        Seeds.forEach(200, random -> {
            var plain = new ByteArrayOutputStream();
            var compressed = new ByteArrayOutputStream();
            for (int members = 1 + random.nextInt(4); members > 0; members--) {
                var member = new byte[random.nextInt(40_000)];
                if (random.nextBoolean()) {
                    random.nextBytes(member);
                }
                plain.writeBytes(member);
                compressed.writeBytes(ProcessingKit.gzip(member));
            }

            assertThat(decompressed(compressed.toByteArray())).isEqualTo(plain.toByteArray());
        });
    }

    @Test
    void whatIsNotGzipIsRefused() throws Exception {
        var whole = ProcessingKit.gzip("hello".getBytes(UTF_8));
        for (var broken : List.of(
                new byte[0], new byte[] {31}, "hello".getBytes(UTF_8), Arrays.copyOf(whole, whole.length - 1))) {
            assertThatThrownBy(() -> decompressed(broken)).isInstanceOf(UnprocessableException.class);
        }
    }

    @Test
    void damageIsFoundOrHarmlessAndNothingIsLostQuietly() {
        Seeds.forEach(500, random -> {
            var plain = new byte[1000];
            random.nextBytes(plain);
            var compressed = new ByteArrayOutputStream();
            compressed.writeBytes(ProcessingKit.gzip(Arrays.copyOf(plain, 500)));
            compressed.writeBytes(ProcessingKit.gzip(Arrays.copyOfRange(plain, 500, 1000)));
            var damaged = compressed.toByteArray();
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            try {
                assertThat(decompressed(damaged)).isEqualTo(plain);
            } catch (UnprocessableException _) {
                // found
            }
        });
    }

    @Test
    void garbageIsRefused() {
        Seeds.forEach(500, random -> {
            var garbage = new byte[random.nextInt(60)];
            random.nextBytes(garbage);
            if (garbage.length > 3) {
                System.arraycopy(new byte[] {0x1F, (byte) 0x8B, 8}, 0, garbage, 0, 3);
            }
            assertThatThrownBy(() -> decompressed(garbage)).isInstanceOf(UnprocessableException.class);
        });
    }

    @Test
    void headersWithNamesAndPaddingAreRead() throws Exception {
        var plain = ProcessingKit.gzip("hello".getBytes(UTF_8));
        var named = new ByteArrayOutputStream();
        named.writeBytes(new byte[] {0x1F, (byte) 0x8B, 8, 2 | 4 | 8 | 16, 0, 0, 0, 0, 0, 0});
        named.writeBytes(new byte[] {3, 0, 1, 2, 3, 'n', 0, 'c', 'c', 0, 9, 9});
        named.write(plain, 10, plain.length - 10);
        named.writeBytes(new byte[100]);

        assertThat(decompressed(named.toByteArray())).isEqualTo("hello".getBytes(UTF_8));
    }

    @Test
    void aBombIsNotLetOff() throws Exception {
        var bomb = ProcessingKit.gzip(new byte[Gunzip.RECORD_MAX_BYTES + 1]);

        assertThatThrownBy(() -> decompressed(bomb)).hasMessageContaining("larger than 33554432 bytes");
    }

    @Test
    void aRecordComesToTheSameWhateverIsBesideIt() throws Exception {
        var large = ProcessingKit.gzip(new byte[Gunzip.RECORD_MAX_BYTES]);
        try (var gunzip = new Gunzip()) {
            for (int i = 0; i < 5; i++) {
                assertThat(gunzip.decompress(large)).hasSize(Gunzip.RECORD_MAX_BYTES);
            }
        }
    }

    private static byte[] decompressed(byte[] compressed) throws UnprocessableException {
        try (var gunzip = new Gunzip()) {
            return gunzip.decompress(compressed);
        }
    }
}
