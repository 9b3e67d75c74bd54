package io.millrace.streams;

import java.time.Duration;

/**
 * How many shards an on-demand stream should have, given its load: the rules alone, without time or state.
 *
 * <p>As on AWS, a stream has room for twice its peak of the last 30 days. It grows when it comes near to what it can take,
 * by doubling, so that a load that grows steadily is followed in few reshards; it shrinks when even twice its peak
 * needs no more than half of its shards, by halving, so that it never gets small and grows again at once.
 */
final class OnDemandScaling {
    /** How often the load is looked at while it must last to count. */
    private static final int SAMPLES_PER_WINDOW = 6;

    /** How long a peak is kept room for. AWS says 30 days. */
    static final int PEAK_DAYS = 30;

    /** Between two steps down. There is no hurry: a shard too many costs little. */
    static final Duration SHRINK_INTERVAL = Duration.ofHours(1);

    /** The part of the shards' capacity from which a stream grows. */
    private static final double HIGH_WATER = 0.8;

    /** How much more than its peak a stream has room for. AWS says double. */
    private static final double HEADROOM = 2;

    /**
     * Shards that are too hot are split alone, up to so many times more shards than the load would need if it were spread
     * evenly: were it but one key's, splitting would never help.
     */
    private static final int UNEVENNESS_MAX = 4;

    private OnDemandScaling() {}

    /** How often the load is looked at; a put that comes right after waits for the next look. */
    static Duration sampleInterval(Duration window) {
        return window.dividedBy(SAMPLES_PER_WINDOW);
    }

    /**
     * How many shards there should be now.
     *
     * @param open how many there are
     * @param sustained what comes in at present
     * @param peak the most that came in within the last 30 days
     * @param least how few the stream may have, because it is on-demand or warm
     */
    static int shardsFor(int open, Throughput sustained, Throughput peak, int least) {
        if (sustained.shards() >= HIGH_WATER * open) {
            return Math.min(StreamLimits.STREAM_MAX_SHARDS, Math.max(least, doubled(open, sustained)));
        }
        int needed = Math.max(least, neededFor(peak.max(sustained)));
        return needed <= open / 2 ? Math.max(needed, (open + 1) / 2) : Math.max(open, least);
    }

    private static int doubled(int open, Throughput sustained) {
        int shards = open * 2;
        while (shards < HEADROOM * sustained.shards() && shards < StreamLimits.STREAM_MAX_SHARDS) {
            shards *= 2;
        }
        return shards;
    }

    private static int neededFor(Throughput peak) {
        return (int) Math.ceil(HEADROOM * peak.shards());
    }

    /** Whether one shard comes near to what it can take. */
    static boolean isHot(Throughput ofShard) {
        return ofShard.shards() >= HIGH_WATER;
    }

    /** Up to how many shards a stream may get by the splitting of hot ones. */
    static int hotSplitMax(Throughput ofStream) {
        return UNEVENNESS_MAX * Math.max(StreamLimits.ON_DEMAND_SHARDS / 2, neededFor(ofStream));
    }

    /** The peak that makes a stream keep as many shards, whatever comes in. */
    static Throughput peakThatKeeps(int shards) {
        return Throughput.ofShards(shards / HEADROOM);
    }
}
