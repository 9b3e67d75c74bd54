package io.millrace.streams.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.streams.token.TokenSeal.Purpose;
import io.millrace.testkit.Seeds;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TokenSealTest {
    private final TokenSeal seal = new TokenSeal(new byte[TokenSeal.KEY_BYTES], new SplittableRandom(1));

    @Test
    void opensWhatItSealed() {
        Seeds.forEach(200, random -> {
            var body = new byte[random.nextInt(300)];
            random.nextBytes(body);
            assertThat(seal.open(Purpose.SHARD_PAGE, seal.seal(Purpose.SHARD_PAGE, body)))
                    .contains(body);
        });
    }

    @Test
    void refusesATokenThatWasTamperedWith() {
        Seeds.forEach(500, random -> {
            var sealed = seal.seal(Purpose.SHARD_PAGE, new byte[random.nextInt(40)]);
            sealed[random.nextInt(sealed.length)] ^= (byte) random.nextInt(1, 256);
            assertThat(seal.open(Purpose.SHARD_PAGE, sealed)).isEmpty();
        });
    }

    @Test
    void refusesATokenThatWasCutShort() {
        var sealed = seal.seal(Purpose.SHARD_PAGE, new byte[10]);
        for (int length = 0; length < sealed.length; length++) {
            assertThat(seal.open(Purpose.SHARD_PAGE, Arrays.copyOf(sealed, length)))
                    .isEmpty();
        }
    }

    @Test
    void refusesATokenMadeForAnotherPurpose() {
        var sealed = seal.seal(Purpose.SHARD_PAGE, new byte[10]);

        assertThat(seal.open(Purpose.STREAM_PAGE, sealed)).isEmpty();
        assertThat(seal.open(Purpose.SHARD_ITERATOR, sealed)).isEmpty();
    }

    @Test
    void refusesATokenSealedWithAnotherKey() {
        var otherKey = new byte[TokenSeal.KEY_BYTES];
        otherKey[0] = 1;
        var other = new TokenSeal(otherKey, new SplittableRandom(1));

        assertThat(seal.open(Purpose.SHARD_PAGE, other.seal(Purpose.SHARD_PAGE, new byte[10])))
                .isEmpty();
    }

    @Test
    void neverSealsTheSameTwice() {
        assertThat(seal.seal(Purpose.SHARD_PAGE, new byte[10]))
                .isNotEqualTo(seal.seal(Purpose.SHARD_PAGE, new byte[10]));
    }
}
