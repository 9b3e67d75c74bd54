package io.millrace.firehose.processing;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/**
 * How much one evaluation of a query may do before it counts as a runaway. Steps, not time: the same record and query come
 * to the same end on every machine, as long as the query has no regular expressions. Used by the thread that evaluates.
 */
final class JqAllowance {
    /** A fraction of a second of work. */
    private static final int STEPS_MAX = 1_000_000;

    private static final int DEPTH_MAX = 1_000;
    private static final int TEXT_MAX_CHARS = 16 << 20;
    private static final int CONTAINER_MAX_COUNT = 1 << 20;
    private static final int CHARS_PER_STEP = 64;
    private static final int MEMBERS_PER_STEP = 16;

    static final ScopedValue<JqAllowance> CURRENT = ScopedValue.newInstance();

    /** Backtracking can't be counted, only timed. */
    private static final long SEARCH_MAX_NANOS = 500_000_000;

    private final Instant now;
    private int left = STEPS_MAX;
    private long searchNanosLeft = SEARCH_MAX_NANOS;
    private int depth;

    /** @param now what the query takes for the present */
    JqAllowance(Instant now) {
        this.now = now;
    }

    Instant now() {
        return now;
    }

    /** The query does, or would do, more than it may. Not one of jq's own errors: a query can't catch it. */
    static final class RunawayException extends RuntimeException {
        private static final long serialVersionUID = 1;

        RunawayException(String message) {
            super(message);
        }
    }

    void enter() {
        spend(1);
        if (++depth > DEPTH_MAX) {
            throw new RunawayException("it recurses too deeply");
        }
    }

    void leave() {
        depth--;
    }

    /** A value came out of an expression. */
    void emitted(JsonNode value) {
        if (value.isTextual()) {
            spend(1 + value.textValue().length() / CHARS_PER_STEP);
        } else if (value.isContainerNode()) {
            spend(1 + value.size() / MEMBERS_PER_STEP);
        } else {
            spend(1);
        }
    }

    /** How long regular expressions may still search; always more than nothing. */
    long searchNanosLeft() {
        return searchNanosLeft;
    }

    void searched(long nanos) {
        searchNanosLeft = Math.max(1, searchNanosLeft - nanos);
    }

    private void spend(int steps) {
        left -= steps;
        if (left < 0) {
            throw new RunawayException("it takes more than " + STEPS_MAX + " steps");
        }
    }

    /** An operator is about to make a value of two. */
    static void requireSmallResult(JsonNode left, JsonNode right) {
        if (left.isTextual() && right.isNumber()) {
            requireSmallText(left.textValue().length() * right.asDouble());
        } else if (left.isNumber() && right.isTextual()) {
            requireSmallText(right.textValue().length() * left.asDouble());
        } else if (left.isTextual() && right.isTextual()) {
            requireSmallText(
                    (double) left.textValue().length() + right.textValue().length());
        } else if (left.isArray() && right.isArray() && (long) left.size() + right.size() > CONTAINER_MAX_COUNT) {
            throw new RunawayException("it makes an array of more than " + CONTAINER_MAX_COUNT + " elements");
        }
    }

    private static void requireSmallText(double chars) {
        if (chars > TEXT_MAX_CHARS) {
            throw new RunawayException("it makes a string of more than " + TEXT_MAX_CHARS + " characters");
        }
    }

    /** Setting a place of an array makes all places before it. */
    static void requireSmallIndex(JsonNode index) {
        if (index.isNumber() && index.asDouble() > CONTAINER_MAX_COUNT) {
            throw new RunawayException("it makes an array of more than " + CONTAINER_MAX_COUNT + " elements");
        }
    }
}
