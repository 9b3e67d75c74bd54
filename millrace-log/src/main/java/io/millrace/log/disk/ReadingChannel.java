package io.millrace.log.disk;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One way to read a file, for any number of threads. A {@link FileChannel} is closed for everybody when a thread that reads
 * from it is interrupted; readers are not ours, so it is opened at the first use and anew whenever that happened.
 */
final class ReadingChannel implements AutoCloseable {
    private final Path path;
    private final Set<OpenOption> options;
    private volatile @Nullable FileChannel channel;
    private volatile boolean closed;

    ReadingChannel(Path path, OpenOption... options) {
        this.path = path;
        this.options = Set.of(options);
    }

    /** The channel as it is now; may be closed under its user's hands. */
    FileChannel open() throws IOException {
        var known = channel;
        return known != null && known.isOpen() ? known : openAnew();
    }

    private synchronized FileChannel openAnew() throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
        var known = channel;
        if (known == null || !known.isOpen()) {
            known = FileChannel.open(path, options);
            channel = known;
        }
        return known;
    }

    /** Reads until the buffer is full or the file ends. An interrupted thread reads all the same. */
    void read(ByteBuffer into, long position) throws IOException {
        boolean interrupted = Thread.interrupted();
        int start = into.position();
        try {
            while (into.hasRemaining()) {
                try {
                    if (open().read(into, position + into.position() - start) < 0) {
                        return;
                    }
                } catch (ClosedChannelException e) {
                    if (closed) {
                        throw e;
                    }
                    interrupted |= Thread.interrupted();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Whether the system has all of this in its page cache; asked in a way that brings nothing there. */
    boolean isCached(long position, int bytes) {
        try (var arena = Arena.ofConfined()) {
            return open().map(FileChannel.MapMode.READ_ONLY, position, bytes, arena)
                    .isLoaded();
        } catch (IOException _) {
            // The file ends before, or somebody was interrupted: who reads will see.
            return false;
        }
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        var known = channel;
        if (known != null) {
            known.close();
        }
    }
}
