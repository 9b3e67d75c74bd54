package io.millrace.firehose.engine;

/**
 * A batch can't be read as it was formed: some of its records have expired in the source, or a scratch file is damaged. It
 * must be formed anew, and must not go by the name that it had.
 */
final class UnreadableBatchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnreadableBatchException(String message) {
        super(message);
    }

    UnreadableBatchException(String message, Throwable cause) {
        super(message, cause);
    }
}
