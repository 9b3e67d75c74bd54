package io.millrace.firehose.source;

/** A shard that will never be read again: its stream was deleted, or all that it held has expired. */
public final class SourceGoneException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public SourceGoneException(String message, Throwable cause) {
        super(message, cause);
    }

    public SourceGoneException(String message) {
        super(message);
    }
}
