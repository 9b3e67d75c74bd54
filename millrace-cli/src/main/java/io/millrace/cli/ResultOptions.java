package io.millrace.cli;

import picocli.CommandLine.Option;

/** How a command shows its result. */
final class ResultOptions {
    @Option(names = "--output", paramLabel = "table|json", description = "Default: table.")
    private Output.Format format = Output.Format.table;

    Output.Format format() {
        return format;
    }
}
