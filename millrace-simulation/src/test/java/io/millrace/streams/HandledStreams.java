package io.millrace.streams;

import java.time.Duration;

/** Does what the service's own threads would do, when told. */
public record HandledStreams(Streams streams) {

    /** Does what is due; returns how long to wait for the next step. */
    public Duration reconcile() {
        return streams.reconcile();
    }

    /** Gives up what has expired. */
    public void trim() {
        streams.trim();
    }
}
