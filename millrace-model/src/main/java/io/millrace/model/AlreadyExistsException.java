package io.millrace.model;

/** What the request would make is there already. */
public final class AlreadyExistsException extends AwsException {
    private static final long serialVersionUID = 1L;

    public AlreadyExistsException(String message) {
        super("AlreadyExistsException", 400, message);
    }
}
