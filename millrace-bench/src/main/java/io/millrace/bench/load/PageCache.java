package io.millrace.bench.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The operating system's memory of files. */
final class PageCache {
    private PageCache() {}

    /**
     * Asks for every file below to leave the page cache, with dd's {@code nocache}, which advises and needs no rights.
     * What was not written to the disk yet stays.
     *
     * @throws IOException if this system has no dd that can
     */
    static void forget(Path directory) throws IOException, InterruptedException {
        try (var files = Files.walk(directory)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                var dd = new ProcessBuilder("dd", "if=" + file, "iflag=nocache", "count=0", "status=none")
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
                if (dd.waitFor() != 0 && Files.exists(file)) {
                    throw new IOException("dd could not take " + file + " out of the page cache");
                }
            }
        }
    }
}
