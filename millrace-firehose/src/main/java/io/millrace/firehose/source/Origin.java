package io.millrace.firehose.source;

import org.jspecify.annotations.Nullable;

/** Where a record came from, as far as functions and metadata columns are told about it. */
public sealed interface Origin {

    /** Put by PutRecord or PutRecordBatch. */
    record DirectPut() implements Origin {}

    /**
     * Read from a Kinesis stream.
     *
     * @param subsequenceNumber the place of a user record inside an aggregated one; 0 where nothing was aggregated
     */
    record KinesisStream(
            String streamArn, String shardId, String sequenceNumber, long subsequenceNumber, String partitionKey)
            implements Origin {}

    /** Read from a Kafka topic. */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record KafkaTopic(String topic, int partition, long offset, byte @Nullable [] key) implements Origin {}
}
