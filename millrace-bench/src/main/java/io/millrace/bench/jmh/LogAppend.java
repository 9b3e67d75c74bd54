package io.millrace.bench.jmh;

import io.millrace.log.AppendResult;
import io.millrace.log.Durability;
import io.millrace.log.RecordBatch;
import io.millrace.log.ShardAppend;
import io.millrace.log.ShardKey;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** Records a second that become durable, from writers that each wait for their own. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class LogAppend {
    private static final int SHARDS = 1000;
    private static final int SMALL_RECORD_BYTES = 100;

    @Param({"FSYNC", "OS"})
    Durability durability = Durability.FSYNC;

    private final RecordBatch batch = Batches.of(Requests.BATCH_RECORDS, Requests.RECORD_BYTES);
    private final RecordBatch single = Batches.of(1, SMALL_RECORD_BYTES);

    @SuppressWarnings("NullAway.Init") // JMH calls the setup first
    private TemporaryLog temporary;

    @Setup
    public void open() throws IOException {
        temporary = new TemporaryLog(durability, SHARDS);
    }

    @TearDown(Level.Iteration)
    public void trim() {
        temporary.trimAll();
    }

    @TearDown
    public void close() throws IOException {
        temporary.close();
    }

    @Benchmark
    @Threads(8)
    @OperationsPerInvocation(Requests.BATCH_RECORDS)
    public List<AppendResult> batchesFromEightWriters() {
        return append(batch);
    }

    @Benchmark
    @Threads(256)
    public List<AppendResult> singlesFrom256Writers() {
        return append(single);
    }

    private List<AppendResult> append(RecordBatch records) {
        var shard = new ShardKey(ThreadLocalRandom.current().nextInt(SHARDS));
        return temporary
                .log()
                .append(List.of(new ShardAppend(shard, records)))
                .toCompletableFuture()
                .join();
    }
}
