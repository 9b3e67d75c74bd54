package io.millrace.log;

import java.time.Duration;

/** Wakes readers at a shard's tail. */
public interface TailSignal {
    /**
     * Waits until the record with this offset is durable, the shard is sealed or deleted, or the time is over.
     *
     * @return whether there may be something new to see
     */
    boolean await(long offset, Duration waitMax) throws InterruptedException;
}
