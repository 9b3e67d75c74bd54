package io.millrace.bench.firehose;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What lies in folders that a server writes to meanwhile. */
final class Folders {
    private Folders() {}

    /** Every file in it and in the folders in it; none if there is no such folder yet. */
    static List<Path> files(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList();
        } catch (NoSuchFileException | NotDirectoryException _) {
            return List.of();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    static void delete(Path folder) throws IOException {
        var all = new ArrayList<Path>();
        try (var walk = Files.walk(folder)) {
            walk.forEach(all::add);
        }
        for (var path : all.reversed()) {
            Files.deleteIfExists(path);
        }
    }
}
