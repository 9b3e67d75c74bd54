package io.millrace.model;

/** A member breaks a constraint of the model. */
public final class ValidationException extends AwsException {
    private static final long serialVersionUID = 1L;

    public ValidationException(String message) {
        super("ValidationException", 400, message);
    }
}
