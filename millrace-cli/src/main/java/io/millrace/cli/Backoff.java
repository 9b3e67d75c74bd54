package io.millrace.cli;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long to wait before the next try: doubling from {@code first} up to {@code max}, the upper half left to chance. */
record Backoff(Duration first, Duration max) {
    Duration beforeRetry(int retryIndex, RandomGenerator random) {
        long doubled = first.toMillis() << Math.min(retryIndex, 20);
        long ceilingMillis = Math.min(doubled, max.toMillis());
        // Clients that were refused together must not come back together.
        return Duration.ofMillis(ceilingMillis / 2 + random.nextLong(ceilingMillis / 2 + 1));
    }
}
