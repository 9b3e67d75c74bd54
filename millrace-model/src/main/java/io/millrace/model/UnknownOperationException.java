package io.millrace.model;

/** The request names no operation that exists. */
public final class UnknownOperationException extends AwsException {
    private static final long serialVersionUID = 1L;

    public UnknownOperationException() {
        super("UnknownOperationException", 400, null);
    }
}
