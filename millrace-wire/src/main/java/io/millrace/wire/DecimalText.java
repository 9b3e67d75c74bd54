package io.millrace.wire;

/** Numbers in JSON's spelling, of any length and magnitude, read in one pass and without a big number. */
final class DecimalText {
    /** Exponents beyond this change nothing any more, but would overflow. */
    private static final int EXPONENT_MAX = 100_000_000;

    private static final int LONG_DIGITS_MAX = 19;

    private DecimalText() {}

    /** The greatest integer not above {@code number * 10^shift}, clamped to what a long holds. */
    static long floor(byte[] text, int from, int to, int shift) {
        boolean negative = text[from] == '-';
        int digitsFrom = negative ? from + 1 : from;
        int exponentAt = indexOfExponent(text, digitsFrom, to);
        int digitsTo = exponentAt < 0 ? to : exponentAt;
        int point = indexOf('.', text, digitsFrom, digitsTo);
        int exponent = exponentAt < 0 ? 0 : exponent(text, exponentAt + 1, to);
        long integerDigits = (point < 0 ? digitsTo : point) - digitsFrom + (long) shift + exponent;

        long magnitude = 0; // of the integer part; negative, as longs reach further there
        boolean fraction = false;
        boolean beyond = false;
        long place = 0;
        boolean significant = false;
        for (int i = digitsFrom; i < digitsTo; i++) {
            if (i != point) {
                int digit = text[i] - '0';
                significant |= digit != 0;
                if (place >= integerDigits) {
                    fraction |= digit != 0;
                } else if (significant) {
                    beyond |= magnitude < (Long.MIN_VALUE + digit) / 10;
                    magnitude = magnitude * 10 - digit;
                }
                place++;
            }
        }
        if (significant && magnitude != 0) {
            for (long missing = integerDigits - place, i = 0; i < missing && !beyond; i++) {
                beyond = i > LONG_DIGITS_MAX || magnitude < Long.MIN_VALUE / 10;
                magnitude *= 10;
            }
        }
        return rounded(negative, magnitude, fraction, beyond);
    }

    private static long rounded(boolean negative, long magnitude, boolean fraction, boolean beyond) {
        if (negative) {
            return beyond || (fraction && magnitude == Long.MIN_VALUE)
                    ? Long.MIN_VALUE
                    : magnitude - (fraction ? 1 : 0);
        }
        return beyond || magnitude == Long.MIN_VALUE ? Long.MAX_VALUE : -magnitude;
    }

    private static int indexOf(char c, byte[] text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (text[i] == c) {
                return i;
            }
        }
        return -1;
    }

    private static int indexOfExponent(byte[] text, int from, int to) {
        int lower = indexOf('e', text, from, to);
        return lower < 0 ? indexOf('E', text, from, to) : lower;
    }

    private static int exponent(byte[] text, int from, int to) {
        boolean negative = text[from] == '-';
        int exponent = 0;
        for (int i = negative || text[from] == '+' ? from + 1 : from; i < to; i++) {
            exponent = Math.min(EXPONENT_MAX, exponent * 10 + (text[i] - '0'));
        }
        return negative ? -exponent : exponent;
    }
}
