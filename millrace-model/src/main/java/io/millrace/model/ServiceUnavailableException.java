package io.millrace.model;

/** For the moment the call can't be served; clients retry. */
public final class ServiceUnavailableException extends AwsException {
    private static final long serialVersionUID = 1L;

    public ServiceUnavailableException() {
        super("ServiceUnavailable", 503, null);
    }
}
