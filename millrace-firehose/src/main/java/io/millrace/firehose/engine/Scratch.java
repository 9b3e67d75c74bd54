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
    private final BufferMemory memory;
    private final Path folder;
    private final AtomicLong files = new AtomicLong();
    private final RereadShares rereads = new RereadShares();

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

    RereadShares rereads() {
        return rereads;
    }

    Spool spool() {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("can't make " + folder, e);
        }
        return new Spool(folder.resolve(files.incrementAndGet() + ".spool"));
    }
}
