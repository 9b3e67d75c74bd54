package io.millrace.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * A way for batches to the service. With one worker a batch leaves when the one before it has been accepted whole, which
 * keeps order; with more, as many calls are under way at once.
 */
final class Lane {
    private static final int WAITING_MAX_BATCHES = 1;
    private static final long WAIT_SLICE_MILLIS = 200;
    private static final List<Batch.Entry> END = List.of();

    private final CallOrder order;
    private final BatchSender sender;
    private final BlockingQueue<List<Batch.Entry>> waiting = new ArrayBlockingQueue<>(WAITING_MAX_BATCHES);
    private final List<Thread> workers;
    private Optional<Batch> collecting = Optional.empty();

    Lane(int workerCount, CallOrder order, BatchSender sender, RandomGenerator.SplittableGenerator random) {
        this.order = order;
        this.sender = sender;
        this.workers = Stream.generate(random::split)
                .limit(workerCount)
                .map(own -> Thread.ofVirtual().name("lane").unstarted(() -> work(own)))
                .toList();
    }

    void start() {
        workers.forEach(Thread::start);
    }

    /** Takes a record; hands the batch on when it is full. */
    void add(Batch.Entry entry, Instant now, Runnable whileWaiting) throws InterruptedException {
        if (collecting.isPresent() && !collecting.get().fits(entry)) {
            flush(whileWaiting);
        }
        var batch = collecting.orElseGet(() -> new Batch(now, order));
        batch.add(entry);
        collecting = Optional.of(batch);
        if (batch.isFull()) {
            flush(whileWaiting);
        }
    }

    /** When the first record of the batch that is being collected came, if there is one. */
    Optional<Instant> collectingSince() {
        return collecting.map(Batch::begun);
    }

    /** Hands on what has been collected, waiting while the lane is full. */
    void flush(Runnable whileWaiting) throws InterruptedException {
        if (collecting.isPresent()) {
            hand(collecting.get().entries(), whileWaiting);
            collecting = Optional.empty();
        }
    }

    /** Waits until all that was handed on is accepted, or the run has failed. */
    void finish(Runnable whileWaiting) throws InterruptedException {
        flush(whileWaiting);
        for (var _ : workers) {
            hand(END, whileWaiting);
        }
        for (var worker : workers) {
            while (!worker.join(Duration.ofMillis(WAIT_SLICE_MILLIS))) {
                whileWaiting.run();
            }
        }
    }

    private void hand(List<Batch.Entry> batch, Runnable whileWaiting) throws InterruptedException {
        while (!waiting.offer(batch, WAIT_SLICE_MILLIS, TimeUnit.MILLISECONDS)) {
            whileWaiting.run();
        }
    }

    private void work(RandomGenerator random) {
        try {
            while (true) {
                var batch = waiting.take();
                if (batch.isEmpty()) {
                    return;
                }
                sendOrFail(batch, random);
            }
        } catch (InterruptedException _) {
            sender.fail(new CommandFailure("Interrupted."));
        }
    }

    private void sendOrFail(List<Batch.Entry> batch, RandomGenerator random) throws InterruptedException {
        try {
            sender.send(batch, random);
        } catch (RuntimeException | Error e) {
            // The worker goes on taking what is handed to it, or the thread that hands it on would wait for ever.
            sender.fail(e);
        }
    }
}
