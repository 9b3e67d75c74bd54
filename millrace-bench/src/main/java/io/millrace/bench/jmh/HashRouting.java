package io.millrace.bench.jmh;

import io.millrace.log.ShardKey;
import io.millrace.streams.shard.BatchHasher;
import io.millrace.streams.shard.HashRange;
import io.millrace.streams.shard.KeyHasher;
import io.millrace.streams.shard.Shard;
import io.millrace.streams.shard.ShardMap;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** From a partition key to its shard: one by itself, and as many as one request holds. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class HashRouting {
    private static final int KEYS = 1 << 10;
    private static final int BATCH_KEYS = 500;

    @Param({"4", "1000", "10000"})
    int shards = 4;

    private final byte[][] keys = IntStream.range(0, KEYS)
            .mapToObj(number -> Requests.key(number).getBytes(StandardCharsets.UTF_8))
            .toArray(byte[][]::new);
    private final KeyHasher hasher = new KeyHasher();
    private final BatchHasher batchHasher = new BatchHasher();
    private ShardMap map = ShardMap.EMPTY;
    private int next;

    @Setup
    public void prepare() {
        var ranges = HashRange.tiles(shards);
        map = ShardMap.of(IntStream.range(0, shards)
                .mapToObj(index ->
                        new Shard(index, new ShardKey(index), ranges.get(index), List.of(), 0, 0, Optional.empty())));
    }

    @Benchmark
    public int partitionKeyToShard() {
        var key = keys[next++ & (KEYS - 1)];
        hasher.hash(key, 0, key.length);
        return map.positionOf(hasher.high(), hasher.low());
    }

    @Benchmark
    @OperationsPerInvocation(BATCH_KEYS)
    public int partitionKeysToShards() {
        batchHasher.begin(BATCH_KEYS);
        for (int i = 0; i < BATCH_KEYS; i++) {
            var key = keys[next++ & (KEYS - 1)];
            batchHasher.add(key, 0, key.length);
        }
        batchHasher.finish();
        int positions = 0;
        for (int i = 0; i < BATCH_KEYS; i++) {
            positions += map.positionOf(batchHasher.high(i), batchHasher.low(i));
        }
        return positions;
    }
}
