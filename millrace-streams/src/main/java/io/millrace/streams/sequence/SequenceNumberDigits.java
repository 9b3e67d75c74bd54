package io.millrace.streams.sequence;

import java.nio.charset.StandardCharsets;

/**
 * Renders sequence numbers without {@link java.math.BigInteger}: this happens once for every record that is put and once
 * for every record that is read.
 */
final class SequenceNumberDigits {
    /** The largest number, 47 digits of 2fff..., has 57 decimal digits. */
    private static final int DIGITS_MAX = 57;

    private static final long LIMB_MASK = 0xffff_ffffL;
    private static final long CHUNK = 1_000_000_000L;
    private static final int CHUNK_DIGITS = 9;

    private SequenceNumberDigits() {}

    static String render(long creationSecond, long counter, long recordSecond, int shardIndex) {
        // The 188 bits from the top: 4 (2), 36 creation, 4 nibble, 64 counter, 8 (0), 36 record time, 32 index, 4
        // version.
        // Least significant first: bits 0..63, 64..127, 128..187.
        long index = shardIndex & LIMB_MASK;
        long low = SequenceNumber.CURRENT_VERSION | index << 4 | recordSecond << 36;
        long middle = recordSecond >>> 28 | counter << 16;
        long high = counter >>> 48 | (long) (shardIndex & 0xf) << 16 | creationSecond << 20 | 2L << 56;
        return decimal(high, middle, low);
    }

    /** Divides by 10^9 again and again; each remainder is nine digits. */
    private static String decimal(long high, long middle, long low) {
        long l5 = high >>> 32;
        long l4 = high & LIMB_MASK;
        long l3 = middle >>> 32;
        long l2 = middle & LIMB_MASK;
        long l1 = low >>> 32;
        long l0 = low & LIMB_MASK;
        var digits = new byte[DIGITS_MAX + CHUNK_DIGITS];
        int at = digits.length;
        while ((l0 | l1 | l2 | l3 | l4 | l5) != 0) {
            long rest = l5;
            l5 = rest / CHUNK;
            rest = (rest - l5 * CHUNK) << 32 | l4;
            l4 = rest / CHUNK;
            rest = (rest - l4 * CHUNK) << 32 | l3;
            l3 = rest / CHUNK;
            rest = (rest - l3 * CHUNK) << 32 | l2;
            l2 = rest / CHUNK;
            rest = (rest - l2 * CHUNK) << 32 | l1;
            l1 = rest / CHUNK;
            rest = (rest - l1 * CHUNK) << 32 | l0;
            l0 = rest / CHUNK;
            at = writeChunk(digits, at, (int) (rest - l0 * CHUNK));
        }
        while (digits[at] == '0') {
            at++;
        }
        return new String(digits, at, digits.length - at, StandardCharsets.ISO_8859_1);
    }

    private static int writeChunk(byte[] digits, int end, int chunk) {
        int rest = chunk;
        for (int at = end - 1; at >= end - CHUNK_DIGITS; at--) {
            int next = rest / 10;
            digits[at] = (byte) ('0' + (rest - next * 10));
            rest = next;
        }
        return end - CHUNK_DIGITS;
    }
}
