package io.millrace.gateway;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One event loop and what its connections share. All is owned by the loop's thread but {@link #ready}, through which
 * other threads hand over finished work.
 */
final class Lane {
    private static final Logger LOG = LoggerFactory.getLogger(Lane.class);

    /** Deadlines are counted in sweeps rather than read off a clock, so that a clock that jumps cuts nobody off. */
    static final Duration SWEEP_INTERVAL = Duration.ofSeconds(1);

    /** What is handed to the loop. */
    @FunctionalInterface
    interface Work {
        void run();

        /** The loop has ended, so this will never run. Called by any thread. */
        default void dropped() {}
    }

    private final EventLoop loop;
    private final RequestIds ids;
    private final ReplyDate date;
    private final Set<Connection> connections = new LinkedHashSet<>();
    private final Set<Connection> unflushed = new LinkedHashSet<>();
    private final Queue<Work> finished = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private final Executor executor = task -> later(task::run);
    private boolean bursting;
    private boolean draining;

    Lane(EventLoop loop, long seed, InstantSource clock) {
        this.loop = loop;
        this.ids = new RequestIds(seed);
        this.date = new ReplyDate(clock);
    }

    static int sweepsIn(Duration wait) {
        // One more, because the first sweep may come right after the wait began.
        return Math.toIntExact(Math.ceilDiv(wait.toMillis(), SWEEP_INTERVAL.toMillis()) + 1);
    }

    EventLoop loop() {
        return loop;
    }

    /** Runs tasks on the loop, each in a burst; those that come after the loop has ended are dropped. */
    Executor executor() {
        return executor;
    }

    RequestIds ids() {
        return ids;
    }

    ReplyDate date() {
        return date;
    }

    void add(Connection connection) {
        connections.add(connection);
    }

    void remove(Connection connection) {
        connections.remove(connection);
        unflushed.remove(connection);
    }

    /**
     * Runs work on the loop. However much becomes ready at once, for example with one sync of the disk, the loop is
     * woken once, and each connection is flushed once.
     */
    void ready(Work work) {
        if (loop.inEventLoop()) {
            runSafely(work);
        } else {
            later(work);
        }
    }

    /** Runs work on the loop in the next burst, behind what else waits there. */
    void later(Work work) {
        finished.add(work);
        if (woken.compareAndSet(false, true)) {
            try {
                loop.execute(this::runFinished);
            } catch (RejectedExecutionException _) {
                dropFinished();
            }
        }
    }

    /** The door has closed, so there is nobody left to tell. */
    private void dropFinished() {
        // Cleared first: whoever adds after the last poll finds the flag down and comes here himself.
        woken.set(false);
        for (var work = finished.poll(); work != null; work = finished.poll()) {
            work.dropped();
        }
    }

    /** Flushes the connection now, or at the end of the burst that is being worked off. */
    void flush(Connection connection) {
        if (bursting) {
            unflushed.add(connection);
        } else {
            connection.flush();
        }
    }

    void sweep() {
        new ArrayList<>(connections).forEach(Connection::sweep);
    }

    /** How long the connection has been without a request that is so longest here; {@link Connection#BUSY} if none is. */
    int longestIdleSweeps() {
        return connections.stream().mapToInt(Connection::idleSweeps).max().orElse(Connection.BUSY);
    }

    /** Closes the connection that has been without a request for longest, of several such the oldest, if there is one. */
    boolean closesIdlest() {
        int longest = longestIdleSweeps();
        if (longest == Connection.BUSY) {
            return false;
        }
        connections.stream()
                .filter(connection -> connection.idleSweeps() == longest)
                .findFirst()
                .ifPresent(idlest -> {
                    // It hears of its end later, and must not be found again until then.
                    connections.remove(idlest);
                    idlest.abort();
                });
        return true;
    }

    /** Whether the door closes: what would go on for long must end. */
    boolean isDraining() {
        return draining;
    }

    void drain() {
        draining = true;
        new ArrayList<>(connections).forEach(Connection::drain);
    }

    void abort() {
        new ArrayList<>(connections).forEach(Connection::abort);
    }

    private void runFinished() {
        // Cleared first: work that comes after the last poll finds the flag down and wakes the loop again.
        woken.set(false);
        bursting = true;
        try {
            for (var work = finished.poll(); work != null; work = finished.poll()) {
                runSafely(work);
            }
        } finally {
            bursting = false;
            var toFlush = new ArrayDeque<>(unflushed);
            unflushed.clear();
            toFlush.forEach(Connection::flush);
        }
    }

    /** One reply that fails, which is our bug, must not hold up those behind it. */
    private static void runSafely(Work work) {
        try {
            work.run();
        } catch (Throwable failure) {
            LOG.error("A reply could not be sent", failure);
        }
    }
}
