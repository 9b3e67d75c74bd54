package io.millrace.log;

import java.time.Duration;

/** How long housekeeping rests after each {@linkplain Pace#STEP_BYTES step}: a question of who else wants the disk. */
final class Breaths {
    /** No more than about 250 MB/s. */
    static final Duration SHORT = Duration.ofNanos(500_000);

    /** 10 MB/s, which hardly show. */
    static final Duration GENTLE = Duration.ofNanos(12_500_000);

    /**
     * A breath is as long as the step took, so that the busy are given way to; but not for that alone longer than this,
     * because what is dead meanwhile is not recycled before a pass has come to its end.
     */
    private static final Duration EQUAL_MAX = Duration.ofMillis(3);

    /** Who has used the log a moment ago, the more important first. */
    enum Use {
        APPENDED_TO,
        READ_FROM_AFAR,
        NONE
    }

    private Breaths() {}

    /** After a step that the log itself needs. A segment that is ready lasts a while; without one, appends wait longer. */
    static Duration forTheLog(Use use, boolean hasReady) {
        return switch (use) {
            case APPENDED_TO -> hasReady ? GENTLE : SHORT;
            case READ_FROM_AFAR -> GENTLE;
            case NONE -> SHORT;
        };
    }

    /**
     * After a step that only later readers gain by. Who is there now needs the processor and the disk more, as long as
     * regrouping is not far behind; beside a busy log it keeps up at no pace that leaves the log its disk.
     */
    static Duration forReaders(Use use, boolean isBehind) {
        return use == Use.NONE || isBehind ? SHORT : GENTLE;
    }

    static long nanos(Duration least, long workedNanos) {
        return Math.max(least.toNanos(), Math.min(workedNanos, EQUAL_MAX.toNanos()));
    }
}
