package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.streams.ShardTraffic.Count;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LoadWindowTest {
    private final LoadWindow window = new LoadWindow(Duration.ofMinutes(1), 1_000_000);

    @Test
    void saysNothingBeforeItIsFull() {
        for (int second = 10; second < 60; second += 10) {
            add(second, 1_000);
            assertThat(window.sustained()).isEmpty();
        }
        add(60, 1_000);
        assertThat(window.sustained()).contains(new Throughput(600, 100));
    }

    @Test
    void takesTheMeanOfTheLastMinute() {
        for (int second = 10; second <= 60; second += 10) {
            add(second, 0);
        }
        for (int second = 70; second <= 90; second += 10) {
            add(second, 1_000);
        }
        assertThat(window.sustained()).contains(new Throughput(300, 50));
        for (int second = 100; second <= 150; second += 10) {
            add(second, 1_000);
        }
        assertThat(window.sustained()).contains(new Throughput(600, 100));
    }

    @Test
    void spreadsALongSampleOverItsLength() {
        add(600, 6_000);
        assertThat(window.sustained()).contains(new Throughput(60, 10));
    }

    @Test
    void beginsAnewWhenTheClockIsSetBack() {
        for (int second = 10; second <= 60; second += 10) {
            add(second, 1_000);
        }
        add(-100, 1_000);
        assertThat(window.sustained()).isEmpty();
        for (int second = -90; second <= -40; second += 10) {
            add(second, 2_000);
        }
        assertThat(window.sustained()).contains(new Throughput(1_200, 200));
    }

    private void add(int second, long records) {
        window.add(1_000_000 + second * 1_000L, new Count(records * 6, records));
    }
}
