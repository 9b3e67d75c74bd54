package io.millrace.log.disk;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads much of a file, mostly forward and likely once. Owned by one thread. */
@FunctionalInterface
public interface BulkReader {
    /** What a disk may like places, lengths and addresses to be multiples of. Others are read all the same. */
    int ALIGNMENT_BYTES = 4096;

    /**
     * Reads from the position until the buffer is full or the file ends.
     *
     * @return how many bytes were read; less than asked for only at the file's end
     */
    int read(ByteBuffer into, long position) throws IOException;
}
