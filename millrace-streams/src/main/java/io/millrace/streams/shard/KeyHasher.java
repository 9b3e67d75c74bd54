package io.millrace.streams.shard;

import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Finds where in the hash space a record belongs. Works in place, so that nothing is allocated per record: the result
 * stays in {@link #high()} and {@link #low()} until the next question. Not safe for use from several threads; each has
 * its own.
 */
public final class KeyHasher {
    private static final int MD5_BYTES = 16;

    private final MessageDigest md5;
    private final byte[] digest = new byte[MD5_BYTES];
    private final ByteBuffer digestView = ByteBuffer.wrap(digest);
    private long high;
    private long low;

    public KeyHasher() {
        try {
            md5 = MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has MD5", e);
        }
    }

    /** Hashes a partition key, given as UTF-8. */
    public void hash(byte[] bytes, int offset, int length) {
        md5.update(bytes, offset, length);
        try {
            md5.digest(digest, 0, MD5_BYTES);
        } catch (DigestException e) {
            throw new AssertionError("16 bytes hold an MD5", e);
        }
        high = digestView.getLong(0);
        low = digestView.getLong(Long.BYTES);
    }

    /** Takes an explicit hash key, given as decimal digits; returns whether it is one, below 2^128. */
    public boolean takeExplicit(byte[] bytes, int offset, int length) {
        high = 0;
        low = 0;
        boolean valid = length > 0;
        for (int i = offset; valid && i < offset + length; i++) {
            valid = appendDigit(bytes[i] - '0');
        }
        return valid;
    }

    /** Multiplies by ten and adds, as long as the result stays below 2^128. */
    private boolean appendDigit(int digit) {
        if (digit < 0 || digit > 9 || Math.unsignedMultiplyHigh(high, 10) != 0) {
            return false;
        }
        long carry = Math.unsignedMultiplyHigh(low, 10);
        low = low * 10 + digit;
        if (Long.compareUnsigned(low, digit) < 0) {
            carry++;
        }
        high = high * 10 + carry;
        return Long.compareUnsigned(high, carry) >= 0;
    }

    /** The upper 64 bits of the hash key. */
    public long high() {
        return high;
    }

    /** The lower 64 bits of the hash key. */
    public long low() {
        return low;
    }
}
