package io.millrace.streams.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.testkit.Seeds;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BatchHasherTest {
    private static final int KEY_MAX_BYTES = 256;

    private final BatchHasher hasher = new BatchHasher();

    @Test
    void hashesKeysOfAnyNumberAndLengthAsTheJdkDoes() {
        Seeds.forEach(300, random -> {
            int count = random.nextInt(1, random.nextBoolean() ? 40 : 1_200);
            int longest = random.nextInt(1, random.nextBoolean() ? 20 : KEY_MAX_BYTES);
            var bytes = new byte[count * longest];
            random.nextBytes(bytes);
            var lengths = random.ints(count, 0, longest + 1).toArray();

            hasher.begin(count);
            for (int key = 0; key < count; key++) {
                hasher.add(bytes, key * longest, lengths[key]);
            }
            hasher.finish();

            for (int key = 0; key < count; key++) {
                assertThat(hashed(key)).isEqualTo(md5(bytes, key * longest, lengths[key]));
            }
        });
    }

    @Test
    void hashesKeysOfEachLengthBesideEachOther() {
        var bytes = new byte[KEY_MAX_BYTES];
        new SplittableRandom(1).nextBytes(bytes);

        hasher.begin(KEY_MAX_BYTES + 1);
        for (int length = 0; length <= KEY_MAX_BYTES; length++) {
            hasher.add(bytes, KEY_MAX_BYTES - length, length);
        }
        hasher.finish();

        for (int length = 0; length <= KEY_MAX_BYTES; length++) {
            assertThat(hashed(length)).isEqualTo(md5(bytes, KEY_MAX_BYTES - length, length));
        }
    }

    @Test
    void takesExplicitKeysAmongTheOthers() {
        Seeds.forEach(100, random -> {
            int count = random.nextInt(1, 700);
            var explicit = new boolean[count];
            var keys = new byte[count][];
            hasher.begin(count);
            for (int key = 0; key < count; key++) {
                explicit[key] = random.nextBoolean();
                keys[key] = digits(random);
                if (explicit[key]) {
                    assertThat(hasher.addExplicit(keys[key], 0, keys[key].length))
                            .isTrue();
                } else {
                    hasher.add(keys[key], 0, keys[key].length);
                }
            }
            hasher.finish();

            for (int key = 0; key < count; key++) {
                var expected = explicit[key]
                        ? new BigInteger(new String(keys[key], StandardCharsets.US_ASCII))
                        : md5(keys[key], 0, keys[key].length);
                assertThat(hashed(key)).isEqualTo(expected);
            }
        });
    }

    @Test
    void hashesRightlyAfterABatchThatWasBrokenOff() {
        Seeds.forEach(100, random -> {
            var bytes = new byte[200];
            random.nextBytes(bytes);
            int torn = random.nextInt(8, 56);
            hasher.begin(20);
            for (int key = random.nextInt(10); key > 0; key--) {
                hasher.add(bytes, 0, random.nextInt(56));
            }
            // A key that its array does not hold whole.
            assertThatThrownBy(() -> hasher.add(bytes, bytes.length - 7, torn))
                    .isInstanceOf(IndexOutOfBoundsException.class);

            int count = random.nextInt(1, 40);
            hasher.begin(count);
            for (int key = 0; key < count; key++) {
                hasher.add(bytes, key, key % 12);
            }
            hasher.finish();

            for (int key = 0; key < count; key++) {
                assertThat(hashed(key)).isEqualTo(md5(bytes, key, key % 12));
            }
        });
    }

    @Test
    void refusesExplicitKeysOutsideOfTheSpace() {
        var beyond = BigInteger.ONE.shiftLeft(128).toString().getBytes(StandardCharsets.US_ASCII);

        hasher.begin(1);

        assertThat(hasher.addExplicit(beyond, 0, beyond.length)).isFalse();
    }

    private static byte[] digits(SplittableRandom random) {
        return Long.toUnsignedString(random.nextLong()).getBytes(StandardCharsets.US_ASCII);
    }

    private BigInteger hashed(int key) {
        return new HashKey(hasher.high(key), hasher.low(key)).toBigInteger();
    }

    private static BigInteger md5(byte[] bytes, int offset, int length) {
        try {
            var md5 = MessageDigest.getInstance("MD5");
            md5.update(bytes, offset, length);
            return new BigInteger(1, md5.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
