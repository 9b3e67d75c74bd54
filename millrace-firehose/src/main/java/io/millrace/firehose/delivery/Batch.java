package io.millrace.firehose.delivery;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/**
 * Records that are delivered at once, in their source's order. A batch may be larger than memory: go through it, don't
 * collect it. Used by one thread at a time.
 */
public interface Batch {

    /**
     * Stays the same when the batch is delivered again, in the next attempt or after a crash; two batches never share
     * one. What is named after it is overwritten by a replay, not doubled.
     */
    UUID id();

    StreamIdentity stream();

    /** The id of the source shard that all records come from. */
    String shard();

    /** The offset of the last record's source record: grows from batch to batch of one shard and set of partition keys. */
    long lastOffset();

    int count();

    /** The sum of the records' data, as processed, before any compression. */
    long bytes();

    /** The arrival of the oldest record. */
    Instant oldestArrival();

    /** The partition keys that all records share; empty without dynamic partitioning. */
    Map<String, String> partitionKeys();

    /** Reads the records from the first on; each call begins anew. */
    Records records();

    /** A reading of a batch. */
    interface Records extends AutoCloseable {
        /** Whether there is another record. */
        boolean hasNext();

        DeliveryRecord next();

        @Override
        void close();
    }
}
