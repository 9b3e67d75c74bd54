package io.millrace.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * One thread that serves many connections, so that the driver leaves the cores to the server: a thread for each would
 * cost two context switches a request.
 */
final class Lane {
    private final Selector selector;
    private final List<Connection> connections = new ArrayList<>();
    private final Thread thread;
    private volatile Optional<Throwable> failure = Optional.empty();

    Lane(InetSocketAddress address, String name, List<? extends Errand> errands) throws IOException {
        selector = Selector.open();
        for (var errand : errands) {
            connections.add(new Connection(address, selector, errand));
        }
        thread = Thread.ofPlatform().name(name).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Waits until the lane's errands are done, at most so long. */
    boolean finishedWithin(Duration wait) throws InterruptedException {
        return thread.join(wait);
    }

    /** What ended the lane early, if anything did. */
    Optional<Throwable> failure() {
        return failure;
    }

    private void run() {
        try (selector) {
            serve();
        } catch (IOException | RuntimeException | AssertionError e) {
            failure = Optional.of(e);
        } finally {
            closeAll();
        }
    }

    private void serve() throws IOException {
        while (true) {
            long now = System.nanoTime();
            long waitNanos = Long.MAX_VALUE;
            boolean busy = false;
            for (var connection : connections) {
                connection.proceed(now);
                if (!connection.isDone()) {
                    busy = true;
                    waitNanos = Math.min(waitNanos, connection.idleNanos(now));
                }
            }
            if (!busy) {
                return;
            }
            serveReady(waitNanos);
        }
    }

    private void serveReady(long waitNanos) throws IOException {
        if (waitNanos == Long.MAX_VALUE) {
            selector.select(Lane::ready);
        } else if (waitNanos < TimeUnit.MILLISECONDS.toNanos(1)) {
            selector.selectNow(Lane::ready);
        } else {
            selector.select(Lane::ready, TimeUnit.NANOSECONDS.toMillis(waitNanos));
        }
    }

    private static void ready(SelectionKey key) {
        try {
            ((Connection) key.attachment()).ready();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void closeAll() {
        for (var connection : connections) {
            try {
                connection.close();
            } catch (IOException _) {
                // The run is over; the figures were taken before.
            }
        }
    }
}
