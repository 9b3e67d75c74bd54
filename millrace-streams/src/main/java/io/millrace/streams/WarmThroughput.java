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

    static int shardsFor(int mib) {
        return Math.max(StreamLimits.ON_DEMAND_SHARDS, mib);
    }
}
