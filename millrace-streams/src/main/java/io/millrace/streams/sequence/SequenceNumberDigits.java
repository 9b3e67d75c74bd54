package io.millrace.streams.sequence;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Renders sequence numbers. This happens once for every record that is put and once for every record that is read, so it
 * neither divides big numbers nor makes any: each field times its place value is added up in base 10^9, whose digits are
 * nine decimals each.
 */
final class SequenceNumberDigits {
    private static final long BASE = 1_000_000_000L;
    private static final int BASE_DECIMALS = 9;

    /** The largest number, 2fff... in hex, has 57 decimals. */
    private static final int BASE_DIGITS = 7;

    private static final int NUMBER_BITS = 185;
    private static final int CREATION_BIT = 148;
    private static final int NIBBLE_BIT = 144;
    private static final int COUNTER_BIT = 80;
    private static final int RECORD_SECOND_BIT = 36;
    private static final int INDEX_BIT = 4;

    // What all numbers share: the leading 2 and the version.
    private static final long[] SHARED =
            inBase(BigInteger.ONE.shiftLeft(NUMBER_BITS).add(BigInteger.valueOf(SequenceNumber.CURRENT_VERSION)));
    private static final long[] CREATION_PLACE = inBase(BigInteger.ONE.shiftLeft(CREATION_BIT));
    private static final long[] NIBBLE_PLACE = inBase(BigInteger.ONE.shiftLeft(NIBBLE_BIT));
    private static final long[] COUNTER_PLACE = inBase(BigInteger.ONE.shiftLeft(COUNTER_BIT));
    private static final long[] RECORD_SECOND_PLACE = inBase(BigInteger.ONE.shiftLeft(RECORD_SECOND_BIT));

    private static final byte[] PAIRS = pairs();

    private SequenceNumberDigits() {}

    static String render(long creationSecond, long counter, long recordSecond, int shardIndex) {
        // No digit overflows: at most five of the products below, each less than 10^18, meet in one.
        var sum = SHARED.clone();
        add(sum, creationSecond, CREATION_PLACE);
        add(sum, shardIndex & 0xf, NIBBLE_PLACE);
        add(sum, counter, COUNTER_PLACE);
        add(sum, recordSecond, RECORD_SECOND_PLACE);
        sum[0] += (shardIndex & 0xffff_ffffL) << INDEX_BIT;
        return decimals(sum);
    }

    private static void add(long[] sum, long factor, long[] place) {
        long rest = factor;
        for (int shift = 0; rest != 0; shift++) {
            long next = rest / BASE;
            long digit = rest - next * BASE;
            for (int i = 0; i < place.length; i++) {
                sum[shift + i] += digit * place[i];
            }
            rest = next;
        }
    }

    private static String decimals(long[] sum) {
        var decimals = new byte[BASE_DIGITS * BASE_DECIMALS];
        long carry = 0;
        for (int i = 0; i < BASE_DIGITS; i++) {
            long digit = sum[i] + carry;
            carry = digit / BASE;
            write(decimals, (BASE_DIGITS - 1 - i) * BASE_DECIMALS, (int) (digit - carry * BASE));
        }
        int first = 0;
        while (decimals[first] == '0') {
            first++;
        }
        return new String(decimals, first, decimals.length - first, StandardCharsets.ISO_8859_1);
    }

    private static void write(byte[] decimals, int from, int digit) {
        int rest = digit;
        for (int at = from + BASE_DECIMALS - 2; at > from; at -= 2) {
            int next = rest / 100;
            int pair = (rest - next * 100) * 2;
            decimals[at] = PAIRS[pair];
            decimals[at + 1] = PAIRS[pair + 1];
            rest = next;
        }
        decimals[from] = (byte) ('0' + rest);
    }

    /** A number's digits in base 10^9, least significant first, without leading zeros. */
    private static long[] inBase(BigInteger number) {
        var base = BigInteger.valueOf(BASE);
        var digits = new long[BASE_DIGITS];
        int count = 0;
        for (var rest = number; rest.signum() > 0; rest = rest.divide(base)) {
            digits[count++] = rest.mod(base).longValue();
        }
        return Arrays.copyOf(digits, count);
    }

    /** The decimals of 00 to 99. */
    private static byte[] pairs() {
        var pairs = new byte[200];
        for (int i = 0; i < 100; i++) {
            pairs[2 * i] = (byte) ('0' + i / 10);
            pairs[2 * i + 1] = (byte) ('0' + i % 10);
        }
        return pairs;
    }
}
