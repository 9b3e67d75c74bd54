package io.millrace.log.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * A file of the local file system, with further channels for direct writes and reads where the file system has them.
 */
final class LocalFile implements DiskFile {
    /** What direct writes and reads must be aligned to: no file store in use asks for more, and 512-byte ones are content. */
    private static final int DIRECT_ALIGNMENT_BYTES = 4096;

    /** From here on a copy into the page cache costs more than waiting for the device. */
    private static final int LARGE_BYTES = 256 * 1024;

    /**
     * {@code ExtendedOpenOption.DIRECT}, found by name: javac warns of every mention of its class and cannot be told not
     * to. Absent on a JDK without it.
     */
    private static final @Nullable OpenOption DIRECT = directOption();

    private final @Nullable FileChannel direct;
    private final int directMinBytes;
    private final FileChannel writing;
    private final ReadingChannel reading;
    private final @Nullable ReadingChannel readingPastCache;

    private LocalFile(
            FileChannel writing,
            @Nullable FileChannel direct,
            int directMinBytes,
            ReadingChannel reading,
            @Nullable ReadingChannel readingPastCache) {
        this.writing = writing;
        this.direct = direct;
        this.directMinBytes = directMinBytes;
        this.reading = reading;
        this.readingPastCache = readingPastCache;
    }

    static LocalFile open(Path path, Disk.Writes writes) throws IOException {
        var opened = new ArrayDeque<FileChannel>();
        try {
            var writing = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            opened.add(writing);
            var reading = new ReadingChannel(path, StandardOpenOption.READ);
            opened.add(reading.open());
            var direct = switch (writes) {
                case DIRECT, LARGE_DIRECT -> openDirect(path);
                case CACHED -> null;
            };
            int directMinBytes = writes == Disk.Writes.LARGE_DIRECT ? LARGE_BYTES : 0;
            var pastCache =
                    DIRECT == null || direct == null ? null : new ReadingChannel(path, StandardOpenOption.READ, DIRECT);
            return new LocalFile(writing, direct, directMinBytes, reading, pastCache);
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
        int start = into.position();
        reading.read(into, position);
        return into.position() - start;
    }

    @Override
    public int readPastCache(ByteBuffer into, long position) throws IOException {
        int start = into.position();
        if (readingPastCache != null && isAligned(into, position) && !reading.isCached(position, into.remaining())) {
            try {
                readingPastCache.read(into, position);
            } catch (IOException _) {
                // The file ends within a block, perhaps. What is wrong, the other way will find too.
            }
        }
        return into.position() - start + read(into, position + into.position() - start);
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
    public void close() throws IOException {
        try (var _ = writing;
                var _ = reading;
                var _ = readingPastCache;
                var _ = direct) {
            // Closes them all, whatever the first says.
        }
    }
}
