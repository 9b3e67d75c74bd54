package io.millrace.bench.load;

/** A server answered what it must not: the run's figures are worth nothing. */
final class WrongAnswerException extends RuntimeException {
    private static final long serialVersionUID = 1;

    WrongAnswerException(String message) {
        super(message);
    }
}
