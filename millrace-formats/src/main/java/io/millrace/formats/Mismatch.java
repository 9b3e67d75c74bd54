package io.millrace.formats;

/** A value doesn't fit its column. Never leaves the package: it becomes the record's {@link ConversionFailure}. */
final class Mismatch extends RuntimeException {
    private static final long serialVersionUID = 1;
    private static final int SHOWN_MAX_CHARS = 1_000;

    private final transient ConversionFailure failure;

    private Mismatch(String message) {
        super(message, null, false, false);
        failure = ConversionFailure.malformedData(message);
    }

    /** The service's words before those of whoever refused the value. */
    static Mismatch withSchema(String reason) {
        return new Mismatch("Data does not match the schema. " + reason);
    }

    /** A text that is no number, day or whatever else was wanted. */
    static Mismatch ofText(String text) {
        return withSchema("For input string: \"" + shown(text) + "\"");
    }

    static Mismatch bare(String message) {
        return new Mismatch(message);
    }

    /** A record can be a megabyte of one string: the start of it is enough to find it. */
    static String shown(String text) {
        return text.length() <= SHOWN_MAX_CHARS ? text : text.substring(0, SHOWN_MAX_CHARS) + "...";
    }

    ConversionFailure failure() {
        return failure;
    }
}
