package io.millrace.model;

/**
 * A delivery stream can take no records for the moment; clients retry. Unlike {@link ServiceUnavailableException} it is part of a
 * service's published API, and has a text.
 */
public final class SlowDownException extends AwsException {
    private static final long serialVersionUID = 1L;

    public SlowDownException(String message) {
        super("ServiceUnavailableException", 503, message);
    }
}
