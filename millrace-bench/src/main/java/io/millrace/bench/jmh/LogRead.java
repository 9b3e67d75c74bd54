package io.millrace.bench.jmh;

import io.millrace.log.Durability;
import io.millrace.log.ReadLimits;
import io.millrace.log.ShardAppend;
import io.millrace.log.ShardKey;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** 500 records of 1 KiB read from a shard of 512 MiB. Time for each record. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class LogRead {
    private static final ShardKey SHARD = new ShardKey(0);
    private static final int BATCHES = 1000;
    private static final ReadLimits LIMITS = new ReadLimits(Requests.BATCH_RECORDS, 10 << 20);
    /** Far enough from the tail to be out of the ring of the newest batches. */
    private static final long OLD_RECORDS = BATCHES * Requests.BATCH_RECORDS / 2L;

    @SuppressWarnings("NullAway.Init") // JMH calls the setup first
    private TemporaryLog temporary;

    private long newest;
    private long next;

    @Setup
    public void fill() throws IOException {
        temporary = new TemporaryLog(Durability.OS, 1);
        var batch = Batches.of(Requests.BATCH_RECORDS, Requests.RECORD_BYTES);
        for (int i = 0; i < BATCHES; i++) {
            temporary
                    .log()
                    .append(List.of(new ShardAppend(SHARD, batch)))
                    .toCompletableFuture()
                    .join();
        }
        newest = temporary.log().bounds(SHARD).nextOffset() - Requests.BATCH_RECORDS;
    }

    @TearDown
    public void close() throws IOException {
        temporary.close();
    }

    /** From the memory that holds the newest batches. */
    @Benchmark
    @OperationsPerInvocation(Requests.BATCH_RECORDS)
    public int newest() {
        try (var run = temporary.log().lend(SHARD, newest, LIMITS)) {
            return run.records().size();
        }
    }

    /** From the files, in order, as a consumer reads that has fallen behind. */
    @Benchmark
    @OperationsPerInvocation(Requests.BATCH_RECORDS)
    public int older() {
        try (var run = temporary.log().lend(SHARD, next, LIMITS)) {
            next = run.nextOffset() % OLD_RECORDS;
            return run.records().size();
        }
    }
}
