package io.millrace.firehose.delivery;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * A place that batches are delivered to, opened for one version of one delivery stream's configuration. A destination makes
 * single attempts; retrying, giving up, the error output, metrics and logs are the caller's. It may be used by several
 * threads at once, one a source shard.
 */
public interface Destination extends AutoCloseable {

    /** The word for it in the metrics {@code DeliveryTo<name>.Records} and so on. */
    String name();

    /** The error output type of what it did not take, such as {@code http-endpoint-failed}. */
    String errorOutputType();

    /** How long after the first failed attempt new ones begin. */
    Duration retryDuration();

    /**
     * Tries once to deliver, waiting for the destination's yes. The wait is bounded by the destination itself. Trouble of
     * the destination is an answer, not an exception.
     */
    Attempt attempt(Batch batch) throws InterruptedException;

    /**
     * Further members of the error output's line for a record when the whole batch was refused, in order; the same that
     * {@link Attempt.Undelivered} has for single ones.
     */
    default Map<String, String> details(DeliveryRecord record) {
        return Map.of();
    }

    /** Says which lines in the error output have prefixes of the destination's own; empty where none can have one. */
    default Optional<ErrorPrefixes> errorPrefixes() {
        return Optional.empty();
    }

    /** Prefixes in the error output that go by the record. To find them takes a reading of the batch that is given up. */
    interface ErrorPrefixes {
        /** What the record's line has in the place of the delivery stream's own; empty for that. */
        Optional<String> of(DeliveryRecord record);
    }

    /**
     * Is told that a batch is given up as a whole, before its records go to the error output: for what the destination itself
     * leaves for those who mend it. Asked again until it is done.
     */
    default Attempt giveUp(Batch batch) {
        return new Attempt.Delivered();
    }

    @Override
    void close();

    /**
     * Opens destinations of one kind.
     *
     * @param <C> the SDK's configuration type of that kind, secrets included, merged and with its defaults
     */
    interface Opener<C> {
        Destination open(StreamIdentity stream, C configuration);
    }
}
