package io.millrace.model;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A refusal that the caller is meant to see, spelled as AWS spells it. Thrown where it is found and written to the wire
 * in one place. Carries no stack trace: refusals are ordinary answers, and hostile input must not make them dear.
 */
public abstract class AwsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String code;
    private final int httpStatus;

    protected AwsException(String code, int httpStatus, @Nullable String message) {
        super(message, null, false, false);
        this.code = code;
        this.httpStatus = httpStatus;
    }

    /** The {@code __type} on the wire, without a namespace prefix. */
    public final String code() {
        return code;
    }

    public final int httpStatus() {
        return httpStatus;
    }

    /** The text, or empty for the errors that AWS sends without one. */
    public final Optional<String> text() {
        return Optional.ofNullable(getMessage());
    }
}
