package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** A log as anybody would write it down: a list per shard. */
final class LogModel {
    private final Map<Long, ModelShard> shards = new TreeMap<>();
    private final List<ShardKey> deleted = new ArrayList<>();
    private long lastArrivalMillis;

    /** One shard; a record that arrived has its time in the other list at the same place. */
    static final class ModelShard {
        final List<Records.Plain> records = new ArrayList<>();
        final List<Long> arrivals = new ArrayList<>();
        long trimOffset;
        boolean sealed;

        ModelShard copy() {
            var copy = new ModelShard();
            copy.records.addAll(records);
            copy.arrivals.addAll(arrivals);
            copy.trimOffset = trimOffset;
            copy.sealed = sealed;
            return copy;
        }
    }

    LogModel copy() {
        var copy = new LogModel();
        shards.forEach((key, shard) -> copy.shards.put(key, shard.copy()));
        copy.deleted.addAll(deleted);
        copy.lastArrivalMillis = lastArrivalMillis;
        return copy;
    }

    int shardCount() {
        return shards.size();
    }

    ModelShard shard(ShardKey key) {
        return shards.get(key.id());
    }

    ShardKey anyKey(SplittableRandom random) {
        var keys = List.copyOf(shards.keySet());
        return new ShardKey(keys.get(random.nextInt(keys.size())));
    }

    void apply(LogStep step, long now) {
        switch (step) {
            case LogStep.Open open -> shards.putIfAbsent(open.shard().id(), new ModelShard());
            case LogStep.Append(var parts, var _) -> {
                if (parts.stream().noneMatch(part -> shard(part.shard()).sealed)) {
                    lastArrivalMillis = Math.max(lastArrivalMillis, now);
                    for (var part : parts) {
                        var shard = shard(part.shard());
                        shard.records.addAll(part.records());
                        part.records().forEach(_ -> shard.arrivals.add(lastArrivalMillis));
                    }
                }
            }
            case LogStep.Trim(var key, long before) -> {
                var shard = shard(key);
                shard.trimOffset = Math.max(shard.trimOffset, Math.min(before, shard.records.size()));
            }
            case LogStep.Seal(var key) -> shard(key).sealed = true;
            case LogStep.Delete(var key) -> {
                shards.remove(key.id());
                deleted.add(key);
            }
            case LogStep.KeepHouse() -> {
                // Changes where records are, not which.
            }
        }
    }

    /** Every shard, all of it. */
    void assertHeldBy(Log log) {
        shards.forEach((id, shard) -> assertHeldBy(log, new ShardKey(id), shard, 0, 1000));
        for (var key : deleted) {
            assertThatThrownBy(() -> log.bounds(key)).isInstanceOf(UnknownShardException.class);
        }
    }

    /** One shard from somewhere on, read in bites of some size. */
    void assertSampleHeldBy(Log log, SplittableRandom random) {
        var key = anyKey(random);
        var shard = shard(key);
        assertHeldBy(log, key, shard, random.nextInt(shard.records.size() + 1), 1 + random.nextInt(20));
        long time = lastArrivalMillis - random.nextInt(500);
        long expected = shard.trimOffset;
        while (expected < shard.arrivals.size() && shard.arrivals.get((int) expected) < time) {
            expected++;
        }
        assertThat(log.firstOffsetAtOrAfter(key, time)).isEqualTo(expected);
    }

    private static void assertHeldBy(Log log, ShardKey key, ModelShard shard, int from, int recordsAtOnce) {
        assertThat(log.bounds(key))
                .as("shard %s", key.id())
                .isEqualTo(new ShardBounds(
                        shard.trimOffset,
                        shard.records.size(),
                        shard.arrivals.isEmpty() ? 0 : shard.arrivals.getLast(),
                        shard.sealed));
        int first = (int) Math.max(from, shard.trimOffset);
        assertThat(Records.readAll(log, key, from, recordsAtOnce))
                .as("shard %s", key.id())
                .isEqualTo(shard.records.subList(first, shard.records.size()));
    }
}
