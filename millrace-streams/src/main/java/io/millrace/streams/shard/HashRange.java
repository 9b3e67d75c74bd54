package io.millrace.streams.shard;

import java.math.BigInteger;
import java.util.List;
import java.util.stream.IntStream;

/** The hash keys from {@code start} to {@code end}, both included. */
public record HashRange(HashKey start, HashKey end) {
    private static final BigInteger SPACE = BigInteger.ONE.shiftLeft(128);

    public HashRange {
        assert start.compareTo(end) <= 0 : start + " > " + end;
    }

    /** Cuts the whole hash space into equal ranges; the last takes what the division leaves over. */
    public static List<HashRange> tiles(int count) {
        var step = SPACE.divide(BigInteger.valueOf(count));
        return IntStream.range(0, count)
                .mapToObj(i -> new HashRange(
                        HashKey.of(step.multiply(BigInteger.valueOf(i))),
                        i == count - 1
                                ? HashKey.MAX
                                : HashKey.of(step.multiply(BigInteger.valueOf(i + 1L))
                                        .subtract(BigInteger.ONE))))
                .toList();
    }

    public boolean contains(HashKey key) {
        return start.compareTo(key) <= 0 && key.compareTo(end) <= 0;
    }

    /** Whether {@code other} begins where this one ends. */
    public boolean touches(HashRange other) {
        return !end.equals(HashKey.MAX) && end.next().equals(other.start);
    }
}
