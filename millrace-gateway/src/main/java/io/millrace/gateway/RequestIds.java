package io.millrace.gateway;

import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.UUID;

/** Makes the ids of replies. They tell requests apart and guard nothing, so a quick generator does. One per event loop. */
final class RequestIds {
    private static final byte[] BASE64 =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".getBytes(StandardCharsets.US_ASCII);
    private static final int EXTENDED_ID_CHARS = 96;
    private static final int CHARS_PER_LONG = 10;
    private static final int CHAR_BITS = 6;

    private final SplittableRandom random;

    RequestIds(long seed) {
        random = new SplittableRandom(seed);
    }

    /** A random UUID in lower case. */
    String requestId() {
        long high = (random.nextLong() & ~0xF000L) | 0x4000L;
        long low = (random.nextLong() & ~(3L << 62)) | (1L << 63);
        return new UUID(high, low).toString();
    }

    /** The base64 of 72 random bytes, which is 96 random characters. */
    AsciiString extendedId() {
        var id = new byte[EXTENDED_ID_CHARS];
        long bits = 0;
        for (int i = 0; i < EXTENDED_ID_CHARS; i++) {
            bits = i % CHARS_PER_LONG == 0 ? random.nextLong() : bits >>> CHAR_BITS;
            id[i] = BASE64[(int) bits & (BASE64.length - 1)];
        }
        return new AsciiString(id, false);
    }
}
