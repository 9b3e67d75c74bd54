package io.millrace.model;

/** The request's signature is contradictory or wrong. */
public final class InvalidSignatureException extends AwsException {
    private static final long serialVersionUID = 1L;

    public InvalidSignatureException(String message) {
        super("InvalidSignatureException", 400, message);
    }
}
