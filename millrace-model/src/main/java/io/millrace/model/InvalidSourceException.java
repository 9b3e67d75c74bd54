package io.millrace.model;

/** The operation makes no sense for where the delivery stream's records come from. */
public final class InvalidSourceException extends AwsException {
    private static final long serialVersionUID = 1L;

    public InvalidSourceException(String message) {
        super("InvalidSourceException", 400, message);
    }
}
