package io.millrace.bench.load;

import java.time.Duration;

/** The measured part of a run, in {@link System#nanoTime}; what ends before is warm-up, what ends after is clearing up. */
record Window(long startNanos, long endNanos) {
    static Window after(Duration warmUp, Duration measured) {
        long start = System.nanoTime() + warmUp.toNanos();
        return new Window(start, start + measured.toNanos());
    }

    boolean contains(long now) {
        return now - startNanos >= 0 && now - endNanos < 0;
    }

    boolean isOver(long now) {
        return now - endNanos >= 0;
    }
}
