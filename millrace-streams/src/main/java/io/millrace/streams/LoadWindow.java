package io.millrace.streams;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** What came in over the last while, which is long enough that a burst is not taken for a load. */
final class LoadWindow {
    private record Sample(long endMillis, ShardTraffic.Count count) {}

    private final Deque<Sample> samples = new ArrayDeque<>();
    private final Duration length;
    private long startMillis;

    LoadWindow(Duration length, long nowMillis) {
        this.length = length;
        startMillis = nowMillis;
    }

    /** Adds what came in since the last time. */
    void add(long nowMillis, ShardTraffic.Count count) {
        if (nowMillis <= endMillis()) {
            // The clock was set back: no length of time can be told from these samples.
            samples.clear();
            startMillis = nowMillis;
            return;
        }
        samples.add(new Sample(nowMillis, count));
        while (samples.getFirst().endMillis <= nowMillis - length.toMillis()) {
            startMillis = samples.removeFirst().endMillis;
        }
    }

    /** The mean, once the window is full. */
    Optional<Throughput> sustained() {
        double seconds = (endMillis() - startMillis) / 1_000.0;
        if (endMillis() - startMillis < length.toMillis()) {
            return Optional.empty();
        }
        var sum = samples.stream().map(Sample::count).reduce(ShardTraffic.Count.NONE, ShardTraffic.Count::plus);
        return Optional.of(new Throughput(sum.bytes() / seconds, sum.records() / seconds));
    }

    private long endMillis() {
        return samples.isEmpty() ? startMillis : samples.getLast().endMillis;
    }
}
