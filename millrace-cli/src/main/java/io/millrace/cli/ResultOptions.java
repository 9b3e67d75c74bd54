package io.millrace.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import picocli.CommandLine.Option;

/** How a command shows its result. */
final class ResultOptions {
    @Option(names = "--output", paramLabel = "table|json", description = "Default: table.")
    private Output.Format format = Output.Format.table;

    private final Output out;

    ResultOptions(OutputStream out) {
        this.out = new Output(out);
    }

    Output.Format format() {
        return format;
    }

    Output out() {
        return out;
    }

    void show(Facts facts) throws IOException {
        facts.show(out, format);
    }

    void showAll(List<String> heading, List<Facts> all) throws IOException {
        Facts.showAll(out, format, heading, all);
    }

    /** What became of what has this name: a sentence for people, the status for programs. */
    void showChange(String name, String status, String sentence) throws IOException {
        switch (format) {
            case table -> out.line(sentence);
            case json ->
                out.json(json -> {
                    json.writeStartObject();
                    json.writeStringField("name", name);
                    json.writeStringField("status", status);
                    json.writeEndObject();
                });
        }
    }
}
