package io.millrace.bench.suite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** The report in the making: its text, and its pictures in files beside it. Owned by one thread. */
final class Page {
    private final Path folder;
    private final StringBuilder text = new StringBuilder();

    Page(Path folder) {
        this.folder = folder;
    }

    void line(String pattern, Object... values) {
        text.append(String.format(Locale.ROOT, pattern + "\n", values));
    }

    /** A sentence or more, and the line that ends them. */
    void paragraph(String pattern, Object... values) {
        line(pattern, values);
        line("");
    }

    void title(String title) {
        paragraph("### %s", title);
    }

    /** As it is, percent signs and all. */
    void append(String markdown) {
        text.append(markdown);
    }

    void picture(String file, String title, String svg) throws IOException {
        Files.writeString(folder.resolve(file), svg);
        paragraph("![%s](%s)", title, file);
    }

    void save(String file) throws IOException {
        Files.writeString(folder.resolve(file), text);
    }
}
