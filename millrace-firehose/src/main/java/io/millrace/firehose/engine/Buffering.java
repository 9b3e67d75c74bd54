package io.millrace.firehose.engine;

import java.time.Duration;

/**
 * When buffered records are delivered: whichever comes first.
 *
 * @param bytes as processed, before any compression
 * @param interval since the oldest was buffered; zero for as soon as the destination is free
 */
public record Buffering(long bytes, Duration interval) {
    public Buffering {
        assert bytes > 0 : bytes;
        assert !interval.isNegative() : interval;
    }
}
