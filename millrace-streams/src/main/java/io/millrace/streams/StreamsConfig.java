package io.millrace.streams;

import io.millrace.streams.limits.ThroughputLimits;
import java.time.Duration;

/**
 * How Data Streams behaves where AWS leaves room, or has quotas.
 *
 * @param transitionDelay how long a stream stays CREATING, UPDATING or DELETING at least; zero to 10 minutes
 * @param trimInterval how often records past their retention are given up to the log for reclaiming; they are hidden
 *     from readers at once, whatever this is; one millisecond to one day
 * @param shardLimit how many open shards an account may have in a region; 1 to 1,000,000
 * @param onDemandStreamLimit how many on-demand streams an account may have in a region; 0 to 1,000,000
 * @param scalingLimits whether UpdateShardCount has the limits that it has on AWS
 * @param modeSwitchesPerDay how often a stream may switch between the capacity modes in 24 hours; 0 to 1,000,000
 * @param onDemandWindow how long a load must last before an on-demand stream grows for it; a second to an hour
 * @param throughput what one shard takes and gives in a second
 */
public record StreamsConfig(
        Duration transitionDelay,
        Duration trimInterval,
        int shardLimit,
        int onDemandStreamLimit,
        ScalingLimits scalingLimits,
        int modeSwitchesPerDay,
        Duration onDemandWindow,
        ThroughputLimits throughput) {
    private static final Duration TRANSITION_DELAY_MAX = Duration.ofMinutes(10);
    private static final Duration TRIM_INTERVAL_MIN = Duration.ofMillis(1);
    private static final Duration TRIM_INTERVAL_MAX = Duration.ofDays(1);
    /** Clients retry through shorter bursts, and a reshard takes seconds itself. */
    private static final Duration ON_DEMAND_WINDOW = Duration.ofMinutes(1);

    private static final Duration ON_DEMAND_WINDOW_MIN = Duration.ofSeconds(1);
    private static final Duration ON_DEMAND_WINDOW_MAX = Duration.ofHours(1);
    private static final int COUNT_LIMIT_MAX = 1_000_000;

    public StreamsConfig {
        requireBetween("streams.transition-delay", transitionDelay, Duration.ZERO, TRANSITION_DELAY_MAX);
        requireBetween("streams.trim-interval", trimInterval, TRIM_INTERVAL_MIN, TRIM_INTERVAL_MAX);
        requireBetween("streams.shard-limit", shardLimit, 1, COUNT_LIMIT_MAX);
        requireBetween("streams.on-demand-stream-limit", onDemandStreamLimit, 0, COUNT_LIMIT_MAX);
        requireBetween("streams.mode-switches-per-day", modeSwitchesPerDay, 0, COUNT_LIMIT_MAX);
        requireBetween("streams.on-demand-window", onDemandWindow, ON_DEMAND_WINDOW_MIN, ON_DEMAND_WINDOW_MAX);
    }

    /** With the defaults for the rest. */
    StreamsConfig(
            Duration transitionDelay,
            Duration trimInterval,
            int shardLimit,
            int onDemandStreamLimit,
            ThroughputLimits throughput) {
        this(
                transitionDelay,
                trimInterval,
                shardLimit,
                onDemandStreamLimit,
                ScalingLimits.OFF,
                2,
                ON_DEMAND_WINDOW,
                throughput);
    }

    /** What AWS does, only quicker, and with quotas that leave room. */
    public static StreamsConfig defaults() {
        return new StreamsConfig(Duration.ofMillis(500), Duration.ofSeconds(30), 10_000, 50, ThroughputLimits.OFF);
    }

    private static <T extends Comparable<T>> void requireBetween(String key, T value, T least, T most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(key + " (" + value + ") must be between " + least + " and " + most);
        }
    }
}
