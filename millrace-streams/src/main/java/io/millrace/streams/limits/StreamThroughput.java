package io.millrace.streams.limits;

import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;

/** The throughput of each of a stream's shards. Safe for use by several threads. */
public final class StreamThroughput {
    private final ThroughputLimits limits;
    private final InstantSource clock;
    private final Map<Integer, ShardThroughput> byShard = new ConcurrentHashMap<>();

    public StreamThroughput(ThroughputLimits limits, InstantSource clock) {
        this.limits = limits;
        this.clock = clock;
    }

    /** Whether a put has to ask at all. */
    public boolean limitsWrites() {
        return limits.limitWrites();
    }

    /** Whether a read has to ask at all. */
    public boolean limitsReads() {
        return limits.limitReads();
    }

    /** A shard's, which begins full. */
    public ShardThroughput of(int shardIndex) {
        var known = byShard.get(shardIndex);
        return known != null ? known : byShard.computeIfAbsent(shardIndex, _ -> new ShardThroughput(limits, clock));
    }

    /** Forgets shards that are gone. */
    public void retain(IntPredicate exists) {
        byShard.keySet().removeIf(index -> !exists.test(index));
    }
}
