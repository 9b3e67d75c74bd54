package io.millrace.cli;

import java.math.BigInteger;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Where the open shards of a stream begin; together they take all hash keys.
 *
 * @param firstHashKeys of each shard the first, the smallest of them 0
 */
record ShardLayout(SortedSet<BigInteger> firstHashKeys) {
    ShardLayout {
        if (firstHashKeys.isEmpty() || firstHashKeys.getFirst().signum() != 0) {
            throw new IllegalArgumentException("no shard begins at hash key 0");
        }
    }

    static ShardLayout of(List<HashKeys> openShards) {
        return new ShardLayout(
                new TreeSet<>(openShards.stream().map(HashKeys::first).toList()));
    }

    /** What a stream has that was created with this number of shards. */
    static ShardLayout uniform(int shardCount) {
        var step = HashKeys.COUNT.divide(BigInteger.valueOf(shardCount));
        return new ShardLayout(new TreeSet<>(IntStream.range(0, shardCount)
                .mapToObj(i -> step.multiply(BigInteger.valueOf(i)))
                .toList()));
    }

    /**
     * Makes a stream with these shards, and returns when they are there: with as many as can be had at once, and splits
     * for the rest.
     */
    void make(KinesisStreams streams, String name, OptionalInt recordMaxKiB) throws InterruptedException {
        int uniformCount = largestUniformPart();
        streams.create(name, OptionalInt.of(uniformCount), recordMaxKiB);
        streams.awaitSettled(name);
        var begun = new HashSet<>(uniform(uniformCount).firstHashKeys());
        for (var first : firstHashKeys) {
            if (begun.add(first)) {
                streams.split(name, streams.openShardWith(name, first).shardId(), first);
                streams.awaitSettled(name);
            }
        }
    }

    private int largestUniformPart() {
        return IntStream.iterate(firstHashKeys.size(), count -> count >= 1, count -> count - 1)
                .filter(count -> firstHashKeys.containsAll(uniform(count).firstHashKeys()))
                .findFirst()
                .orElseThrow();
    }
}
