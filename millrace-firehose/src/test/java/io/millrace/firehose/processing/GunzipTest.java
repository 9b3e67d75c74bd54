package io.millrace.firehose.processing;

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

            assertThat(new Gunzip().decompress(compressed.toByteArray())).isEqualTo(plain.toByteArray());
        });
    }

    @Test
    void whatIsNotGzipIsRefused() throws Exception {
        var whole = ProcessingKit.gzip("hello".getBytes());
        for (var broken :
                List.of(new byte[0], new byte[] {31}, "hello".getBytes(), Arrays.copyOf(whole, whole.length - 1))) {
            assertThatThrownBy(() -> new Gunzip().decompress(broken)).isInstanceOf(UnprocessableException.class);
        }
    }

    @Test
    void damageIsFoundOrHarmlessAndNeverThrowsAnythingElse() {
        Seeds.forEach(300, random -> {
            var plain = new byte[500];
            random.nextBytes(plain);
            var damaged = ProcessingKit.gzip(plain);
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            try {
                assertThat(new Gunzip().decompress(damaged)).isEqualTo(plain);
            } catch (UnprocessableException _) {
                // found
            }
        });
    }

    @Test
    void aBombIsNotLetOff() throws Exception {
        var bomb = ProcessingKit.gzip(new byte[Gunzip.RECORD_MAX_BYTES + 1]);

        assertThatThrownBy(() -> new Gunzip().decompress(bomb)).hasMessageContaining("larger than 33554432 bytes");
    }

    @Test
    void allRecordsOfAChunkHaveABoundTogether() throws Exception {
        var large = ProcessingKit.gzip(new byte[Gunzip.RECORD_MAX_BYTES]);
        var gunzip = new Gunzip();
        for (int i = 0; i < Gunzip.CHUNK_MAX_BYTES / Gunzip.RECORD_MAX_BYTES; i++) {
            assertThat(gunzip.decompress(large)).hasSize(Gunzip.RECORD_MAX_BYTES);
        }

        assertThatThrownBy(() -> gunzip.decompress(large)).isInstanceOf(UnprocessableException.class);
    }
}
