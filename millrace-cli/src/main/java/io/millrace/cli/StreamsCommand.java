package io.millrace.cli;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace streams}: the family of commands that make, show and remove streams. */
@Command(name = "streams", description = "Create, list, describe and delete streams.")
final class StreamsCommand implements Runnable {
    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this and end.")
    @SuppressWarnings("UnusedVariable") // set and asked by picocli alone
    private boolean help;

    static CommandLine with(Shell shell, Connection.Opener opener) {
        return new CommandLine(new StreamsCommand())
                .addSubcommand(new CreateStreamCommand(shell, opener))
                .addSubcommand(new ListStreamsCommand(shell, opener))
                .addSubcommand(new DescribeStreamCommand(shell, opener))
                .addSubcommand(new DeleteStreamCommand(shell, opener));
    }

    @Override
    public void run() {
        throw new ParameterException(
                Objects.requireNonNull(spec).commandLine(), "Say what to do: create, list, describe or delete.");
    }
}
