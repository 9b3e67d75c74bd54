package io.millrace.model;

/** The request asks for something that makes no sense, or that is not offered. */
public final class InvalidInputException extends AwsException {
    private static final long serialVersionUID = 1L;

    public InvalidInputException(String message) {
        super("InvalidInputException", 400, message);
    }
}
