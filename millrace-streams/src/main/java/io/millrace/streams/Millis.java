package io.millrace.streams;

import java.time.Instant;

/** Moments that clients send, which may lie anywhere from the year -1000000000 to +1000000000. */
final class Millis {
    private Millis() {}

    /** Milliseconds since the epoch; the nearest possible ones for moments beyond what a long can count. */
    static long of(Instant moment) {
        try {
            return moment.toEpochMilli();
        } catch (ArithmeticException _) {
            return moment.getEpochSecond() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }
}
