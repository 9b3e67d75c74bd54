package io.millrace.streams.shard;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A point of the hash space, 0 to 2^128 - 1.
 *
 * @param high the upper 64 bits, unsigned
 * @param low the lower 64 bits, unsigned
 */
public record HashKey(long high, long low) implements Comparable<HashKey> {
    public static final HashKey MIN = new HashKey(0, 0);
    public static final HashKey MAX = new HashKey(-1L, -1L);

    /** Reads decimal digits; empty if there are none, or the number is 2^128 or more. */
    public static Optional<HashKey> parse(String decimal) {
        var digits = decimal.getBytes(StandardCharsets.UTF_8);
        var hasher = new KeyHasher();
        return hasher.takeExplicit(digits, 0, digits.length)
                ? Optional.of(new HashKey(hasher.high(), hasher.low()))
                : Optional.empty();
    }

    /** The hash key of a big number, which must lie in the hash space. */
    public static HashKey of(BigInteger value) {
        assert value.signum() >= 0 && value.bitLength() <= 128 : value;
        return new HashKey(value.shiftRight(64).longValue(), value.longValue());
    }

    public BigInteger toBigInteger() {
        var digits = String.format("%016x%016x", high, low);
        return new BigInteger(digits, 16);
    }

    /** The point after this one; must not be asked of {@link #MAX}. */
    public HashKey next() {
        assert !equals(MAX);
        return new HashKey(low == -1L ? high + 1 : high, low + 1);
    }

    /** The point before this one; must not be asked of {@link #MIN}. */
    public HashKey previous() {
        assert !equals(MIN);
        return new HashKey(low == 0 ? high - 1 : high, low - 1);
    }

    @Override
    public int compareTo(HashKey other) {
        return compare(high, low, other.high, other.low);
    }

    static int compare(long high, long low, long otherHigh, long otherLow) {
        int byHigh = Long.compareUnsigned(high, otherHigh);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, otherLow);
    }

    /** Decimal digits, as the API writes hash keys. */
    @Override
    public String toString() {
        return toBigInteger().toString();
    }
}
