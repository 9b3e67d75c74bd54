package io.millrace.streams;

import java.util.Optional;
import software.amazon.awssdk.services.kinesis.model.ConsumerStatus;

/** Knows the consumers of streams, as much as tags and policies of consumers need. */
@FunctionalInterface
interface ConsumerLookup {
    /** What state a consumer is in, if the stream has it. */
    Optional<ConsumerStatus> status(StreamState stream, String consumer, long creationSecond);
}
