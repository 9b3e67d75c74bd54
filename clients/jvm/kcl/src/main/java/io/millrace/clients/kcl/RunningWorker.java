package io.millrace.clients.kcl;

import io.millrace.clients.support.Ledger;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import software.amazon.kinesis.coordinator.Scheduler;

/** A worker in this process, which is asked to end when its test is over. */
final class RunningWorker implements AutoCloseable {
    private static final int STOP_MAX_SECONDS = 30;

    private final Scheduler scheduler;

    private RunningWorker(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    static RunningWorker start(Application application, String workerId, Ledger ledger) {
        var scheduler = application.newWorker(workerId, ledger);
        var thread = new Thread(scheduler, workerId + " of " + application.stream());
        thread.setDaemon(true);
        thread.start();
        return new RunningWorker(scheduler);
    }

    @Override
    public void close() {
        try {
            scheduler.startGracefulShutdown().get(STOP_MAX_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("the worker did not stop within " + STOP_MAX_SECONDS + " s", e);
        }
    }
}
