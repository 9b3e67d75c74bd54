package io.millrace.cli;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The lines of an input that ends. A thread of its own reads ahead, so that whoever takes the lines never waits longer
 * than it wants to.
 */
final class InputLines implements LineSource {
    private static final int CHUNK_BYTES = 64 * 1024;
    private static final int AHEAD_MAX_CHUNKS = 16;
    private static final byte[] END = {};

    private final InputStream in;
    private final LineSplitter splitter;
    private final BlockingQueue<byte[]> chunks = new ArrayBlockingQueue<>(AHEAD_MAX_CHUNKS);
    private final Thread reader = Thread.ofVirtual().name("input").unstarted(this::readAhead);
    private volatile @Nullable IOException failure;
    private volatile boolean stopped;
    private boolean ended;

    InputLines(InputStream in, int lineMaxBytes) {
        this.in = in;
        this.splitter = new LineSplitter(lineMaxBytes);
    }

    @Override
    public Reading next(Duration waitMax) throws IOException, InterruptedException {
        long deadlineNanos = System.nanoTime() + waitMax.toNanos();
        while (true) {
            var line = splitter.next();
            if (line.isPresent()) {
                return line.get();
            }
            if (ended) {
                // Where it was stopped is no end of a line.
                return stopped ? new Reading.End() : splitter.end().orElseGet(Reading.End::new);
            }
            if (reader.getState() == Thread.State.NEW) {
                reader.start();
            }
            var chunk = chunks.poll(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (chunk == null) {
                return new Reading.Quiet();
            }
            if (chunk.length == 0) {
                endOrFail();
            } else {
                splitter.feed(chunk);
            }
        }
    }

    @Override
    public void stop() {
        stopped = true;
    }

    @Override
    public void close() throws IOException {
        reader.interrupt();
        in.close();
    }

    private void endOrFail() throws IOException {
        ended = true;
        if (failure != null) {
            throw failure;
        }
    }

    private void readAhead() {
        try {
            try {
                var buffer = new byte[CHUNK_BYTES];
                while (!stopped) {
                    int n = in.read(buffer);
                    if (n < 0) {
                        break;
                    }
                    if (n > 0) {
                        chunks.put(Arrays.copyOf(buffer, n));
                    }
                }
            } catch (IOException e) {
                failure = e;
            }
            chunks.put(END);
        } catch (InterruptedException _) {
            // Closed before the end: nobody takes lines any more.
        }
    }
}
