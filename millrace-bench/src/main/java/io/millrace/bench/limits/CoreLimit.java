package io.millrace.bench.limits;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.Random;
import java.util.function.LongSupplier;
import java.util.zip.CRC32C;

/** The loops of the JDK that a record must pass on its way, on one core, 1 KiB at a time; MD5 on a partition key. */
final class CoreLimit {
    private static final int RECORD_BYTES = 1024;
    private static final int KEY_BYTES = 32;
    private static final int ROUND = 1000;

    private final Duration duration;
    private final byte[] payload = new byte[RECORD_BYTES];
    private final byte[] key = new byte[KEY_BYTES];
    private final byte[] encoded;
    /** What the loops computed, kept so that the compiler leaves none of it out. */
    @SuppressWarnings("UnusedVariable")
    private long result;

    CoreLimit(Duration duration) {
        this.duration = duration;
        var random = new Random(RECORD_BYTES);
        random.nextBytes(payload);
        random.nextBytes(key);
        encoded = Base64.getEncoder().encode(payload);
    }

    Ceiling base64Decode() {
        var decoder = Base64.getDecoder();
        var decoded = new byte[RECORD_BYTES];
        return measure("base64 decode to 1 KiB", RECORD_BYTES, () -> decoder.decode(encoded, decoded) + decoded[7]);
    }

    Ceiling base64Encode() {
        var encoder = Base64.getEncoder();
        var written = new byte[encoded.length];
        return measure("base64 encode of 1 KiB", RECORD_BYTES, () -> encoder.encode(payload, written) + written[7]);
    }

    Ceiling crc32c() {
        return measure("CRC32C of 1 KiB", RECORD_BYTES, () -> {
            var crc = new CRC32C();
            crc.update(payload);
            return crc.getValue();
        });
    }

    Ceiling md5OfKey() throws NoSuchAlgorithmException {
        var md5 = MessageDigest.getInstance("MD5");
        return measure("MD5 of a 32-byte key", KEY_BYTES, () -> md5.digest(key)[0]);
    }

    Ceiling sha256() throws NoSuchAlgorithmException {
        var sha256 = MessageDigest.getInstance("SHA-256");
        return measure("SHA-256 of 1 KiB", RECORD_BYTES, () -> sha256.digest(payload)[0]);
    }

    /** Runs once to warm up and once to count. */
    private Ceiling measure(String name, int bytesEach, LongSupplier loop) {
        perSecond(loop);
        return new Ceiling(name, perSecond(loop), bytesEach, "one core");
    }

    private double perSecond(LongSupplier loop) {
        long start = System.nanoTime();
        long count = 0;
        while (System.nanoTime() - start < duration.toNanos()) {
            for (int i = 0; i < ROUND; i++) {
                result += loop.getAsLong();
                payload[i & 0xff]++;
            }
            count += ROUND;
        }
        return count * 1e9 / (System.nanoTime() - start);
    }
}
