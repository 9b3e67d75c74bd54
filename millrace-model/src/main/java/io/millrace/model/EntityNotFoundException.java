package io.millrace.model;

/** What the request names is not in the catalog of tables. */
public final class EntityNotFoundException extends AwsException {
    private static final long serialVersionUID = 1L;

    public EntityNotFoundException(String message) {
        super("EntityNotFoundException", 400, message);
    }
}
