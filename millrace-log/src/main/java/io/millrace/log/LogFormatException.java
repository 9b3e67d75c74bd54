package io.millrace.log;

/** The directory holds a log of a format this version does not read. */
public final class LogFormatException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public LogFormatException(String message) {
        super(message);
    }
}
