package io.millrace.log;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** What waits for the committer, bounded by count and bytes. Its lock is held for a few instructions only. */
final class RequestQueue {
    private final int maxRequests;
    private final long maxBytes;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();
    private final Condition closing = lock.newCondition();
    private final Deque<Request> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private boolean committerWaits;
    private volatile boolean appendedTo;
    private boolean closed;
    /** Why appends are refused at present; empty if they are not. */
    private String refusal = "";

    RequestQueue(int maxRequests, long maxBytes) {
        this.maxRequests = maxRequests;
        this.maxBytes = maxBytes;
    }

    /** Whether an append came since this was last called. One that comes in the same moment may be passed over. */
    boolean takeAppendedTo() {
        boolean was = appendedTo;
        appendedTo = false;
        return was;
    }

    /**
     * Lets the request wait, or completes it exceptionally. A single large one always finds room in an empty queue, a step
     * in a shard's life in any: its caller waits for it, so there are never more than threads.
     */
    void offer(Request request) {
        var refusal = tryOffer(request);
        if (!refusal.isEmpty()) {
            request.done().completeExceptionally(new LogUnavailableException(refusal));
        }
    }

    private String tryOffer(Request request) {
        lock.lock();
        try {
            if (closed) {
                return "the log is closed";
            }
            var noRoom = request instanceof Request.Append ? noRoomFor(request) : "";
            if (!noRoom.isEmpty()) {
                return noRoom;
            }
            waiting.add(request);
            if (request instanceof Request.Append && !appendedTo) {
                // Looked at first: to write what is there already would take the line from the housekeeper's core.
                appendedTo = true;
            }
            waitingBytes += request.encodedBytes();
            if (committerWaits) {
                filled.signal();
            }
            return "";
        } finally {
            lock.unlock();
        }
    }

    private String noRoomFor(Request append) {
        if (!refusal.isEmpty()) {
            return refusal;
        }
        if (waiting.size() >= maxRequests) {
            return waiting.size() + " appends wait for the disk already (log.queue-max-appends)";
        }
        if (waitingBytes > 0 && waitingBytes + append.encodedBytes() > maxBytes) {
            return waitingBytes + " bytes wait for the disk already (log.queue-max-bytes)";
        }
        return "";
    }

    /**
     * Refuses appends at once until {@link #admitAppends}, and gives back those that wait. Steps in a shard's life wait on:
     * they are few, and giving up records is what a full disk needs.
     */
    List<Request> refuseAppends(String reason) {
        lock.lock();
        try {
            refusal = reason;
            var refused =
                    waiting.stream().filter(Request.Append.class::isInstance).toList();
            waiting.removeIf(Request.Append.class::isInstance);
            refused.forEach(append -> waitingBytes -= append.encodedBytes());
            return refused;
        } finally {
            lock.unlock();
        }
    }

    void admitAppends() {
        lock.lock();
        try {
            refusal = "";
        } finally {
            lock.unlock();
        }
    }

    /** Takes no more; the committer finds a {@link Request.Stop} behind what waits. */
    void close() {
        lock.lock();
        try {
            if (!closed) {
                closed = true;
                waiting.add(new Request.Stop(new CompletableFuture<>()));
                filled.signal();
                closing.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Takes no more, and gives back what waits. */
    List<Request> closeAndDrain() {
        lock.lock();
        try {
            closed = true;
            var rest = List.copyOf(waiting);
            waiting.clear();
            return rest;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until there is something, then takes as much as one batch holds, but at least one request. */
    void take(List<Request> into, int batchBytes) {
        lock.lock();
        try {
            while (waiting.isEmpty()) {
                committerWaits = true;
                filled.awaitUninterruptibly();
            }
            committerWaits = false;
            takeWaiting(into, batchBytes);
        } finally {
            lock.unlock();
        }
    }

    /** Waits for so long, or until the queue closes, whatever comes; then takes what is there, if anything. */
    void takeAfter(Duration pause, List<Request> into, int batchBytes) {
        lock.lock();
        try {
            long nanos = pause.toNanos();
            while (nanos > 0 && !closed) {
                nanos = closing.awaitNanos(nanos);
            }
            takeWaiting(into, batchBytes);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts the committer", e);
        } finally {
            lock.unlock();
        }
    }

    private void takeWaiting(List<Request> into, int batchBytes) {
        int bytes = 0;
        while (!waiting.isEmpty() && (bytes == 0 || bytes + waiting.getFirst().encodedBytes() <= batchBytes)) {
            var request = waiting.remove();
            bytes += request.encodedBytes();
            waitingBytes -= request.encodedBytes();
            into.add(request);
        }
    }
}
