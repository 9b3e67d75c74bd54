package io.millrace.firehose.iceberg;

/** A record that can't be a row of its table. The message is for the error output. */
final class MalformedRowException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String code;

    MalformedRowException(String message) {
        this("MalformedData", message);
    }

    MalformedRowException(String code, String message) {
        super(message);
        this.code = code;
    }

    String code() {
        return code;
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
