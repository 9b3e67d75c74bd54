package io.millrace.model;

/** The request's signature lacks a part. */
public final class IncompleteSignatureException extends AwsException {
    private static final long serialVersionUID = 1L;

    public IncompleteSignatureException(String message) {
        super("IncompleteSignatureException", 400, message);
    }
}
