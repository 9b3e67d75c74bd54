package io.millrace.model;

/** What the request names does not exist. */
public final class ResourceNotFoundException extends AwsException {
    private static final long serialVersionUID = 1L;

    public ResourceNotFoundException(String message) {
        super("ResourceNotFoundException", 400, message);
    }
}
