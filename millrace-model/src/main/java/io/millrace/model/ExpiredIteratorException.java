package io.millrace.model;

/** A shard iterator is older than five minutes. */
public final class ExpiredIteratorException extends AwsException {
    private static final long serialVersionUID = 1L;

    public ExpiredIteratorException(String message) {
        super("ExpiredIteratorException", 400, message);
    }
}
