package io.millrace.model;

/** A paging token is older than five minutes. */
public final class ExpiredNextTokenException extends AwsException {
    private static final long serialVersionUID = 1L;

    public ExpiredNextTokenException(String message) {
        super("ExpiredNextTokenException", 400, message);
    }
}
