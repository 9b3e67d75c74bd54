package io.millrace.simulation;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What was asked of the control plane and acknowledged, by the streams' names. Never changed; an operation makes new ones. */
record Facts(SortedMap<String, StreamFacts> streams) {
    static final Facts NONE = new Facts(new TreeMap<>());

    /**
     * One stream.
     *
     * @param incarnation tells it from others of its name, before and after
     * @param nextShard the index that the next new shard gets
     * @param openShardsWanted what the last UpdateShardCount asked for, until it was seen
     */
    record StreamFacts(
            int incarnation,
            int retentionHours,
            SortedMap<String, String> tags,
            SortedSet<String> consumers,
            SortedMap<Integer, ShardFacts> shards,
            int nextShard,
            Optional<Integer> openShardsWanted) {

        static StreamFacts fresh(int incarnation, int shardCount) {
            var shards = new TreeMap<Integer, ShardFacts>();
            var step = BigInteger.TWO.pow(128).divide(BigInteger.valueOf(shardCount));
            for (int index = 0; index < shardCount; index++) {
                var start = step.multiply(BigInteger.valueOf(index));
                var end = index == shardCount - 1
                        ? ShardFacts.LAST_HASH_KEY
                        : start.add(step).subtract(BigInteger.ONE);
                shards.put(index, new ShardFacts(start, end, List.of(), false));
            }
            return new StreamFacts(
                    incarnation, 24, new TreeMap<>(), new TreeSet<>(), shards, shardCount, Optional.empty());
        }

        /** The indexes of the open shards in the order of their ranges. */
        List<Integer> open() {
            return shards.entrySet().stream()
                    .filter(shard -> !shard.getValue().closed())
                    .sorted(Comparator.comparing(shard -> shard.getValue().start()))
                    .map(Map.Entry::getKey)
                    .toList();
        }

        /** Whether it is known to be; a scaling may have closed it since. */
        boolean isClosed(int shard) {
            return shards.containsKey(shard) && shards.get(shard).closed();
        }

        StreamFacts split(int parent) {
            var next = new TreeMap<>(shards);
            var old = shards.get(parent);
            next.put(parent, old.close());
            var middle = old.middle();
            next.put(nextShard, new ShardFacts(old.start(), middle.subtract(BigInteger.ONE), List.of(parent), false));
            next.put(nextShard + 1, new ShardFacts(middle, old.end(), List.of(parent), false));
            return withShards(next, nextShard + 2, Optional.empty());
        }

        StreamFacts merge(int first, int second) {
            var next = new TreeMap<>(shards);
            next.put(first, shards.get(first).close());
            next.put(second, shards.get(second).close());
            var merged =
                    new ShardFacts(shards.get(first).start(), shards.get(second).end(), List.of(first, second), false);
            next.put(nextShard, merged);
            return withShards(next, nextShard + 1, Optional.empty());
        }

        StreamFacts scaleTo(int count) {
            return count == open().size() ? this : withShards(shards, nextShard, Optional.of(count));
        }

        StreamFacts withShards(SortedMap<Integer, ShardFacts> newShards, int newNextShard, Optional<Integer> wanted) {
            return new StreamFacts(incarnation, retentionHours, tags, consumers, newShards, newNextShard, wanted);
        }

        StreamFacts withRetention(int hours) {
            return new StreamFacts(incarnation, hours, tags, consumers, shards, nextShard, openShardsWanted);
        }

        StreamFacts withTag(String key, String value) {
            var next = new TreeMap<>(tags);
            next.put(key, value);
            return new StreamFacts(incarnation, retentionHours, next, consumers, shards, nextShard, openShardsWanted);
        }

        StreamFacts withoutTag(String key) {
            var next = new TreeMap<>(tags);
            next.remove(key);
            return new StreamFacts(incarnation, retentionHours, next, consumers, shards, nextShard, openShardsWanted);
        }

        StreamFacts withConsumer(String name) {
            var next = new TreeSet<>(consumers);
            next.add(name);
            return new StreamFacts(incarnation, retentionHours, tags, next, shards, nextShard, openShardsWanted);
        }

        StreamFacts withoutConsumer(String name) {
            var next = new TreeSet<>(consumers);
            next.remove(name);
            return new StreamFacts(incarnation, retentionHours, tags, next, shards, nextShard, openShardsWanted);
        }
    }

    /** One shard's place in the hash space and in the family. */
    record ShardFacts(BigInteger start, BigInteger end, List<Integer> parents, boolean closed) {
        static final BigInteger LAST_HASH_KEY = BigInteger.TWO.pow(128).subtract(BigInteger.ONE);

        ShardFacts close() {
            return new ShardFacts(start, end, parents, true);
        }

        BigInteger middle() {
            return start.add(end).shiftRight(1).add(BigInteger.ONE);
        }

        boolean splittable() {
            return end.subtract(start).bitLength() > 1;
        }
    }

    Optional<StreamFacts> find(String name) {
        return Optional.ofNullable(streams.get(name));
    }

    StreamFacts stream(String name) {
        return streams.get(name);
    }

    List<String> names() {
        return new ArrayList<>(streams.keySet());
    }

    Facts with(String name, StreamFacts stream) {
        var next = new TreeMap<>(streams);
        next.put(name, stream);
        return new Facts(next);
    }

    Facts without(String name) {
        var next = new TreeMap<>(streams);
        next.remove(name);
        return new Facts(next);
    }
}
