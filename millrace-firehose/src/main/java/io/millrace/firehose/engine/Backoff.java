package io.millrace.firehose.engine;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long to wait after a failed attempt: twice as long each time, up to two minutes, give or take 15 percent. */
final class Backoff {
    /** Stands for a number that nobody has counted. */
    static final int SOME_FAILURES = 3;

    private static final Duration MAX = Duration.ofMinutes(2);
    private static final int DOUBLINGS_MAX = 7;
    private static final double JITTER = 0.15;

    private final RandomGenerator random;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    /** @param failures so far, from 1 */
    Duration after(int failures) {
        long seconds = Math.min(MAX.toSeconds(), 1L << Math.min(failures - 1, DOUBLINGS_MAX));
        return Duration.ofMillis(Math.round(seconds * 1_000 * random.nextDouble(1 - JITTER, 1 + JITTER)));
    }
}
