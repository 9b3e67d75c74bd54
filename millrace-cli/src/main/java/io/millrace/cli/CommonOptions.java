package io.millrace.cli;

import picocli.CommandLine.Option;

/** The options of every command that calls a service, however many services that are. */
final class CommonOptions {
    @Option(names = "--debug", description = "Show the stack trace of an error.")
    private boolean debug;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this and end.")
    @SuppressWarnings("UnusedVariable") // set and asked by picocli alone
    private boolean help;

    boolean debug() {
        return debug;
    }
}
