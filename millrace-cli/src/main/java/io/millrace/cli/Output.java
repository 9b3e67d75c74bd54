package io.millrace.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Results on standard output: a table for people, JSON for programs, or a plain line. */
final class Output {
    /** How to show a result. */
    enum Format {
        table,
        json
    }

    /** Writes one JSON value. */
    @FunctionalInterface
    interface JsonValue {
        void writeTo(JsonGenerator json) throws IOException;
    }

    private static final JsonFactory JSON = new JsonFactory();

    private final OutputStream out;

    Output(OutputStream out) {
        this.out = out;
    }

    void line(String text) throws IOException {
        out.write((text + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    /** Columns as wide as their widest cell, two spaces apart; the first row is the heading. */
    void table(List<List<String>> rows) throws IOException {
        int columns = rows.getFirst().size();
        var widths = new int[columns];
        for (var row : rows) {
            assert row.size() == columns : row;
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        var text = new StringBuilder();
        for (var row : rows) {
            var padded = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                padded.append(row.get(i)).repeat(' ', widths[i] - row.get(i).length() + 2);
            }
            text.append(padded.toString().stripTrailing()).append('\n');
        }
        out.write(text.toString().getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    void json(JsonValue value) throws IOException {
        try (var json = JSON.createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)) {
            json.useDefaultPrettyPrinter();
            value.writeTo(json);
        }
        line("");
    }
}
