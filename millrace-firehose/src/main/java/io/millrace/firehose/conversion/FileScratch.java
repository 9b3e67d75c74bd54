package io.millrace.firehose.conversion;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/** Files that are written here and then go elsewhere. The folder is made when first needed. Safe for use by several threads. */
record FileScratch(Path folder, AtomicLong numbers) {
    FileScratch(Path folder) {
        this(folder, new AtomicLong());
    }

    /** A file that nobody else has; deleted when it is closed. */
    record ScratchFile(Path path) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            Files.deleteIfExists(path);
        }
    }

    ScratchFile next() throws IOException {
        Files.createDirectories(folder);
        return new ScratchFile(folder.resolve("file-" + numbers.incrementAndGet() + ".spool"));
    }
}
