package io.millrace.streams;

import io.millrace.model.ValidationException;

/** The throughput that an on-demand stream is kept ready for, whatever its load: a shard for each MiB a second. */
final class WarmThroughput {
    private static final int MAX_MIB = 10 * 1_024;

    private WarmThroughput() {}

    static void requireAllowed(int mib) {
        if (mib > MAX_MIB) {
            throw new ValidationException("1 validation error detected: Value '" + mib + "' at 'warmThroughputMiBps'"
                    + " failed to satisfy constraint: Member must have value less than or equal to " + MAX_MIB);
        }
    }

    /** The most that can be asked for is a little more than the shards of a stream can take. */
    static int shardsFor(int mib) {
        return Math.clamp(mib, StreamLimits.ON_DEMAND_SHARDS, StreamLimits.STREAM_MAX_SHARDS);
    }
}
