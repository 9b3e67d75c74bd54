package io.millrace.log.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * A file of the local file system, with a second channel for direct writes where the file system has them.
 *
 * <p>A {@link FileChannel} is closed for everybody when a thread that reads from it is interrupted; readers are not ours,
 * so the reading channel is opened anew when that happens.
 */
final class LocalFile implements DiskFile {
    /** What direct writes must be aligned to: no file store in use asks for more, and 512-byte ones are content. */
    private static final int DIRECT_ALIGNMENT_BYTES = 4096;

    /** From here on a copy into the page cache costs more than waiting for the device. */
    private static final int LARGE_BYTES = 256 * 1024;

    /**
     * {@code ExtendedOpenOption.DIRECT}, found by name: javac warns of every mention of its class and cannot be told not
     * to. Absent on a JDK without it.
     */
    private static final @Nullable OpenOption DIRECT = directOption();

    private final Path path;
    private final @Nullable FileChannel direct;
    private final int directMinBytes;
    private final FileChannel writing;
    private volatile FileChannel reading;
    private volatile boolean closed;

    private LocalFile(
            Path path, FileChannel writing, @Nullable FileChannel direct, int directMinBytes, FileChannel reading) {
        this.path = path;
        this.writing = writing;
        this.direct = direct;
        this.directMinBytes = directMinBytes;
        this.reading = reading;
    }

    static LocalFile open(Path path, Disk.Writes writes) throws IOException {
        var opened = new ArrayDeque<FileChannel>();
        try {
            var writing = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            opened.add(writing);
            var reading = openForReading(path);
            opened.add(reading);
            var direct = switch (writes) {
                case DIRECT, LARGE_DIRECT -> openDirect(path);
                case CACHED -> null;
            };
            return new LocalFile(path, writing, direct, writes == Disk.Writes.LARGE_DIRECT ? LARGE_BYTES : 0, reading);
        } catch (IOException e) {
            // There may be no descriptor left for the next one, so these matter.
            for (var channel : opened) {
                channel.close();
            }
            throw e;
        }
    }

    private static @Nullable OpenOption directOption() {
        try {
            for (var option :
                    Class.forName("com.sun.nio.file.ExtendedOpenOption").getEnumConstants()) {
                if (option instanceof OpenOption direct && option.toString().equals("DIRECT")) {
                    return direct;
                }
            }
            return null;
        } catch (ClassNotFoundException _) {
            return null;
        }
    }

    private static FileChannel openForReading(Path path) throws IOException {
        return FileChannel.open(path, StandardOpenOption.READ);
    }

    private static @Nullable FileChannel openDirect(Path path) throws IOException {
        if (DIRECT == null || DIRECT_ALIGNMENT_BYTES % Files.getFileStore(path).getBlockSize() != 0) {
            return null;
        }
        try {
            return FileChannel.open(path, StandardOpenOption.WRITE, DIRECT);
        } catch (UnsupportedOperationException | IOException _) {
            // tmpfs and some network file systems refuse O_DIRECT; padded writes through the cache do there.
            return null;
        }
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
        boolean interrupted = Thread.interrupted();
        int start = into.position();
        try {
            while (into.hasRemaining()) {
                var channel = reading;
                try {
                    if (channel.read(into, position + into.position() - start) < 0) {
                        break;
                    }
                } catch (ClosedChannelException e) {
                    if (closed) {
                        throw e;
                    }
                    interrupted |= Thread.interrupted();
                    reopenAfter(channel);
                }
            }
            return into.position() - start;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private synchronized void reopenAfter(FileChannel broken) throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
        if (!broken.isOpen() && !reading.isOpen()) {
            reading = openForReading(path);
        }
    }

    @Override
    public void write(ByteBuffer from, long position) throws IOException {
        long next = position;
        while (from.hasRemaining()) {
            // Asked anew each time: what a full disk left of a direct write may not be aligned any more.
            var channel =
                    direct != null && from.remaining() >= directMinBytes && isAligned(from, next) ? direct : writing;
            next += channel.write(from, next);
        }
    }

    private static boolean isAligned(ByteBuffer buffer, long position) {
        return buffer.isDirect()
                && position % DIRECT_ALIGNMENT_BYTES == 0
                && buffer.remaining() % DIRECT_ALIGNMENT_BYTES == 0
                && buffer.alignmentOffset(buffer.position(), DIRECT_ALIGNMENT_BYTES) == 0;
    }

    @Override
    public void sync() throws IOException {
        writing.force(false);
    }

    @Override
    public void truncate(long bytes) throws IOException {
        writing.truncate(bytes);
    }

    @Override
    public long size() throws IOException {
        return writing.size();
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        try (var _ = writing;
                var _ = reading;
                var _ = direct) {
            // Closes all three, whatever the first says.
        }
    }
}
