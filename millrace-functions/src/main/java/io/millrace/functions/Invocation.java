package io.millrace.functions;

import java.util.Optional;

/** What a call of a function came to. */
public sealed interface Invocation {

    /**
     * The endpoint answered.
     *
     * @param statusCode of HTTP; 200 also where the function itself failed
     * @param functionError {@code Unhandled} or {@code Handled} where the function ran and failed; the payload says how
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Answered(
            int statusCode, Optional<String> functionError, byte[] payload, String executedVersion, String requestId)
            implements Invocation {
        /** Whether the payload is the function's result. */
        public boolean successful() {
            return statusCode / 100 == 2 && functionError.isEmpty();
        }
    }

    /** There was no answer; whether the function ran is not known. */
    record Unanswered(Reason reason, String message) implements Invocation {}

    /** Why there was no answer. */
    enum Reason {
        /** No endpoint is known for the function. */
        UNBOUND,
        /** Not before the deadline. */
        TIMED_OUT,
        /** The connection was refused, or broke. */
        CONNECTION
    }
}
