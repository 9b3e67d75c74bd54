package io.millrace.firehose.source;

/** A source that can't be read at present: a stream that does not exist (yet), a broker that does not answer. */
public final class SourceUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public SourceUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }

    public SourceUnavailableException(String message) {
        super(message);
    }
}
