package io.millrace.conformance;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import software.amazon.awssdk.services.kinesis.model.MetricsName;
import software.amazon.awssdk.services.kinesis.model.Shard;

/** What a stream must be like after what was done to it: told naively, without files, threads or time. */
final class ModelStream {
    static final BigInteger LAST_HASH_KEY = BigInteger.TWO.pow(128).subtract(BigInteger.ONE);

    private static final int SHARD_ID_DIGITS_FROM = "shardId-".length();

    /** A record as it was acknowledged. */
    record Kept(String sequenceNumber, String partitionKey, String data, boolean encrypted) {}

    record ModelShard(int index, BigInteger start, BigInteger end, List<Integer> parents, List<Kept> records) {
        ModelShard(int index, BigInteger start, BigInteger end, List<Integer> parents) {
            this(index, start, end, parents, new ArrayList<>());
        }

        String id() {
            return Kinesis.shardId(index);
        }

        boolean holds(BigInteger hashKey) {
            return start.compareTo(hashKey) <= 0 && hashKey.compareTo(end) <= 0;
        }

        /** Both children need more than one hash key. */
        boolean canBeCutAt(BigInteger hashKey) {
            return start.add(BigInteger.ONE).compareTo(hashKey) < 0 && hashKey.compareTo(end) < 0;
        }

        BigInteger size() {
            return end.subtract(start).add(BigInteger.ONE);
        }

        BigInteger middle() {
            return start.add(end).shiftRight(1).add(BigInteger.ONE);
        }
    }

    final String name;
    final SortedMap<Integer, ModelShard> shards = new TreeMap<>();
    final Set<Integer> closed = new HashSet<>();
    final SortedMap<String, String> tags = new TreeMap<>();
    final Set<MetricsName> metrics = EnumSet.noneOf(MetricsName.class);
    /** The consumers' ARNs by name. */
    final SortedMap<String, String> consumers = new TreeMap<>();

    int retentionHours = 24;
    int maxRecordKib = 1_024;
    Optional<String> encryptionKey = Optional.empty();
    Optional<String> policy = Optional.empty();
    boolean onDemand;
    int modeSwitches;
    Optional<Integer> warmMib = Optional.empty();

    ModelStream(String name, int shardCount) {
        this.name = name;
        var step = LAST_HASH_KEY.add(BigInteger.ONE).divide(BigInteger.valueOf(shardCount));
        for (int index = 0; index < shardCount; index++) {
            var start = step.multiply(BigInteger.valueOf(index));
            var end = index == shardCount - 1 ? LAST_HASH_KEY : start.add(step).subtract(BigInteger.ONE);
            shards.put(index, new ModelShard(index, start, end, List.of()));
        }
    }

    /** The open shards in the order of their ranges. */
    List<ModelShard> open() {
        return shards.values().stream()
                .filter(shard -> !closed.contains(shard.index()))
                .sorted(Comparator.comparing(ModelShard::start))
                .toList();
    }

    void split(ModelShard parent, BigInteger at) {
        int next = shards.size();
        closed.add(parent.index());
        shards.put(next, new ModelShard(next, parent.start(), at.subtract(BigInteger.ONE), List.of(parent.index())));
        shards.put(next + 1, new ModelShard(next + 1, at, parent.end(), List.of(parent.index())));
    }

    void merge(ModelShard first, ModelShard second) {
        int next = shards.size();
        closed.add(first.index());
        closed.add(second.index());
        shards.put(next, new ModelShard(next, first.start(), second.end(), List.of(first.index(), second.index())));
    }

    /** How many shards there will ever have been after UpdateShardCount: splits and merges of whole rounds are counted. */
    int shardsEverAfterScaling(int target) {
        var sizes = open().stream().map(ModelShard::size).toList();
        int ever = shards.size();
        while (sizes.size() < target) {
            var halves = new ArrayList<BigInteger>();
            for (var size : sizes) {
                if (size.equals(BigInteger.ONE)) {
                    halves.add(size); // a single hash key can't be halved
                } else {
                    var half = size.shiftRight(1);
                    halves.add(half);
                    halves.add(size.subtract(half));
                    ever += 2;
                }
            }
            sizes = halves;
        }
        int open = sizes.size();
        while (open > target) {
            int merges = Math.min(open / 2, open - target);
            ever += merges;
            open -= merges;
        }
        return ever;
    }

    /** Takes over the shards that a scaling made; which neighbours it joined is left to the service. */
    void adopt(List<Shard> described) {
        for (var shard : described) {
            int index = indexOf(shard.shardId());
            if (!shards.containsKey(index)) {
                var range = shard.hashKeyRange();
                var parents = new ArrayList<Integer>();
                Optional.ofNullable(shard.parentShardId()).ifPresent(id -> parents.add(indexOf(id)));
                Optional.ofNullable(shard.adjacentParentShardId()).ifPresent(id -> parents.add(indexOf(id)));
                shards.put(
                        index,
                        new ModelShard(
                                index,
                                new BigInteger(range.startingHashKey()),
                                new BigInteger(range.endingHashKey()),
                                parents));
            }
            if (shard.sequenceNumberRange().endingSequenceNumber() != null) {
                closed.add(index);
            }
        }
    }

    void keep(String shardId, Kept record) {
        shard(shardId).records().add(record);
    }

    ModelShard shard(String shardId) {
        var shard = shards.get(indexOf(shardId));
        if (shard == null) {
            throw new AssertionError(shardId + " of " + name + " is not known");
        }
        return shard;
    }

    Map<String, List<Kept>> recordsByShard() {
        var byShard = new TreeMap<String, List<Kept>>();
        shards.values().forEach(shard -> byShard.put(shard.id(), shard.records()));
        return byShard;
    }

    static BigInteger hashKeyOf(String partitionKey) {
        try {
            return new BigInteger(
                    1, MessageDigest.getInstance("MD5").digest(partitionKey.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has MD5", e);
        }
    }

    private static int indexOf(String shardId) {
        return Integer.parseInt(shardId.substring(SHARD_ID_DIGITS_FROM));
    }
}
