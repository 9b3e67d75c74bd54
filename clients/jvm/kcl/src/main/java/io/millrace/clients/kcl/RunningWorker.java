package io.millrace.clients.kcl;

import io.millrace.clients.support.Witness;
import java.util.concurrent.TimeUnit;

/** A worker in this process, which is told to end when its test is over. */
final class RunningWorker implements AutoCloseable {
    private static final int STOP_MAX_SECONDS = 30;

    private final Worker worker;
    private final Thread thread;

    private RunningWorker(Worker worker, Thread thread) {
        this.worker = worker;
        this.thread = thread;
    }

    static RunningWorker start(Application application, String workerId, Witness witness) {
        var worker = application.newWorker(workerId, witness);
        var thread = new Thread(worker.loop(), workerId + " of " + application.stream());
        thread.setDaemon(true);
        thread.start();
        return new RunningWorker(worker, thread);
    }

    /** Does not ask for the graceful way: after a reshard, release 2.x waits there for shards that it has long finished. */
    @Override
    public void close() {
        worker.stop().run();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(STOP_MAX_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            throw new AssertionError("the worker did not stop within " + STOP_MAX_SECONDS + " s");
        }
    }
}
