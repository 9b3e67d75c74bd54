package io.millrace.streams;

import io.millrace.model.AwsException;
import io.millrace.model.ServiceUnavailableException;
import io.millrace.streams.limits.StreamThroughput;
import io.millrace.streams.policy.ResourcePolicy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.services.kinesis.model.StreamMode;

/**
 * A stream as the data paths hold it: its present state, read without a lock, and the puts that met a shard in the very
 * moment it was closing.
 */
final class LiveStream {
    private static final int PARKED_MAX_CALLS = 10_000;

    /** A put on its way to the log. */
    interface Put {
        /** Routes and appends the records; must not block. */
        void append();

        void refuse(AwsException refusal);
    }

    private final StreamMeters meters;
    private final StreamThroughput throughput;
    private final ShardTraffic traffic = new ShardTraffic();
    private volatile StreamState state;
    /** Of the stream and of its consumers; they are few, and cross-account callers alone look into them. */
    private final Map<ResourceKey, ResourcePolicy> policies = new ConcurrentHashMap<>();
    // Guarded by this: puts that wait for the shards that take the place of the sealed ones.
    private final Queue<Put> parked = new ArrayDeque<>();

    LiveStream(StreamState state, StreamMeters meters, StreamThroughput throughput) {
        this.state = state;
        this.meters = meters;
        this.throughput = throughput;
        meters.shards().follow(state);
    }

    StreamState state() {
        return state;
    }

    StreamMeters meters() {
        return meters;
    }

    Optional<ResourcePolicy> policyOf(ResourceKey resource) {
        return Optional.ofNullable(policies.get(resource));
    }

    /** Puts a policy that the catalog has in force. */
    void showPolicy(ResourceKey resource, ResourcePolicy policy) {
        policies.put(resource, policy);
    }

    void hidePolicy(ResourceKey resource) {
        policies.remove(resource);
    }

    StreamThroughput throughput() {
        return throughput;
    }

    ShardTraffic traffic() {
        return traffic;
    }

    /** Counts what was stored, if anyone will want to know. */
    void count(RoutedBatch stored) {
        if (state.settings().mode() == StreamMode.ON_DEMAND) {
            traffic.add(stored);
        }
    }

    /**
     * Shows a new state to everyone: listing and routing change in this one step. Puts that were parked then go on in
     * the order in which they came; those that arrive in the same moment may come before them, as calls under way
     * together may in any case.
     *
     * <p>Changes are published in turn. A put's executor waits for this monitor in {@link #park}, in the server an
     * event loop, so nothing that takes long is done under it.
     */
    void publish(StreamState next) {
        meters.shards().follow(next);
        show(next).forEach(Put::append);
        throughput.retain(index -> next.shards().find(index).isPresent());
    }

    /** Returns the puts that waited for it. */
    private synchronized List<Put> show(StreamState next) {
        state = next;
        notifyAll();
        var waited = List.copyOf(parked);
        parked.clear();
        return waited;
    }

    /** Waits until the state is no longer the one seen, or about as long as told. */
    @SuppressWarnings("WaitNotInLoop") // who waits here looks again in any case
    synchronized void awaitChange(StreamState seen, Duration waitMax) throws InterruptedException {
        if (state.equals(seen)) {
            wait(waitMax.toMillis());
        }
    }

    /**
     * Takes a put that was routed by {@code seen} and found its shard sealed; it goes on when the shard's children are
     * there. A stream on its way out gets no more children, and {@link #publish} has let go of all that waited: there
     * the put goes on at once and hears that the stream is gone.
     */
    void park(StreamState seen, Put put) {
        if (!waits(seen, put)) {
            put.append();
        }
    }

    /** Lines the put up, or refuses it if too many wait; false if there is nothing to wait for. */
    private synchronized boolean waits(StreamState seen, Put put) {
        if (!state.writable() || !seen.shards().equals(state.shards())) {
            return false;
        }
        if (parked.size() < PARKED_MAX_CALLS) {
            parked.add(put);
        } else {
            put.refuse(new ServiceUnavailableException());
        }
        return true;
    }

    /** Lets clients try again later: the reshard that the parked puts wait for can't be completed at present. */
    synchronized void refuseParked() {
        while (!parked.isEmpty()) {
            parked.remove().refuse(new ServiceUnavailableException());
        }
    }
}
