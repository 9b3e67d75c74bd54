package io.millrace.bench.figure;

import java.util.Collection;

/** What repeats of one measurement gave. With an even number of them the median is the mean of the middle two. */
public record Spread(double min, double median, double max) {
    /** @throws IllegalArgumentException if there are no values */
    public static Spread of(Collection<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("nothing was measured");
        }
        var sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        double median = (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
        return new Spread(sorted[0], median, sorted[sorted.length - 1]);
    }

    /** The same in another unit. */
    public Spread dividedBy(double divisor) {
        return new Spread(min / divisor, median / divisor, max / divisor);
    }
}
