package io.millrace.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** The files of an export, in the order in which their records are to be put: a child's after its parents'. */
record ExportList(List<Path> files) {
    /** What a directory's list is called. It is written last, so as long as it is missing other files may be. */
    static final String FILE = "export.json";

    static final String FORMAT = "millrace-export-list";

    /**
     * Finds what was exported into a file or a directory.
     *
     * @throws CommandFailure if the list is missing or is none
     */
    static ExportList of(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            return new ExportList(List.of(path));
        }
        var list = path.resolve(FILE);
        try {
            var fields = JsonFields.parse(Files.readAllBytes(list));
            if (!fields.text("format").equals(FORMAT) || fields.number("version") != ExportHeader.VERSION) {
                throw new IllegalArgumentException("it is no list of version " + ExportHeader.VERSION);
            }
            return new ExportList(fields.objects("files").stream()
                    .map(file -> path.resolve(plainName(file.text("file"))))
                    .toList());
        } catch (NoSuchFileException e) {
            throw new CommandFailure(
                    "The directory " + path + " has no " + FILE + ": it is no export, or one that was not finished.",
                    e);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure("The list " + list + " cannot be used: " + e.getMessage() + ".", e);
        }
    }

    private static String plainName(String name) {
        if (name.isEmpty() || name.contains("/") || name.contains("\\") || name.equals("..")) {
            throw new IllegalArgumentException("'" + name + "' is no name of a file beside it");
        }
        return name;
    }
}
