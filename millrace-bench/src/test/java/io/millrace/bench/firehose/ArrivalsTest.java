package io.millrace.bench.firehose;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ArrivalsTest {
    private final Arrivals arrivals = new Arrivals();

    @Test
    void missesWhatWasNotSeen() throws Exception {
        arrivals.sent();
        arrivals.sent();
        arrivals.seen("1 x\n");

        assertThat(arrivals.missing()).isEqualTo(1);
        assertThat(arrivals.awaitAll(Duration.ZERO)).isFalse();
    }

    @Test
    void countsARecordThatComesAgainOnce() throws Exception {
        arrivals.sent();
        arrivals.seen("0 x\n");
        arrivals.seen("0 x\n");

        assertThat(arrivals.missing()).isZero();
        assertThat(arrivals.awaitAll(Duration.ZERO)).isTrue();
        assertThat(arrivals.latencies(0).count()).isEqualTo(1);
    }

    @Test
    void leavesTheWarmUpOutOfTheLatencies() {
        arrivals.sent();
        arrivals.sent();
        arrivals.seen("0 x\n1 x\n");

        assertThat(arrivals.latencies(1).count()).isEqualTo(1);
    }
}
