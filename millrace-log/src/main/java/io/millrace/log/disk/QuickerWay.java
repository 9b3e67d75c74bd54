package io.millrace.log.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * Reads through the page cache what is there, and past it what is not: the disk gives large pieces much faster to who does
 * not want them kept. How long the first piece takes tells which it is; so what is read again and again ends up in the
 * cache.
 */
final class QuickerWay implements BulkReader {
    /** Memory gives more than this, a disk hardly. */
    private static final long CACHED_MIN_BYTES_PER_MILLI = 2_500_000;

    private final LocalFile file;
    private @Nullable FileChannel direct;
    private Finding finding = Finding.NONE;

    private enum Finding {
        NONE,
        CACHED,
        ON_DISK
    }

    QuickerWay(LocalFile file, @Nullable FileChannel direct) {
        this.file = file;
        this.direct = direct;
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
        return switch (finding) {
            case NONE -> {
                long begunNanos = System.nanoTime();
                int count = file.read(into, position);
                long micros = (System.nanoTime() - begunNanos) / 1000 + 1;
                finding = count * 1000L / micros > CACHED_MIN_BYTES_PER_MILLI ? Finding.CACHED : Finding.ON_DISK;
                yield count;
            }
            case CACHED -> file.read(into, position);
            case ON_DISK -> readPastCache(into, position);
        };
    }

    private int readPastCache(ByteBuffer into, long position) throws IOException {
        int start = into.position();
        var channel = direct;
        try {
            while (channel != null && LocalFile.isAligned(into, position + into.position() - start)) {
                if (channel.read(into, position + into.position() - start) <= 0) {
                    break;
                }
            }
        } catch (IOException _) {
            // Some file systems open files for this and refuse it then.
            direct = null;
        }
        if (into.hasRemaining()) {
            file.read(into, position + into.position() - start);
        }
        return into.position() - start;
    }
}
