package io.millrace.log;

import java.io.IOException;

/** Slows work down that nobody waits for, and ends it when the log closes. */
@FunctionalInterface
interface Pace {
    /**
     * As much is read or written between two breaths. Who wants the processor may have to wait until the system has copied
     * it, and who syncs until the device has it: with a megabyte that was two milliseconds and more.
     */
    int STEP_BYTES = 128 * 1024;

    /**
     * Waits a little after a step.
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
