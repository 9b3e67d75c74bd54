package io.millrace.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a file that grows, as {@code tail -F} sees it: by its name. When the name leads to another file (the log
 * was rotated), the old one is read to its end first; when the file became shorter, it is read from its beginning again;
 * while there is no such file, its coming is awaited. It never ends.
 */
final class FollowedFile implements LineSource {
    /** Where to begin in a file that exists at the start. */
    enum Beginning {
        FIRST_LINE,
        END_OF_FILE
    }

    static final Duration POLL_INTERVAL = Duration.ofMillis(200);
    private static final int CHUNK_BYTES = 64 * 1024;

    /** An open file, and what told it from another of the same name. */
    private record Opened(
            SeekableByteChannel channel, @Nullable Object identity) {}

    private final Path path;
    private final LineSplitter splitter;
    private final Shell.Sleeper sleeper;
    private final ByteBuffer buffer = ByteBuffer.allocate(CHUNK_BYTES);
    private Beginning beginning;
    private @Nullable Opened current;
    private boolean stopped;

    FollowedFile(Path path, Beginning beginning, int lineMaxBytes, Shell.Sleeper sleeper) {
        this.path = path;
        this.beginning = beginning;
        this.splitter = new LineSplitter(lineMaxBytes);
        this.sleeper = sleeper;
    }

    @Override
    public Reading next(Duration waitMax) throws IOException, InterruptedException {
        while (true) {
            var line = splitter.next();
            if (line.isPresent()) {
                return line.get();
            }
            if (stopped) {
                return new Reading.Quiet();
            }
            if (readChunk()) {
                continue;
            }
            var last = goOnWithSuccessor();
            if (last.isPresent()) {
                return last.get();
            }
            if (!readChunk()) {
                sleeper.sleep(waitMax.compareTo(POLL_INTERVAL) < 0 ? waitMax : POLL_INTERVAL);
                return new Reading.Quiet();
            }
        }
    }

    @Override
    public void stop() {
        stopped = true;
    }

    @Override
    public void close() throws IOException {
        if (current != null) {
            current.channel().close();
        }
    }

    private boolean readChunk() throws IOException {
        if (current == null) {
            return false;
        }
        int n = current.channel().read(buffer.clear());
        if (n <= 0) {
            return false;
        }
        splitter.feed(Arrays.copyOf(buffer.array(), n));
        return true;
    }

    /**
     * At the end of what there is: opens the file that the name leads to now, if that is another one, and returns the
     * last line of the old one, if that was left without a terminator.
     */
    private Optional<Reading> goOnWithSuccessor() throws IOException {
        if (current == null) {
            open();
            return Optional.empty();
        }
        BasicFileAttributes now;
        try {
            now = Files.readAttributes(path, BasicFileAttributes.class);
        } catch (NoSuchFileException _) {
            // Moved away, and its successor is not there yet. Its writer may still hold it open and go on.
            return Optional.empty();
        }
        if (!Objects.equals(now.fileKey(), current.identity())) {
            if (readChunk()) {
                // Something was written between the last read and the look at the name; come back after it.
                return Optional.empty();
            }
            current.channel().close();
            open();
            return splitter.end();
        }
        if (current.channel().size() < current.channel().position()) {
            current.channel().position(0);
            splitter.forgetBegun();
        }
        return Optional.empty();
    }

    private void open() throws IOException {
        current = null;
        try {
            var before = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
            var channel = FileChannel.open(path);
            var after = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
            if (!Objects.equals(before, after)) {
                // Replaced while it was opened, so which of the two we hold is not known. The next look finds out.
                channel.close();
                return;
            }
            if (beginning == Beginning.END_OF_FILE) {
                channel.position(channel.size());
            }
            current = new Opened(channel, after);
        } catch (NoSuchFileException _) {
            // It may come later.
        }
        // Whatever comes later is new from its first line.
        beginning = Beginning.FIRST_LINE;
    }
}
