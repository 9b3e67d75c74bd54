package io.millrace.log.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The file operations the log is built on. Two implementations: the machine's own file system and a simulated disk that
 * loses power on command.
 *
 * <p>Nothing is durable before it is synced: a file's bytes by {@link DiskFile#sync}, its name by {@link
 * #syncDirectory}.
 */
public interface Disk {

    /** How writes travel. */
    enum Writes {
        /** Past the page cache where the file system allows it; for aligned writes that are synced at once. */
        DIRECT,
        /**
         * Large aligned writes past the page cache, others through it: where nobody waits for a sync, copying is the faster way
         * for a few kilobytes and the slower one for megabytes, which the system has to write from the cache in the end.
         */
        LARGE_DIRECT,
        /** Through the page cache. */
        CACHED
    }

    /** Opens a file for reading and writing; makes an empty one if there is none. */
    DiskFile open(Path file, Writes writes) throws IOException;

    /** The names of the files in the directory, in no particular order. */
    List<String> list(Path directory) throws IOException;

    void createDirectories(Path directory) throws IOException;

    /** Gives the file another name, replacing what has that name; after a crash either the old or the new one stands. */
    void rename(Path from, Path to) throws IOException;

    /** Removes the file; no error if there is none. */
    void delete(Path file) throws IOException;

    /** How many bytes files in the directory may still grow by, as far as is known. */
    long usableBytes(Path directory) throws IOException;

    /** Makes the names in this directory durable. */
    void syncDirectory(Path directory) throws IOException;
}
