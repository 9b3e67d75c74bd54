package io.millrace.bench.figure;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.bench.latency.Latencies;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FigureTest {
    @Test
    void readsWhatItWrote(@TempDir Path directory) throws Exception {
        var latencies = new Latencies();
        latencies.record(Duration.ofMillis(3).toNanos());
        var figure = Figure.of("a \"quoted\" server", "C:\\path")
                .with("rate", 1234.5)
                .with("count", 7)
                .with(latencies);
        var file = directory.resolve("rows.jsonl");

        figure.appendTo(file);
        figure.appendTo(file);

        assertThat(Figure.readAll(file)).containsExactly(figure, figure);
        assertThat(figure.number("max_nanos")).hasValue(3_000_000);
    }

    @Test
    void hasOneRungForEachPercent() {
        var latencies = new Latencies();
        latencies.record(1);

        assertThat(Figure.of("a", "b").with(latencies).ladderNanos()).hasSameSizeAs(Latencies.LADDER_PERCENTS);
    }

    @Test
    void staysOneLineWhateverAServerSaid() {
        assertThat(Figure.of("a", "first\nsecond").json().lines()).hasSize(1);
    }
}
