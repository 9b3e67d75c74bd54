package io.millrace.bench.suite;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What was left out and what went wrong, for the report; and a word on standard error about what is done now. */
final class Notes {
    private final long begun = System.nanoTime();
    private final List<String> skipped = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    /** Something that is measured. */
    interface Attempt {
        void make() throws IOException, InterruptedException;
    }

    /** A failure becomes a note: the next one is measured all the same. */
    void attempt(String what, Attempt attempt) throws InterruptedException {
        say(what);
        try {
            attempt.make();
        } catch (IOException | RuntimeException e) {
            failures.add(what + ": " + (e.getMessage() == null ? e.toString() : e.getMessage()));
            say(failures.getLast());
        }
    }

    void skip(String what, String why) {
        skipped.add(what + ": skipped, " + why);
        say(skipped.getLast());
    }

    List<String> skipped() {
        return skipped;
    }

    List<String> failures() {
        return failures;
    }

    private void say(String what) {
        long seconds = Duration.ofNanos(System.nanoTime() - begun).toSeconds();
        System.err.printf(Locale.ROOT, "bench %2d:%02d  %s%n", seconds / 60, seconds % 60, what);
    }
}
