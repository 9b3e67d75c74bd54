package io.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.ManualClock;
import io.netty.channel.DefaultEventLoop;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LaneTest {
    private final AtomicInteger runs = new AtomicInteger();
    private final AtomicInteger drops = new AtomicInteger();

    private final class Counted implements Lane.Work {
        @Override
        public void run() {
            runs.incrementAndGet();
        }

        @Override
        public void dropped() {
            drops.incrementAndGet();
        }
    }

    @Test
    void workThatFailsOnTheLoopIsItsOwnMatterThere() throws InterruptedException, ExecutionException {
        var loop = new DefaultEventLoop();
        var lane = new Lane(loop, 1, new ManualClock(TestDoor.NOW));
        loop.submit(() -> {
                    lane.ready(() -> {
                        throw new IllegalStateException("a reply that cannot be sent");
                    });
                    lane.ready(new Counted());
                })
                .get();
        assertThat(runs).hasValue(1);
        assertThat(loop.shutdownGracefully(0, 20, TimeUnit.SECONDS).awaitUninterruptibly(20, TimeUnit.SECONDS))
                .isTrue();
    }

    @Test
    void dropsEachPieceOfWorkThatComesAfterTheEnd() {
        var loop = new DefaultEventLoop();
        var lane = new Lane(loop, 1, new ManualClock(TestDoor.NOW));
        lane.later(new Counted());
        assertThat(loop.shutdownGracefully(0, 20, TimeUnit.SECONDS).awaitUninterruptibly(20, TimeUnit.SECONDS))
                .isTrue();
        assertThat(runs).hasValue(1);
        for (int i = 1; i <= 3; i++) {
            lane.later(new Counted());
            assertThat(drops).hasValue(i);
        }
        assertThat(runs).hasValue(1);
    }
}
