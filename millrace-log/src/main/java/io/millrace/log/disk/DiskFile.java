package io.millrace.log.disk;

import java.io.IOException;
import java.nio.ByteBuffer;

/** One open file. Reads may come from any number of threads while one thread writes. */
public interface DiskFile extends AutoCloseable {

    /**
     * Reads from the position until the buffer is full or the file ends. An interrupted thread reads all the same.
     *
     * @return how many bytes were read; less than asked for only at the file's end
     */
    int read(ByteBuffer into, long position) throws IOException;

    /** Writes all that remains in the buffer, growing the file as needed. */
    void write(ByteBuffer from, long position) throws IOException;

    /** Returns when all that was written to the file is on the device. */
    void sync() throws IOException;

    void truncate(long bytes) throws IOException;

    long size() throws IOException;

    @Override
    void close() throws IOException;
}
