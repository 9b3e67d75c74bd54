package io.millrace.log;

import java.time.Duration;

/**
 * How long the log leaves a disk alone that failed, before it tries it again: twice as long after each failure in a row, up
 * to a bound.
 */
record RetryPause(Duration first, Duration max) {
    /** Short enough that a single failure is hardly noticed, long enough that a full disk is not worn down. */
    static final RetryPause USUAL = new RetryPause(Duration.ofMillis(50), Duration.ofSeconds(1));

    /** For simulations that want each step in order: the next request is the next try. */
    static final RetryPause NONE = new RetryPause(Duration.ZERO, Duration.ZERO);

    private static final int DOUBLINGS_MAX = 20;

    Duration afterFailures(int inARow) {
        assert inARow > 0 : inARow;
        var doubled = first.multipliedBy(1L << Math.min(inARow - 1, DOUBLINGS_MAX));
        return doubled.compareTo(max) < 0 ? doubled : max;
    }

    boolean isNone() {
        return max.isZero();
    }
}
