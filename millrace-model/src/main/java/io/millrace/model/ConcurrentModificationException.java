package io.millrace.model;

/** What the caller wants to change is not as the caller last saw it. */
public final class ConcurrentModificationException extends AwsException {
    private static final long serialVersionUID = 1L;

    public ConcurrentModificationException(String message) {
        super("ConcurrentModificationException", 400, message);
    }
}
