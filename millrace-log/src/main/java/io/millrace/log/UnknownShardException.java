package io.millrace.log;

/** The log does not hold this shard. */
public final class UnknownShardException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnknownShardException(String message) {
        super(message);
    }
}
