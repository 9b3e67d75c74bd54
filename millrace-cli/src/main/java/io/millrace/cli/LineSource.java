package io.millrace.cli;

import java.io.IOException;
import java.time.Duration;

/** Lines to send: of an input that ends, or of a file that is followed. Used by one thread. */
interface LineSource extends AutoCloseable {
    /** The next line, or {@link Reading.Quiet} if there was none in the time given. */
    Reading next(Duration waitMax) throws IOException, InterruptedException;

    /** Reads no more: {@link #next} gives the whole lines that have been read, then nothing. */
    void stop();

    @Override
    void close() throws IOException;
}
