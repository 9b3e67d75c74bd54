package io.millrace.log;

/** The shard takes no more records. */
public final class ShardSealedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ShardSealedException(String message) {
        super(message);
    }
}
