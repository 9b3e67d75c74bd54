package io.millrace.model;

/** A fault of ours; AWS sends it without a message. */
public final class InternalFailureException extends AwsException {
    private static final long serialVersionUID = 1L;

    public InternalFailureException() {
        super("InternalFailure", 500, null);
    }
}
