package io.millrace.streams.shard;

import java.math.BigInteger;
import java.util.List;
import java.util.stream.IntStream;

/** The hash keys from {@code start} to {@code end}, both included. */
public record HashRange(HashKey start, HashKey end) {
    private static final BigInteger SPACE = BigInteger.ONE.shiftLeft(128);

    /** A range in two parts. */
    public record Halves(HashRange lower, HashRange upper) {}

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

    /** Whether there is but one key in it, so that it can't be cut. */
    public boolean isPoint() {
        return start.equals(end);
    }

    /** Both halves; of an odd number of keys, the upper one takes one more. */
    public Halves halves() {
        var first = start.toBigInteger();
        var size = end.toBigInteger().subtract(first).add(BigInteger.ONE);
        return cutAt(HashKey.of(first.add(size.shiftRight(1))));
    }

    /** The parts before and from a key, which must lie in the range and not be its first. */
    public Halves cutAt(HashKey key) {
        return new Halves(new HashRange(start, key.previous()), new HashRange(key, end));
    }

    /** This range and the one that touches it, as one. */
    public HashRange joined(HashRange next) {
        assert touches(next) : this + " and " + next;
        return new HashRange(start, next.end);
    }

    public boolean contains(HashKey key) {
        return start.compareTo(key) <= 0 && key.compareTo(end) <= 0;
    }

    /** Whether {@code other} begins where this one ends. */
    public boolean touches(HashRange other) {
        return !end.equals(HashKey.MAX) && end.next().equals(other.start);
    }
}
