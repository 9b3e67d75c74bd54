package io.millrace.cli;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace faults}: has a server refuse, fail or dawdle, to see how an application takes it. */
@Command(name = "faults", description = "Have a Millrace server refuse, fail or dawdle, for tests.")
final class FaultsCommand implements Runnable {
    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this and end.")
    @SuppressWarnings("UnusedVariable") // set and asked by picocli alone
    private boolean help;

    static CommandLine with(Shell shell) {
        return new CommandLine(new FaultsCommand())
                .addSubcommand(new ListFaultsCommand(shell))
                .addSubcommand(new SetFaultsCommand(shell))
                .addSubcommand(new ClearFaultsCommand(shell));
    }

    @Override
    public void run() {
        throw new ParameterException(
                Objects.requireNonNull(spec).commandLine(), "Say what to do: faults list, set or clear.");
    }
}
