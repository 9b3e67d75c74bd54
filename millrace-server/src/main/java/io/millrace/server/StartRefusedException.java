package io.millrace.server;

import org.jspecify.annotations.Nullable;

/** The server can't start as things are; the message is one line that says what to change. */
public final class StartRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StartRefusedException(String message) {
        super(message);
    }

    StartRefusedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
