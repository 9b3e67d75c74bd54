package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LifetimeTest {
    private final Lifetime lifetime = new Lifetime();
    private final AtomicInteger closes = new AtomicInteger();

    @Test
    void aStopClosesTheServer() {
        assertThat(lifetime.begin(closes::incrementAndGet)).isTrue();

        lifetime.stop();

        assertThat(closes).hasValue(1);
    }

    @Test
    void aStopDuringTheStartClosesTheServerWhenItHasStarted() throws InterruptedException {
        var stopping = stopMeanwhile();
        assertThat(closes).hasValue(0);

        assertThat(lifetime.begin(closes::incrementAndGet)).isFalse();

        stopping.join();
        assertThat(closes).hasValue(1);
    }

    @Test
    void nobodyIsToldOfAStartThatFailsAfterTheStop() throws InterruptedException {
        var stopping = stopMeanwhile();

        assertThat(lifetime.fail()).isFalse();

        stopping.join();
    }

    @Test
    void aStartThatFailsIsToldAndThereIsNothingToStop() {
        assertThat(lifetime.fail()).isTrue();

        lifetime.stop();
    }

    private Thread stopMeanwhile() {
        var stopping = Thread.ofPlatform().start(lifetime::stop);
        while (!lifetime.isStopping()) {
            Thread.onSpinWait();
        }
        return stopping;
    }
}
