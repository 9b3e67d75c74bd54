package io.millrace.streams;

import io.millrace.log.ShardKey;
import io.millrace.streams.shard.Shard;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts what is put into each shard of an on-demand stream. Counted from any thread, taken by one. */
final class ShardTraffic {
    private record Counters(LongAdder bytes, LongAdder records) {}

    /** What came in since it was last taken. */
    record Count(long bytes, long records) {
        static final Count NONE = new Count(0, 0);

        Count plus(Count other) {
            return new Count(bytes + other.bytes, records + other.records);
        }
    }

    private final Map<ShardKey, Counters> byShard = new ConcurrentHashMap<>();

    /** Adds a batch that was stored: once for each shard it went to. */
    void add(RoutedBatch batch) {
        batch.forEachShard((shard, records, bytes) -> {
            var counters = byShard.get(shard.logKey());
            if (counters == null) {
                counters = byShard.computeIfAbsent(shard.logKey(), _ -> new Counters(new LongAdder(), new LongAdder()));
            }
            counters.bytes.add(bytes);
            counters.records.add(records);
        });
    }

    /** Takes the counts of the open shards, which begin at zero again, and forgets other shards. */
    Map<ShardKey, Count> take(List<Shard> open) {
        var taken = new HashMap<ShardKey, Count>();
        open.forEach(shard -> taken.put(shard.logKey(), Count.NONE));
        byShard.forEach((shard, counters) -> taken.computeIfPresent(
                shard, (_, _) -> new Count(counters.bytes.sumThenReset(), counters.records.sumThenReset())));
        byShard.keySet().retainAll(taken.keySet());
        return taken;
    }
}
