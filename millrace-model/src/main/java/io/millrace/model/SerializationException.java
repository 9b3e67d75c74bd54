package io.millrace.model;

/** The body is not what the protocol asks for: malformed as a whole, or a member of the wrong type. */
public final class SerializationException extends AwsException {
    private static final long serialVersionUID = 1L;

    /** A body that is not a well-formed object; AWS says no more than that. */
    public SerializationException() {
        super("SerializationException", 400, null);
    }

    /** A member of the wrong type. */
    public SerializationException(String message) {
        super("SerializationException", 400, message);
    }

    /** Whether the body as a whole could not be read, which AWS tells before it looks at the signature. */
    public boolean malformedBody() {
        return text().isEmpty();
    }
}
