package io.millrace.cli;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awssdk.services.kinesis.model.Shard;

/** How shards descend from each other: a split gives one parent two children, a merge gives two parents one child. */
final class ShardFamily {
    private ShardFamily() {}

    static boolean isOpen(Shard shard) {
        return shard.sequenceNumberRange() == null
                || shard.sequenceNumberRange().endingSequenceNumber() == null;
    }

    static List<String> parents(Shard shard) {
        return Stream.of(shard.parentShardId(), shard.adjacentParentShardId())
                .filter(Objects::nonNull)
                .toList();
    }

    /** The shard with this id, or with this number. */
    static Optional<Shard> named(String wanted, List<Shard> shards) {
        return shards.stream()
                .filter(shard -> shard.shardId().equals(wanted)
                        || shard.shardId()
                                .replaceFirst("^shardId-0*(?=\\d)", "")
                                .equals(wanted))
                .findFirst();
    }
}
