package io.millrace.conformance;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/** A bucket as a folder: what was delivered so far. */
record DeliveredFolder(Path folder) {
    /** The objects' content by key, unpacked where their name says that they are packed. */
    Map<String, String> objects() {
        var objects = new TreeMap<String, String>();
        if (!Files.isDirectory(folder)) {
            return objects;
        }
        try (var files = Files.walk(folder)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                objects.put(folder.relativize(file).toString(), content(file));
            }
            return objects;
        } catch (NoSuchFileException _) {
            return objects();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String content(Path file) throws IOException {
        var bytes = Files.readAllBytes(file);
        if (file.toString().endsWith(".gz")) {
            try (var gzip = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
                bytes = gzip.readAllBytes();
            }
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    String all() {
        return String.join("", objects().values());
    }

    /** All lines of all objects whose keys begin so. */
    List<String> lines(String prefix) {
        return objects().entrySet().stream()
                .filter(object -> object.getKey().startsWith(prefix))
                .flatMap(object -> object.getValue().lines())
                .toList();
    }
}
