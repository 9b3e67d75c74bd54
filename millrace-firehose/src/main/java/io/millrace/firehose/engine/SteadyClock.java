package io.millrace.firehose.engine;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * Goes on evenly from where the machine's clock was at the start, whatever that is set to later. How long something has waited
 * is measured by it; what is written down, or told, has the machine's time.
 */
final class SteadyClock implements InstantSource {
    private final Instant start;
    private final LongSupplier nanos;
    private final long startNanos;

    /** @param nanos since whenever, never set */
    SteadyClock(InstantSource clock, LongSupplier nanos) {
        this.start = clock.instant();
        this.nanos = nanos;
        this.startNanos = nanos.getAsLong();
    }

    @Override
    public Instant instant() {
        return start.plusNanos(nanos.getAsLong() - startNanos);
    }
}
