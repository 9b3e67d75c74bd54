package io.millrace.firehose.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Where records go that there is no memory for: a budget of memory for all, and a folder of scratch files, which is made when
 * first needed and emptied at each start.
 */
final class Scratch {
    private static final int KIB = 1024;
    private static final int MIB = 1024 * KIB;

    private final BufferMemory memory;
    private final Path folder;
    private final AtomicLong files = new AtomicLong();
    private final Shares reads = new Shares(16 * MIB, MIB, 4 * KIB);
    private final Shares rereads = new Shares(16 * MIB, MIB, 4 * KIB);
    private final Shares chunks = new Shares(32 * MIB, 3 * MIB, 64 * KIB);

    Scratch(BufferMemory memory, Path folder) {
        this.memory = memory;
        this.folder = folder;
        empty();
    }

    private void empty() {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (var old = Files.newDirectoryStream(folder, "*.{spool,body}")) {
            for (var file : old) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("can't empty " + folder, e);
        }
    }

    BufferMemory memory() {
        return memory;
    }

    /** What loops may hold of records that they have read and not handed on. */
    Shares reads() {
        return reads;
    }

    /** What deliveries may hold of records that they read again. */
    Shares rereads() {
        return rereads;
    }

    /** What may be on its way through pipelines. */
    Shares chunks() {
        return chunks;
    }

    Spool spool() {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("can't make " + folder, e);
        }
        return new Spool(folder.resolve(files.incrementAndGet() + ".spool"), rereads);
    }
}
