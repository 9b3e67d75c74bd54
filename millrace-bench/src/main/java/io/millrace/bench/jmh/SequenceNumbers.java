package io.millrace.bench.jmh;

import io.millrace.streams.sequence.SequenceNumber;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A sequence number, written once for each record that is put and once for each that is read. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class SequenceNumbers {
    private static final long CREATION_SECOND = 1_760_000_000L;
    private static final long ARRIVAL_MILLIS = 1_760_086_400_000L;
    private static final int SHARD_INDEX = 3;

    private final String rendered = SequenceNumber.of(CREATION_SECOND, SHARD_INDEX, 123_456_789, ARRIVAL_MILLIS)
            .toString();
    private long offset;

    @Benchmark
    public String render() {
        return SequenceNumber.of(CREATION_SECOND, SHARD_INDEX, offset++, ARRIVAL_MILLIS)
                .toString();
    }

    @Benchmark
    public Optional<SequenceNumber> parse() {
        return SequenceNumber.parse(rendered);
    }
}
