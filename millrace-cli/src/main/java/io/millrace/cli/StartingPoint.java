package io.millrace.cli;

import java.time.Instant;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/** Where reading a shard begins, or begins again when an iterator has expired. */
sealed interface StartingPoint {
    /** Asks for the iterator that begins here. */
    void applyTo(GetShardIteratorRequest.Builder request);

    /** Where shards begin that open after reading has begun here: they hold nothing from before that. */
    default StartingPoint ofLaterShards() {
        return this instanceof Latest ? new TrimHorizon() : this;
    }

    /** The oldest record that is kept. */
    record TrimHorizon() implements StartingPoint {
        @Override
        public void applyTo(GetShardIteratorRequest.Builder request) {
            request.shardIteratorType(ShardIteratorType.TRIM_HORIZON);
        }
    }

    /** Whatever arrives from now on. */
    record Latest() implements StartingPoint {
        @Override
        public void applyTo(GetShardIteratorRequest.Builder request) {
            request.shardIteratorType(ShardIteratorType.LATEST);
        }
    }

    /** The first record that arrived at this time or later. */
    record AtTimestamp(Instant timestamp) implements StartingPoint {
        @Override
        public void applyTo(GetShardIteratorRequest.Builder request) {
            request.shardIteratorType(ShardIteratorType.AT_TIMESTAMP).timestamp(timestamp);
        }
    }

    /** The record after this one. */
    record AfterRecord(String sequenceNumber) implements StartingPoint {
        @Override
        public void applyTo(GetShardIteratorRequest.Builder request) {
            request.shardIteratorType(ShardIteratorType.AFTER_SEQUENCE_NUMBER).startingSequenceNumber(sequenceNumber);
        }
    }
}
