package io.millrace.model;

/** A value is well-formed but makes no sense here. */
public final class InvalidArgumentException extends AwsException {
    private static final long serialVersionUID = 1L;

    public InvalidArgumentException(String message) {
        super("InvalidArgumentException", 400, message);
    }
}
