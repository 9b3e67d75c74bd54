package io.millrace.streams.sequence;

import java.math.BigInteger;
import java.util.Optional;

/** Reads the sequence numbers that clients send; they may be made up, or as old as the service. */
final class SequenceNumberParser {
    /** More digits than any valid number has, so that a long one is refused before it is multiplied out. */
    private static final int DIGITS_MAX = 57;

    private static final BigInteger TWO_124 = BigInteger.ONE.shiftLeft(124);
    private static final BigInteger TWO_129 = BigInteger.ONE.shiftLeft(129);
    private static final BigInteger TWO_185 = BigInteger.ONE.shiftLeft(185);
    private static final BigInteger THREE_TIMES_TWO_184 = BigInteger.valueOf(3).shiftLeft(184);

    /** Where the service stops to believe a creation time. */
    private static final long CREATION_SECOND_LIMIT = 16_025_175_000L;

    private SequenceNumberParser() {}

    static Optional<SequenceNumber> parse(String decimal) {
        if (decimal.isEmpty()
                || decimal.length() > DIGITS_MAX
                || decimal.chars().anyMatch(character -> character < '0' || character > '9')) {
            return Optional.empty();
        }
        var value = new BigInteger(decimal);
        if (value.compareTo(TWO_129) < 0) {
            var atLeast32Digits = value.compareTo(TWO_124) < 0 ? value.add(TWO_124) : value;
            return believable(version0(atLeast32Digits.toString(16)));
        }
        if (value.compareTo(TWO_185) < 0 || value.compareTo(THREE_TIMES_TWO_184) >= 0) {
            return Optional.empty();
        }
        var hex = value.toString(16);
        return switch (hex.charAt(46)) {
            case '1' -> believable(version1(hex));
            case '2' -> believable(version2(hex));
            default -> Optional.empty();
        };
    }

    /** 1 (1), 9 creation, 2 unused, 16 counter, 4 shard index. */
    private static SequenceNumber version0(String hex) {
        return new SequenceNumber(field(hex, 1, 10), field(hex, 12, 28), 0, (int) field(hex, 28, 32), 0);
    }

    /** 1 (2), 9 creation, 1 nibble, 2 unused, 9 record time, 14 random, 2 counter, 8 shard index, 1 version. */
    private static SequenceNumber version1(String hex) {
        return new SequenceNumber(
                field(hex, 1, 10), field(hex, 36, 38), field(hex, 13, 22), (int) field(hex, 38, 46), 1);
    }

    private static SequenceNumber version2(String hex) {
        return new SequenceNumber(
                field(hex, 1, 10), field(hex, 11, 27), field(hex, 29, 38), (int) field(hex, 38, 46), 2);
    }

    private static Optional<SequenceNumber> believable(SequenceNumber number) {
        boolean counterTooLarge = number.version() == SequenceNumber.CURRENT_VERSION && number.counter() < 0;
        return counterTooLarge || number.shardCreationSecond() >= CREATION_SECOND_LIMIT
                ? Optional.empty()
                : Optional.of(number);
    }

    private static long field(String hex, int from, int to) {
        return Long.parseUnsignedLong(hex, from, to, 16);
    }
}
