package io.millrace.firehose.processing;

/** Something about one record that keeps it from being processed; its message is for the error output. */
final class UnprocessableException extends Exception {
    private static final long serialVersionUID = 1;

    /** Libraries quote what they stumbled over, and that may be the whole record. */
    private static final int MAX_CHARS = 1024;

    UnprocessableException(String message) {
        super(message);
    }

    String text() {
        var message = String.valueOf(getMessage());
        return message.length() <= MAX_CHARS ? message : message.substring(0, MAX_CHARS) + "…";
    }
}
