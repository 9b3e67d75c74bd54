package io.millrace.server.faults;

import java.time.Duration;
import java.util.Optional;

/**
 * What goes wrong, where, and how often.
 *
 * @param stream the stream it is about; absent for all of them, and for calls that are about none
 * @param operation the operation's name; absent for all of them
 * @param calls what becomes of whole calls
 * @param records what becomes of single records of PutRecords
 * @param breakOff in place of what share of SubscribeToShard's events the subscription breaks off
 * @param latency how much later calls are answered
 * @param lifetime how long the rule holds from when it is set; absent for as long as the server runs
 * @param seed of the dice; the same calls in the same order then meet the same faults
 */
record FaultRule(
        Optional<String> stream,
        Optional<String> operation,
        CallRates calls,
        RecordRates records,
        double breakOff,
        Latency latency,
        Optional<Duration> lifetime,
        long seed) {
    private static final Duration LIFETIME_MAX = Duration.ofDays(7);

    FaultRule {
        if (lifetime.isPresent()
                && (lifetime.get().compareTo(Duration.ofSeconds(1)) < 0
                        || lifetime.get().compareTo(LIFETIME_MAX) > 0)) {
            throw new IllegalArgumentException("forSeconds must be 1 to " + LIFETIME_MAX.toSeconds());
        }
        requireRates("breakOff", breakOff);
        if (calls.none() && records.none() && breakOff == 0 && latency.none()) {
            throw new IllegalArgumentException("the rule does nothing; give a rate or a latency");
        }
        if (!records.none() && operation.isPresent() && !operation.get().equals("PutRecords")) {
            throw new IllegalArgumentException("recordThrottle and recordInternalFailure are for PutRecords");
        }
        if (breakOff > 0 && operation.isPresent() && !operation.get().equals("SubscribeToShard")) {
            throw new IllegalArgumentException("breakOff is for SubscribeToShard");
        }
    }

    /** The share of calls that are refused, by how. */
    record CallRates(double throttle, double internalFailure, double unavailable) {
        CallRates {
            requireRates("throttle, internalFailure and unavailable", throttle, internalFailure, unavailable);
        }

        boolean none() {
            return throttle + internalFailure + unavailable == 0;
        }
    }

    /** The share of a batch's records that are refused, by how; the others are stored. */
    record RecordRates(double throttle, double internalFailure) {
        RecordRates {
            requireRates("recordThrottle and recordInternalFailure", throttle, internalFailure);
        }

        boolean none() {
            return throttle + internalFailure == 0;
        }
    }

    /** Anything between the two, both included. */
    record Latency(Duration least, Duration most) {
        private static final Duration MAX = Duration.ofMinutes(5);

        Latency {
            if (least.isNegative() || least.compareTo(most) > 0 || most.compareTo(MAX) > 0) {
                throw new IllegalArgumentException("latencyMillis must be 0 to " + MAX.toMillis()
                        + ", and latencyMillisMax not below it nor above that");
            }
        }

        boolean none() {
            return most.isZero();
        }
    }

    /** Where the rule holds; a second rule for the same place takes the first one's. */
    boolean samePlace(FaultRule other) {
        return stream.equals(other.stream) && operation.equals(other.operation);
    }

    boolean concerns(String calledOperation, Optional<String> calledStream) {
        return (operation.isEmpty() || operation.get().equals(calledOperation))
                && (stream.isEmpty() || stream.equals(calledStream));
    }

    /** How exactly it says where it holds; of several rules the most exact one counts. A stream is worth more. */
    int exactness() {
        return (stream.isPresent() ? 2 : 0) + (operation.isPresent() ? 1 : 0);
    }

    private static void requireRates(String names, double... rates) {
        double sum = 0;
        for (double rate : rates) {
            if (!(rate >= 0 && rate <= 1)) {
                throw new IllegalArgumentException(names + " must each be 0 to 1");
            }
            sum += rate;
        }
        if (sum > 1) {
            throw new IllegalArgumentException(names + " together must not exceed 1");
        }
    }
}
