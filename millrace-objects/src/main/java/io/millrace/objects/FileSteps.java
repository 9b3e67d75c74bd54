package io.millrace.objects;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * What a folder store does to its disk, step by step. Two implementations: the machine's file system, and in tests one that
 * loses power between any two steps. Nothing is durable before it is synced: bytes by {@link #sync}, names by {@link
 * #syncFolder}.
 */
interface FileSteps {
    /** Makes a file for writing that was not there before. */
    FileChannel create(Path file) throws IOException;

    void sync(FileChannel file) throws IOException;

    /** Makes one folder in an existing one. */
    void createFolder(Path folder) throws IOException;

    void syncFolder(Path folder) throws IOException;

    /** Gives a file another name, replacing the file of that name: after a crash one of the two stands there whole. */
    void rename(Path from, Path to) throws IOException;
}
