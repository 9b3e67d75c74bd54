package io.millrace.streams.sequence;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigInteger;
import java.nio.ByteOrder;
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
    private static final int NIBBLE_BITS = 4;
    private static final int NIBBLE_BIT = 144;
    private static final int COUNTER_BIT = 80;
    private static final int RECORD_SECOND_BIT = 36;
    private static final int INDEX_BIT = 4;

    // What all numbers share: the leading 2 and the version.
    private static final long[] SHARED =
            inBase(BigInteger.ONE.shiftLeft(NUMBER_BITS).add(BigInteger.valueOf(SequenceNumber.CURRENT_VERSION)));
    private static final long[] NIBBLE_PLACE = inBase(BigInteger.ONE.shiftLeft(NIBBLE_BIT));
    private static final long[] COUNTER_PLACE = inBase(BigInteger.ONE.shiftLeft(COUNTER_BIT));
    private static final long[] RECORD_SECOND_PLACE = inBase(BigInteger.ONE.shiftLeft(RECORD_SECOND_BIT));

    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private SequenceNumberDigits() {}

    static String render(long creationSecond, long counter, long recordSecond, int shardIndex) {
        // No digit overflows: at most six of the products, each less than 10^18, meet in one.
        var sum = SHARED.clone();
        // Two fields that lie next to each other and are short enough to be one.
        add(sum, (creationSecond << NIBBLE_BITS) | (shardIndex & 0xf), NIBBLE_PLACE);
        add(sum, recordSecond, RECORD_SECOND_PLACE);
        add(sum, counter, COUNTER_PLACE);
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
        int first = digit / 100_000_000;
        decimals[from] = (byte) ('0' + first);
        WORDS.set(decimals, from + 1, eightDecimals(digit - first * 100_000_000));
    }

    /** The decimals of a number below 10^8 as ASCII, the first one lowest: halved three times, all parts at once. */
    private static long eightDecimals(int number) {
        int upper = number / 10_000;
        long fours = upper | ((long) (number - upper * 10_000) << 32);
        // Dividing by 100 and by 10 is multiplying and shifting: exact for four and for two decimals.
        long hundreds = ((fours * 10_486) >>> 20) & 0x0000_007F_0000_007FL;
        long twos = hundreds | ((fours - hundreds * 100) << 16);
        long tens = ((twos * 103) >>> 10) & 0x000F_000F_000F_000FL;
        return (tens | ((twos - tens * 10) << 8)) + 0x3030_3030_3030_3030L;
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
}
