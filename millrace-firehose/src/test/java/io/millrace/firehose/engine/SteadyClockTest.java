package io.millrace.firehose.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SteadyClockTest {
    @Test
    void goesOnEvenlyWhateverTheMachinesClockIsSetTo() {
        var begin = Instant.parse("2030-01-01T00:00:00Z");
        var clock = new ManualClock(begin);
        var nanos = new AtomicLong(-5);
        var steady = new SteadyClock(clock, nanos::get);
        clock.advance(Duration.ofHours(-1));
        nanos.addAndGet(Duration.ofSeconds(7).toNanos());
        assertThat(steady.instant()).isEqualTo(begin.plusSeconds(7));
    }
}
