package io.millrace.cli;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What a family of commands answers when none of them is named. */
final class FamilyOptions {
    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec family;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this and end.")
    @SuppressWarnings("UnusedVariable") // set and asked by picocli alone
    private boolean help;

    ParameterException askWhatToDo() {
        var spec = Objects.requireNonNull(family);
        return new ParameterException(
                spec.commandLine(),
                "Say what to do: " + String.join(", ", spec.subcommands().keySet()) + ".");
    }
}
