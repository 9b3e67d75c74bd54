package io.millrace.clients.flink;

import io.millrace.clients.support.Ledger;
import io.millrace.clients.support.Millrace;
import io.millrace.clients.support.TestStream;
import java.io.Serializable;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.api.common.JobID;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/**
 * A job that reads numbers and enters them into a ledger. Flink copies functions by serializing
 * them; they find the ledger of their job by its number.
 */
final class Job implements AutoCloseable {
    private static final Map<UUID, Job> RUNNING = new ConcurrentHashMap<>();

    private final UUID id = UUID.randomUUID();
    private final Ledger ledger = new Ledger();
    private final int stumblesAt;
    private final AtomicBoolean hasStumbled = new AtomicBoolean();
    private final JobID job;

    private Job(Source source, Millrace millrace, TestStream stream, int stumblesAt) throws Exception {
        this.stumblesAt = stumblesAt;
        RUNNING.put(id, this);
        var flink = Cluster.environment();
        var entry = new Entry(id);
        source.read(flink, millrace, stream).map(entry::make).sinkTo(new DiscardingSink<>());
        this.job = Cluster.submit(flink);
    }

    static Job reading(Source source, Millrace millrace, TestStream stream) throws Exception {
        return new Job(source, millrace, stream, -1);
    }

    /** A job that fails when it meets a number for the first time, and is restarted by Flink. */
    static Job stumblingAt(int number, Source source, Millrace millrace, TestStream stream) throws Exception {
        return new Job(source, millrace, stream, number);
    }

    Ledger ledger() {
        return ledger;
    }

    /** Returns when all that has been entered into the ledger is in a checkpoint. */
    void checkpoint() throws ExecutionException, InterruptedException {
        Cluster.checkpoint(job);
    }

    boolean hasStumbled() {
        return hasStumbled.get();
    }

    private void processed(int number) {
        if (number == stumblesAt && hasStumbled.compareAndSet(false, true)) {
            throw new IllegalStateException("stumbled at " + number + ", as this test wants it");
        }
        ledger.processed("", number);
    }

    private record Entry(UUID job) implements Serializable {
        String make(String text) {
            var running = RUNNING.get(job);
            if (running != null) {
                running.processed(Integer.parseInt(text));
            }
            return text;
        }
    }

    @Override
    public void close() throws InterruptedException, ExecutionException {
        Cluster.cancel(job);
        RUNNING.remove(id);
    }
}
