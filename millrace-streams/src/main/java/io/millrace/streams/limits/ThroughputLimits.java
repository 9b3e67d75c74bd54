package io.millrace.streams.limits;

import java.util.OptionalLong;

/**
 * What one shard takes and gives in a second; {@link #UNLIMITED} is as much as the machine can.
 *
 * @param writeBytes data and partition keys of what is put
 * @param writeRecords records put
 * @param readBytes data that GetRecords returns, to all consumers together
 * @param readCalls calls of GetRecords, by all consumers together
 * @param fanOutBytes data that is pushed to one registered consumer
 */
public record ThroughputLimits(long writeBytes, long writeRecords, long readBytes, long readCalls, long fanOutBytes) {
    public static final long UNLIMITED = Long.MAX_VALUE;

    /** No limits. */
    public static final ThroughputLimits OFF =
            new ThroughputLimits(UNLIMITED, UNLIMITED, UNLIMITED, UNLIMITED, UNLIMITED);

    /** What a shard of the real service is good for. */
    public static final ThroughputLimits AWS = new ThroughputLimits(1L << 20, 1_000, 2L << 20, 5, 2L << 20);

    /** Beyond it a limit limits nothing, and the arithmetic of the buckets would overflow. */
    private static final long MOST = 1L << 40;

    public ThroughputLimits {
        requireUsable("write-bytes", writeBytes);
        requireUsable("write-records", writeRecords);
        requireUsable("read-bytes", readBytes);
        requireUsable("read-calls", readCalls);
        requireUsable("fan-out-bytes", fanOutBytes);
    }

    /** Which limits a server has. */
    public enum Choice {
        OFF,
        AWS,
        CUSTOM
    }

    /** Limits of one's own; what is absent is unlimited. */
    public static ThroughputLimits custom(
            OptionalLong writeBytes,
            OptionalLong writeRecords,
            OptionalLong readBytes,
            OptionalLong readCalls,
            OptionalLong fanOutBytes) {
        return new ThroughputLimits(
                writeBytes.orElse(UNLIMITED),
                writeRecords.orElse(UNLIMITED),
                readBytes.orElse(UNLIMITED),
                readCalls.orElse(UNLIMITED),
                fanOutBytes.orElse(UNLIMITED));
    }

    private static void requireUsable(String name, long perSecond) {
        if (perSecond != UNLIMITED && (perSecond < 1 || perSecond > MOST)) {
            throw new IllegalArgumentException("streams.custom-limits." + name + "-per-second (" + perSecond
                    + ") must be between 1 and " + MOST + "; leave it out for no limit");
        }
    }

    boolean limitWrites() {
        return writeBytes != UNLIMITED || writeRecords != UNLIMITED;
    }

    /** Whether what a consumer is pushed has to be measured at all. */
    public boolean limitFanOut() {
        return fanOutBytes != UNLIMITED;
    }

    boolean limitReads() {
        return readBytes != UNLIMITED || readCalls != UNLIMITED;
    }
}
