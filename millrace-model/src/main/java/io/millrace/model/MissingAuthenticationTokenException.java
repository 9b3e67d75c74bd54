package io.millrace.model;

/** The request is not signed although it has to be. */
public final class MissingAuthenticationTokenException extends AwsException {
    private static final long serialVersionUID = 1L;

    public MissingAuthenticationTokenException(String message) {
        super("MissingAuthenticationTokenException", 400, message);
    }
}
