package io.millrace.streams;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.catalog.Catalog;
import io.millrace.catalog.SqlWork;
import io.millrace.streams.limits.StreamThroughput;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Changes to streams, one at a time: checked against the view, made durable in the catalog, and only then shown in the
 * view. What a reader of the view sees is therefore always in the catalog already.
 */
final class StreamRegister {
    private final Catalog catalog;
    private final StreamDirectory directory;
    private final MeterRegistry meters;
    private final Supplier<StreamThroughput> throughput;
    private final ReentrantLock turn = new ReentrantLock(true);

    StreamRegister(
            Catalog catalog, StreamDirectory directory, MeterRegistry meters, Supplier<StreamThroughput> throughput) {
        this.catalog = catalog;
        this.directory = directory;
        this.meters = meters;
        this.throughput = throughput;
    }

    /** Fills the view from the catalog, at start. */
    void load(StreamTables tables) {
        catalog.read(tables::loadStreams).forEach(this::show);
    }

    /** Runs checks and changes that no other change may come between. */
    <T> T inTurn(Supplier<T> change) {
        turn.lock();
        try {
            return change.get();
        } finally {
            turn.unlock();
        }
    }

    /** Writes a new stream and shows it. */
    StreamState add(SqlWork<StreamState> write) {
        assert turn.isHeldByCurrentThread();
        var state = catalog.transact(write);
        show(state);
        return state;
    }

    /** Writes a stream's next state and shows it. */
    StreamState change(LiveStream stream, SqlWork<StreamState> write) {
        assert turn.isHeldByCurrentThread();
        var next = catalog.transact(write);
        stream.publish(next);
        return next;
    }

    /** Writes that a stream is gone and forgets it. */
    void remove(LiveStream stream, SqlWork<Boolean> write) {
        assert turn.isHeldByCurrentThread();
        catalog.transact(write);
        directory.remove(stream.state().address());
        stream.meters().remove();
    }

    private void show(StreamState state) {
        directory.add(new LiveStream(state, new StreamMeters(meters, state.address()), throughput.get()));
    }
}
