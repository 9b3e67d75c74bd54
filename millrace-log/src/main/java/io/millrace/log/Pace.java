package io.millrace.log;

import java.io.IOException;

/** Slows work down that nobody waits for, and ends it when the log closes. */
@FunctionalInterface
interface Pace {

    /**
     * Waits a little after so much work as disturbs nobody.
     *
     * @throws ClosingException if there is no time left
     */
    void breathe() throws IOException;

    /** The log closes; what was being done can be left undone. */
    final class ClosingException extends IOException {
        private static final long serialVersionUID = 1L;

        ClosingException() {
            super("the log is closing");
        }
    }
}
