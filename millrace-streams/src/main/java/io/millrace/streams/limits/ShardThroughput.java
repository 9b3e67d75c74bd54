package io.millrace.streams.limits;

import java.time.InstantSource;

/**
 * What one shard has left to take and to give. Full when it is made. Safe for use by several threads, which hold each
 * other up for some additions only.
 */
public final class ShardThroughput {
    /** The largest record there is can always be saved up for. */
    private static final long BURST_BYTES = 10L << 20;

    private final InstantSource clock;
    private final long writeBytesPerSecond;
    // All guarded by this. The clock is read under the lock too, so that a late reading is never taken for a clock that
    // was set back.
    private final TokenBucket writeBytes;
    private final TokenBucket writeRecords;
    private final TokenBucket burst;
    private final TokenBucket readBytes;
    private final TokenBucket readCalls;

    ShardThroughput(ThroughputLimits limits, InstantSource clock) {
        this.clock = clock;
        this.writeBytesPerSecond = limits.writeBytes();
        long now = clock.millis();
        writeBytes = TokenBucket.perSecond(limits.writeBytes(), now);
        writeRecords = TokenBucket.perSecond(limits.writeRecords(), now);
        burst = TokenBucket.perSecond(limits.writeBytes(), BURST_BYTES, now);
        readBytes = TokenBucket.perSecond(limits.readBytes(), now);
        readCalls = TokenBucket.perSecond(limits.readCalls(), now);
    }

    /**
     * Whether there is capacity for one more record, which it then takes up.
     *
     * <p>A record larger than a second's capacity could never be taken: such ones draw on what the shard saves for bursts,
     * and leave nothing of the second to others. They can go on, at the usual pace, as it comes in again.
     */
    public synchronized boolean takesRecord(int bytes) {
        long now = clock.millis();
        if (!writeRecords.holds(1, now)) {
            return false;
        }
        if (bytes > writeBytesPerSecond) {
            if (!burst.holds(bytes, now)) {
                return false;
            }
            burst.spend(bytes, now);
            writeBytes.drain(now);
        } else if (writeBytes.holds(bytes, now)) {
            writeBytes.spend(bytes, now);
            // What is used is not saved.
            burst.spend(bytes, now);
        } else {
            return false;
        }
        writeRecords.spend(1, now);
        return true;
    }

    /** Whether it may be read once more; tell it with {@link #gave} how much that was. */
    public synchronized boolean takesRead() {
        long now = clock.millis();
        if (!readCalls.holds(1, now) || !readBytes.holdsAny(now)) {
            return false;
        }
        readCalls.spend(1, now);
        return true;
    }

    /** It was read: the next reads wait until that has been made up for. */
    public synchronized void gave(long bytes) {
        readBytes.spend(bytes, clock.millis());
    }
}
