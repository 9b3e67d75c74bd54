package io.millrace.firehose.delivery;

import java.util.Objects;

/** A configuration names a secret that nobody knows, or that lacks the member we need. Never carries the secret. */
public final class MissingSecretException extends Exception {
    private static final long serialVersionUID = 1;

    public MissingSecretException(String message) {
        super(message);
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
