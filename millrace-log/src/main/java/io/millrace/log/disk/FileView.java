package io.millrace.log.disk;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads many small pieces of a file that is not written to meanwhile. For the thread that opened it. */
@FunctionalInterface
public interface FileView extends AutoCloseable {

    /** As {@link DiskFile#read}. */
    int read(ByteBuffer into, long position) throws IOException;

    @Override
    default void close() {
        // What has to let go of something says so.
    }
}
