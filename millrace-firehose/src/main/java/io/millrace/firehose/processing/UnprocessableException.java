package io.millrace.firehose.processing;

/** Something about one record that keeps it from being processed; its message is for the error output. */
final class UnprocessableException extends Exception {
    private static final long serialVersionUID = 1;

    UnprocessableException(String message) {
        super(message);
    }

    String text() {
        return String.valueOf(getMessage());
    }
}
