package io.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Comparator;
import java.util.List;
import software.amazon.awssdk.services.kinesis.model.HashKeyRange;
import software.amazon.awssdk.services.kinesis.model.Shard;

/** How the open shards of a stream lie in the hash space: side by side, from its first key to its last. */
final class Tiling {
    private static final BigInteger HASH_KEYS = BigInteger.TWO.pow(128);

    private Tiling() {}

    static void assertComplete(List<Shard> open) {
        var next = BigInteger.ZERO;
        for (var shard : sorted(open)) {
            assertThat(shard.hashKeyRange().startingHashKey())
                    .as("a hole or an overlap in %s", open)
                    .isEqualTo(next.toString());
            next = new BigInteger(shard.hashKeyRange().endingHashKey()).add(BigInteger.ONE);
        }
        assertThat(next).as("the end of %s", open).isEqualTo(HASH_KEYS);
    }

    /** The ranges of the open shards, in the order of the hash space. */
    static List<HashKeyRange> openRanges(List<Shard> shards) {
        return sorted(open(shards)).stream().map(Shard::hashKeyRange).toList();
    }

    /** The open shard whose range begins at the hash key. */
    static String shardThatBeginsAt(List<Shard> shards, String hashKey) {
        return open(shards).stream()
                .filter(shard -> shard.hashKeyRange().startingHashKey().equals(hashKey))
                .findFirst()
                .orElseThrow()
                .shardId();
    }

    private static List<Shard> open(List<Shard> shards) {
        return shards.stream()
                .filter(shard -> shard.sequenceNumberRange().endingSequenceNumber() == null)
                .toList();
    }

    static List<Shard> sorted(List<Shard> shards) {
        return shards.stream()
                .sorted(Comparator.comparing(
                        shard -> new BigInteger(shard.hashKeyRange().startingHashKey())))
                .toList();
    }
}
