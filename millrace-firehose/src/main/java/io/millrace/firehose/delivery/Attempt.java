package io.millrace.firehose.delivery;

import io.millrace.firehose.source.RecordPosition;
import java.util.List;
import java.util.Map;

/** What one attempt at a delivery came to. */
public sealed interface Attempt {

    /** The destination has all of the batch, safely. */
    record Delivered() implements Attempt {}

    /** The destination has the batch but for these records. */
    record Partly(List<Undelivered> undelivered) implements Attempt {}

    /** The destination has, or may have, nothing of it. */
    record Refused(Failure failure) implements Attempt {}

    /**
     * A record that the destination did not take. Holds its place and not its data: there may be as many as a batch has, and
     * a batch may be larger than memory.
     *
     * @param details further members of its line in the error output, in order, such as {@code esDocumentId}
     */
    record Undelivered(RecordPosition position, int bytes, Failure failure, Map<String, String> details) {
        public Undelivered(DeliveryRecord record, Failure failure, Map<String, String> details) {
            this(record.position(), record.data().length, failure, details);
        }
    }
}
