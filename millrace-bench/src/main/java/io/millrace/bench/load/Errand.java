package io.millrace.bench.load;

/** One connection's part in a scenario: what to ask next, and what to make of the answers. Called by one thread. */
interface Errand {
    /** @param now of {@link System#nanoTime} */
    Step next(long now);

    /**
     * A whole reply came.
     *
     * @param sentAt when the first byte of its request was given to the socket, of {@link System#nanoTime}
     * @param now when the last byte of the reply was there
     */
    void answered(HttpReply reply, long sentAt, long now);

    /** What a connection does next. */
    sealed interface Step {
        record Send(HttpCall call) implements Step {}

        /** Waits, as a consumer does that has read everything. */
        record Pause(long untilNanos) implements Step {}

        record Done() implements Step {}
    }
}
