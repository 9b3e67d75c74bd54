package io.millrace.firehose.engine;

/** The delivery stream was stopped; what was under way goes on after the next start. */
final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;
}
