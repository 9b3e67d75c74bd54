package io.millrace.firehose.processing;

import io.millrace.firehose.delivery.DeliveryRecord;
import io.millrace.firehose.source.SourceRecord;
import java.time.Instant;
import java.util.Map;

/** What became of a source record. */
public sealed interface Processed {

    /** The record as it came. */
    SourceRecord source();

    /** Goes on to the destination. */
    record Ready(SourceRecord source, DeliveryRecord record, Map<String, String> partitionKeys) implements Processed {}

    /** Was dropped on purpose, by a function or as a control message; counts as delivered. */
    record Dropped(SourceRecord source) implements Processed {}

    /**
     * Goes to the error output.
     *
     * @param outputType {@code processing-failed} or {@code decompression-failed}
     * @param rawData what the error line's rawData holds
     * @param attempts calls of the function; 1 where none was involved
     * @param lambdaArn of the function involved, or empty
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Failed(
            SourceRecord source,
            String outputType,
            String errorCode,
            String errorMessage,
            byte[] rawData,
            int attempts,
            Instant attemptEnding,
            String lambdaArn)
            implements Processed {}
}
