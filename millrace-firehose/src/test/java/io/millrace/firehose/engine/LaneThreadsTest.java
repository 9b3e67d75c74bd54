package io.millrace.firehose.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LaneThreadsTest {
    private final SideBySide lanes = new LaneThreads();

    @Test
    void doesEightThingsAtOnceAndNoMore() throws Exception {
        var eight = new CyclicBarrier(8);
        var running = new AtomicInteger();
        var most = new AtomicInteger();
        lanes.all(Collections.nCopies(80, () -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            try {
                eight.await();
            } catch (BrokenBarrierException e) {
                throw new AssertionError(e);
            }
            running.decrementAndGet();
        }));
        assertThat(most).hasValue(8);
    }

    @Test
    void tellsThatOneWasStoppedWhenTheOthersHaveEnded() {
        var begun = new CountDownLatch(2);
        var ended = new AtomicInteger();
        assertThatThrownBy(() -> lanes.all(List.of(
                        () -> {
                            begun.countDown();
                            begun.await();
                            throw new StoppedException();
                        },
                        () -> {
                            begun.countDown();
                            begun.await();
                            ended.incrementAndGet();
                        })))
                .isInstanceOf(StoppedException.class);
        assertThat(ended).hasValue(1);
    }
}
