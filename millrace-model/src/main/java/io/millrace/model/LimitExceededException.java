package io.millrace.model;

/** A quota of the account or the stream would be exceeded. */
public final class LimitExceededException extends AwsException {
    private static final long serialVersionUID = 1L;

    public LimitExceededException(String message) {
        super("LimitExceededException", 400, message);
    }
}
