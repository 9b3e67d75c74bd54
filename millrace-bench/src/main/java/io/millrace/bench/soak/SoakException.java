package io.millrace.bench.soak;

/** One part of the soak can't go on, which is a finding. */
final class SoakException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SoakException(String message) {
        super(message);
    }
}
