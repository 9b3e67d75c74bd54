package io.millrace.model;

/** A policy does not allow the call. */
public final class AccessDeniedException extends AwsException {
    private static final long serialVersionUID = 1L;

    public AccessDeniedException(String message) {
        super("AccessDeniedException", 400, message);
    }
}
