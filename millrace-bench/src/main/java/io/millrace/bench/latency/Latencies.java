package io.millrace.bench.latency;

import java.time.Duration;
import java.util.List;

/**
 * How long requests took: counts in buckets that are less than 1 % wide, from 1 ns to 18 minutes. Owned by one thread,
 * then merged.
 *
 * <p>Written here because the part of HdrHistogram that we need is this one page, and the driver stands on the JDK
 * alone.
 */
public final class Latencies {
    /** The percentiles that stand for a whole distribution where one is drawn. */
    public static final List<Double> LADDER_PERCENTS =
            List.of(1.0, 10.0, 25.0, 50.0, 75.0, 90.0, 95.0, 98.0, 99.0, 99.5, 99.9, 99.95, 99.99, 100.0);

    private static final int SUB_BITS = 7;
    private static final int SUB_COUNT = 1 << SUB_BITS;
    private static final long MAX_NANOS = (1L << 40) - 1;

    private final long[] counts = new long[bucket(MAX_NANOS) + 1];
    private long total;
    private long max;

    public void record(long nanos) {
        counts[bucket(nanos)]++;
        total++;
        max = Math.max(max, nanos);
    }

    public void add(Latencies other) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += other.counts[i];
        }
        total += other.total;
        max = Math.max(max, other.max);
    }

    public long count() {
        return total;
    }

    public Duration max() {
        return Duration.ofNanos(max);
    }

    /**
     * The latency that so many percent of the requests did not exceed; the bucket's upper end, never more than the
     * maximum.
     */
    public Duration percentile(double percent) {
        long wanted = Math.max(1, (long) Math.ceil(total * percent / 100));
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (seen >= wanted) {
                return Duration.ofNanos(Math.min(max, upperEnd(i)));
            }
        }
        return Duration.ZERO;
    }

    /** The latencies at {@link #LADDER_PERCENTS}. */
    public List<Duration> ladder() {
        return LADDER_PERCENTS.stream().map(this::percentile).toList();
    }

    /** Small values have a bucket each; from 128 on, each doubling is divided into 128 buckets of equal width. */
    private static int bucket(long nanos) {
        long value = Math.clamp(nanos, 0, MAX_NANOS);
        int shift = Math.max(0, Long.SIZE - SUB_BITS - 1 - Long.numberOfLeadingZeros(value));
        return (shift << SUB_BITS) + (int) (value >>> shift);
    }

    private static long upperEnd(int bucket) {
        if (bucket < SUB_COUNT) {
            return bucket;
        }
        int shift = (bucket >>> SUB_BITS) - 1;
        long mantissa = bucket - ((long) shift << SUB_BITS);
        return ((mantissa + 1) << shift) - 1;
    }
}
