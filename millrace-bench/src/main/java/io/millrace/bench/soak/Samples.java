package io.millrace.bench.soak;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One figure, looked at again and again in the course of a soak. Anyone may use it. */
final class Samples {
    private final List<Sample> samples = new ArrayList<>();

    private record Sample(Duration at, long value) {}

    synchronized void add(Duration at, long value) {
        samples.add(new Sample(at, value));
    }

    /** Least, median and most of those taken from one moment on until before another. */
    synchronized String between(Duration from, Duration until) {
        return ladder(samples.stream()
                .filter(sample ->
                        sample.at().compareTo(from) >= 0 && sample.at().compareTo(until) < 0)
                .map(Sample::value)
                .toList());
    }

    synchronized long most() {
        return samples.stream().mapToLong(Sample::value).max().orElse(0);
    }

    synchronized long last() {
        return samples.isEmpty() ? 0 : samples.getLast().value();
    }

    static String ladder(List<Long> values) {
        var sorted = values.stream().sorted().toList();
        return sorted.isEmpty()
                ? "none"
                : String.format(
                        Locale.ROOT,
                        "%,d / %,d / %,d (%d samples)",
                        sorted.getFirst(),
                        sorted.get(sorted.size() / 2),
                        sorted.getLast(),
                        sorted.size());
    }
}
