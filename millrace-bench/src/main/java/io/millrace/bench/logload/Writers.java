package io.millrace.bench.logload;

import io.millrace.bench.latency.Latencies;
import io.millrace.log.AppendResult;
import io.millrace.log.Log;
import io.millrace.log.ShardAppend;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Many writers, each of which has one append under way and makes the next when that is durable. One thread serves them
 * all, as an event loop does, and owns what is counted: a thread for each would measure context switches.
 */
final class Writers {
    private final Log log;
    private final List<List<ShardAppend>> appends;
    private final int count;
    private final Queue<Runnable> told = new ConcurrentLinkedQueue<>();
    private final Executor teller = this::tell;
    private final Thread thread = Thread.currentThread();
    private volatile boolean waiting;

    private final Latencies latencies = new Latencies();
    private long startNanos;
    private long endNanos;
    private int next;
    private int underWay;
    private String firstError = "";
    private long errors;

    /** @param count how many writers there are, all served by the thread that makes this */
    Writers(Log log, List<List<ShardAppend>> appends, int count) {
        this.log = log;
        this.appends = appends;
        this.count = count;
    }

    /** One that appends, and appends again when it is told that all is durable. */
    private final class Writer implements BiConsumer<List<AppendResult>, @Nullable Throwable> {
        private long sentAt;

        void send() {
            next = next + 1 == appends.size() ? 0 : next + 1;
            underWay++;
            sentAt = System.nanoTime();
            var _ = log.append(appends.get(next), teller).whenComplete(this);
        }

        @Override
        public void accept(List<AppendResult> results, @Nullable Throwable thrown) {
            long answeredAt = System.nanoTime();
            underWay--;
            if (thrown != null) {
                failed(thrown);
                return;
            }
            if (answeredAt - startNanos >= 0 && answeredAt - endNanos < 0) {
                latencies.record(answeredAt - sentAt);
            }
            if (answeredAt - endNanos < 0) {
                send();
            }
        }
    }

    /**
     * What was durable within the time measured.
     *
     * @param firstError in words; empty if all went well
     */
    record Counted(Latencies latencies, Duration measured, long errors, String firstError) {}

    /** Appends for so long; returns when all that was begun is answered. */
    Counted work(Duration warmUp, Duration measured) {
        startNanos = System.nanoTime() + warmUp.toNanos();
        endNanos = startNanos + measured.toNanos();
        for (int writer = 0; writer < count; writer++) {
            new Writer().send();
        }
        while (underWay > 0) {
            var task = told.poll();
            if (task == null) {
                await();
            } else {
                task.run();
            }
        }
        return new Counted(latencies, measured, errors, firstError);
    }

    /** Called by whoever has something to tell. */
    private void tell(Runnable task) {
        told.add(task);
        if (waiting) {
            LockSupport.unpark(thread);
        }
    }

    private void await() {
        waiting = true;
        // Looked at again after saying so: what was told before would wake nobody.
        if (told.isEmpty()) {
            LockSupport.park(this);
        }
        waiting = false;
    }

    /** That writer makes no more appends: what is refused once would be refused as fast as it is asked for. */
    private void failed(Throwable failure) {
        if (errors++ == 0) {
            firstError = failure.toString();
        }
    }
}
