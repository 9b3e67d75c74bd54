package io.millrace.bench.soak;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/** Splits, merges and counts the shards of one stream anew while others put and read. Owned by the thread that runs it. */
final class Resharder {
    private static final int PAUSE_MIN_MILLIS = 3_000;
    private static final int PAUSE_END_MILLIS = 12_000;
    private static final int SHARDS_MAX = 6;

    private final Door door;
    private final SoakedStream stream;
    private final SplittableRandom random;

    private record OpenShard(String id, BigInteger start, BigInteger end) {}

    Resharder(Door door, SoakedStream stream, SplittableRandom random) {
        this.door = door;
        this.stream = stream;
        this.random = random;
    }

    /** Goes on until it is interrupted. A refusal, such as that of a stream that is being updated, is fine. */
    void run() throws InterruptedException {
        while (true) {
            Thread.sleep(Duration.ofMillis(random.nextInt(PAUSE_MIN_MILLIS, PAUSE_END_MILLIS)));
            switch (random.nextInt(3)) {
                case 0 -> split(openShards());
                case 1 -> merge(openShards());
                default -> count();
            }
        }
    }

    private void split(List<OpenShard> open) throws InterruptedException {
        if (!open.isEmpty() && open.size() < SHARDS_MAX) {
            var shard = open.get(random.nextInt(open.size()));
            door.call("SplitShard", """
                    {"StreamName": "%s", "ShardToSplit": "%s", "NewStartingHashKey": "%s"}""".formatted(
                    stream.name(), shard.id(), shard.start().add(shard.end()).shiftRight(1)));
        }
    }

    private void merge(List<OpenShard> open) throws InterruptedException {
        if (open.size() > 1) {
            int left = random.nextInt(open.size() - 1);
            door.call("MergeShards", """
                    {"StreamName": "%s", "ShardToMerge": "%s", "AdjacentShardToMerge": "%s"}""".formatted(
                    stream.name(), open.get(left).id(), open.get(left + 1).id()));
        }
    }

    private void count() throws InterruptedException {
        door.call("UpdateShardCount", """
                {"StreamName": "%s", "TargetShardCount": %d, "ScalingType": "UNIFORM_SCALING"}""".formatted(stream.name(), random.nextInt(1, SHARDS_MAX + 1)));
    }

    private List<OpenShard> openShards() throws InterruptedException {
        var answer = door.need("ListShards", """
                {"StreamName": "%s", "ShardFilter": {"Type": "AT_LATEST"}}""".formatted(stream.name()));
        return answer.list("Shards").stream()
                .map(Resharder::openShard)
                .sorted(Comparator.comparing(OpenShard::start))
                .toList();
    }

    private static OpenShard openShard(Json shard) {
        var range = shard.member("HashKeyRange").orElseThrow();
        return new OpenShard(
                shard.need("ShardId"),
                new BigInteger(range.need("StartingHashKey")),
                new BigInteger(range.need("EndingHashKey")));
    }
}
