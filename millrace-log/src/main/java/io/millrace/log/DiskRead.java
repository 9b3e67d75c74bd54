package io.millrace.log;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A stretch of a file that somebody wants from the disk. What is long comes past the system's page cache the first time: a
 * reader from afar is faster without it, and most do not come twice. When it is wanted again it comes through the cache,
 * and is there for the third time.
 */
record DiskRead(Store store, int position, int bytes) {
    /** What is shorter shares its blocks, and what the system reads around it, with the next reader's. */
    private static final int PAST_CACHE_MIN_BYTES = ReadMarks.ALWAYS_MARKED_BYTES;

    /** How much memory it takes: the blocks around a long stretch come with it. */
    int roomBytes() {
        return isLong() ? Format.padded(skippedBytes() + bytes, Format.BLOCK_BYTES) : bytes;
    }

    private boolean isLong() {
        return bytes >= PAST_CACHE_MIN_BYTES;
    }

    /** What lies before the stretch in its first block. */
    private int skippedBytes() {
        return position % Format.BLOCK_BYTES;
    }

    /** Reads into memory of just the size asked for; returns the stretch alone, not looked at yet. */
    ByteBuffer into(ByteBuffer room) throws IOException {
        assert room.capacity() == roomBytes() : room;
        int skipped = isLong() ? skippedBytes() : 0;
        var stretch = room.slice(skipped, bytes);
        boolean pastCache = isLong() && room.isDirect() && !store.marks().turn(position, bytes);
        int read = pastCache
                ? store.file().readPastCache(room, position - skipped) - skipped
                : store.file().read(stretch.duplicate(), position);
        if (read < bytes) {
            throw store.corruptAt(position, "the file ends within records");
        }
        return stretch;
    }
}
