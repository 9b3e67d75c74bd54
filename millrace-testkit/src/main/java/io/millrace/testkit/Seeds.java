package io.millrace.testkit;

import java.util.SplittableRandom;

/** Runs a property over many seeds; a failure names its seed. */
public final class Seeds {
    private Seeds() {}

    /** What must hold for any randomness. */
    @FunctionalInterface
    public interface Property {
        void holdsFor(SplittableRandom random) throws Exception;
    }

    /** Checks a property for the seeds 0 to {@code count - 1}, or for the one that {@code -Dseed=N} names. */
    public static void forEach(int count, Property property) {
        var only = Long.getLong("seed");
        if (only != null) {
            check(only, property);
            return;
        }
        for (long seed = 0; seed < count; seed++) {
            check(seed, property);
        }
    }

    private static void check(long seed, Property property) {
        try {
            property.holdsFor(new SplittableRandom(seed));
        } catch (Exception | AssertionError e) {
            throw new AssertionError("does not hold for seed " + seed + " (repeat with -Dseed=" + seed + ")", e);
        }
    }
}
