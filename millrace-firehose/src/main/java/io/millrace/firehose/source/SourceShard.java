package io.millrace.firehose.source;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** One ordered part of a source. Used by one thread at a time. */
public interface SourceShard extends AutoCloseable {

    /** Unique within the delivery stream and stable across restarts: the checkpoint's key. */
    String id();

    /** The offset of the first record that arrived at or after the instant; the tail's where there is none yet. */
    long offsetAt(Instant instant);

    /**
     * Reads on from the offset, or from the oldest kept record after it; waits for the first record at most the time
     * given.
     *
     * @param maxBytes stop after the record that reaches this sum of data; at least one record is given if there is one
     * @throws SourceUnavailableException when the source can't be read at present; trying again later may help
     * @throws SourceGoneException when it can't be read ever again
     */
    SourceChunk read(long fromOffset, int maxBytes, Duration patience) throws InterruptedException;

    /** Whether a record's time is when it came, as the source saw it; otherwise it is what somebody wrote on it. */
    default boolean tellsArrival() {
        return true;
    }

    /** Ends the waiting of the reading under way, if there is one; may be called from any thread. */
    default void wake() {}

    /**
     * The same shard for another reader, who may use it beside this one to read again what this one has read; empty where
     * reading again is not cheap.
     */
    default Optional<SourceShard> again() {
        return Optional.empty();
    }

    /** Says that records before the offset are not needed any more; a source that does not keep them for us ignores it. */
    void delivered(long beforeOffset);

    @Override
    void close();
}
