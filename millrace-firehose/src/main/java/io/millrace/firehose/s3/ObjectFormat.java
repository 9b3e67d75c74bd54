package io.millrace.firehose.s3;

import io.millrace.firehose.delivery.Attempt.Undelivered;
import io.millrace.firehose.delivery.Batch;
import io.millrace.firehose.delivery.DeliveryRecord;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How records become the bytes of one object. May be used by several threads at once. */
public interface ObjectFormat {
    /** Stands at the end of the object's key unless the delivery stream has an extension of its own; may be empty. */
    String extension();

    default Optional<String> contentEncoding() {
        return Optional.empty();
    }

    /** The error output type of records that are not fit for the object. */
    default String errorOutputType() {
        return "processing-failed";
    }

    /** Further members of the error output's line for a record when no object could be made at all. */
    default Map<String, String> details(DeliveryRecord record) {
        return Map.of();
    }

    /**
     * Writes the records, as many as are fit for it. The stream need not be closed, but may be.
     *
     * @throws NotReadyException if no object can be made at present
     */
    Written write(Batch batch, OutputStream out) throws IOException;

    /**
     * What was written.
     *
     * @param records how many are in the object; without any there will be no object
     * @param unfit those that are not, each with a failure that nothing can help
     */
    record Written(int records, List<Undelivered> unfit) {}

    /** What is needed for any object is not at hand: a schema, for example. */
    final class NotReadyException extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final String code;

        public NotReadyException(String code, String message) {
            super(message);
            this.code = code;
        }

        public String code() {
            return code;
        }
    }
}
