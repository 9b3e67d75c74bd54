package io.millrace.cli;

/** The command line was wrong, in a way that the parser could not see; ends the command with exit code 2. */
final class UsageError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UsageError(String sentence) {
        super(sentence);
    }

    UsageError(IllegalArgumentException cause) {
        super(String.valueOf(cause.getMessage()), cause);
    }
}
