package io.millrace.firehose.engine;

import io.millrace.firehose.delivery.Destination;
import io.millrace.firehose.delivery.StreamIdentity;
import io.millrace.firehose.processing.Pipeline;
import java.util.Optional;

/**
 * One version of a delivery stream, opened: the way its records take.
 *
 * @param version grows with each update of the delivery stream
 * @param partitioned whether records are delivered by their partition keys
 */
public record Route(
        int version,
        StreamIdentity stream,
        Pipeline pipeline,
        Processing processing,
        boolean partitioned,
        Destination destination,
        Buffering buffering,
        ErrorOutput errors,
        Optional<Backup> backup)
        implements AutoCloseable {

    /** What processing makes of a record that is read again after a crash. */
    public enum Processing {
        /** Records go on as they come: what was not delivered need not be kept, only its place. */
        NONE,
        /** The same as the first time. */
        REPEATABLE,
        /** Perhaps something else: a function decides. */
        VARYING
    }

    /** Where the untouched source records go as well. */
    public record Backup(Destination destination, Buffering buffering) {}

    /** Opens the destinations of what could not be processed or delivered, by error output type. */
    public interface ErrorOutput {
        Destination of(String outputType);

        /** The same under another prefix, for kinds of destinations that have such. */
        default Destination of(String outputType, String prefix) {
            throw new AssertionError("no destination of this kind has prefixes of its own: " + prefix);
        }
    }

    @Override
    public void close() {
        pipeline.close();
        destination.close();
        backup.ifPresent(there -> there.destination().close());
    }
}
