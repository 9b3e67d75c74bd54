package io.millrace.firehose.engine;

import java.time.Duration;

/** Lets time pass between attempts; a test's clock does so at once. */
interface Pauses {
    /** @throws StoppedException if there is nothing to wait for any more */
    void pause(Duration time);

    /** Throws as {@link #pause} does, without waiting. */
    default void check() {
        pause(Duration.ZERO);
    }
}
