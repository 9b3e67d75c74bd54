package io.millrace.model;

/** What the request names is in a state that does not allow it. */
public final class ResourceInUseException extends AwsException {
    private static final long serialVersionUID = 1L;

    public ResourceInUseException(String message) {
        super("ResourceInUseException", 400, message);
    }
}
