package io.millrace.firehose.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;

/** A virtual thread for each, and so many of them at once. */
final class LaneThreads implements SideBySide {
    private static final int AT_ONCE = 8;

    @Override
    public void all(List<Work> works) throws InterruptedException {
        if (works.size() == 1) {
            works.getFirst().run();
            return;
        }
        var turns = new Semaphore(AT_ONCE);
        var problems = new ConcurrentLinkedQueue<Throwable>();
        var threads = new ArrayList<Thread>();
        try {
            for (var work : works) {
                turns.acquire();
                if (!problems.isEmpty()) {
                    break;
                }
                threads.add(Thread.ofVirtual().name("firehose-lane").start(() -> {
                    try {
                        work.run();
                    } catch (Throwable e) { // whoever waits for all of them throws it
                        problems.add(e);
                    } finally {
                        turns.release();
                    }
                }));
            }
        } finally {
            for (var thread : threads) {
                thread.join();
            }
        }
        if (!problems.isEmpty()) {
            rethrow(problems.element());
        }
    }

    private static void rethrow(Throwable problem) throws InterruptedException {
        switch (problem) {
            case InterruptedException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new AssertionError("no other is declared", problem);
        }
    }
}
