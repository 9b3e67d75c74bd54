package io.millrace.cli;

/** A line that cannot become a record; the message says why, as the end of a sentence. */
final class UnusableLineException extends Exception {
    private static final long serialVersionUID = 1L;

    UnusableLineException(String reason) {
        // A file of nothing but such lines should not cost a stack trace each.
        super(reason, null, false, false);
    }
}
