package io.millrace.bench.latency;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.Seeds;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LatenciesTest {
    @Test
    void percentilesAreWithinOnePercentOfTheSortedValues() {
        Seeds.forEach(20, random -> {
            var values = random.longs(5_000, 0, 1L << random.nextInt(1, 40)).toArray();
            var latencies = new Latencies();
            Arrays.stream(values).forEach(latencies::record);
            Arrays.sort(values);

            for (double percent : new double[] {1, 50, 99, 99.9}) {
                long exact = values[(int) Math.ceil(values.length * percent / 100) - 1];
                assertThat(latencies.percentile(percent).toNanos()).isBetween(exact, exact + exact / 100);
            }
            assertThat(latencies.percentile(100)).isEqualTo(Duration.ofNanos(values[values.length - 1]));
        });
    }

    @Test
    void mergesAsIfOneHadRecordedAll() {
        var one = new Latencies();
        var other = new Latencies();
        one.record(10);
        other.record(1_000_000);

        one.add(other);

        assertThat(one.count()).isEqualTo(2);
        assertThat(one.percentile(50)).isEqualTo(Duration.ofNanos(10));
        assertThat(one.max()).isEqualTo(Duration.ofMillis(1));
    }

    @Test
    void isZeroWhenNothingWasRecorded() {
        assertThat(new Latencies().percentile(99)).isZero();
    }
}
