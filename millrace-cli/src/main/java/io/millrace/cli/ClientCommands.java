package io.millrace.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;

/**
 * All commands of a client, ready to be mounted under {@code millrace}.
 *
 * <p>They end with exit code 0 if all went well, 1 if the service refused or failed or some input could not be sent, and
 * 2 if the command line was wrong. An error is one line on standard error.
 */
public final class ClientCommands {
    private final Shell shell;
    private final Connection.Opener opener;

    public ClientCommands(Shell shell) {
        this(shell, Connection::open);
    }

    ClientCommands(Shell shell, Connection.Opener opener) {
        this.shell = shell;
        this.opener = opener;
    }

    /** Adds the commands, and the way they tell errors. Errors of other commands are told as the root did before. */
    public void mountOn(CommandLine root) {
        var mixins = new MixinFactory(shell, opener);
        root.addSubcommand(new CommandLine(new StreamsCommand(), mixins))
                .addSubcommand(new CommandLine(new ConsumersCommand(), mixins))
                .addSubcommand(new CommandLine(new TagsCommand(), mixins))
                .addSubcommand(new CommandLine(new PolicyCommand(shell), mixins))
                .addSubcommand(new CommandLine(new AccountCommand(), mixins))
                .addSubcommand(new CommandLine(new FirehoseCommand(), mixins)
                        .addSubcommand(new FlushDeliveryCommand(shell, opener))
                        .addSubcommand(new TailDeliveryCommand(shell, opener)))
                .addSubcommand("put", new PutCommand(shell, opener))
                .addSubcommand("tail", new TailCommand(shell, opener))
                .addSubcommand(MirrorCommand.with(shell, opener))
                .addSubcommand(new ExportCommand(shell, opener))
                .addSubcommand(new ImportCommand(shell, opener))
                .addSubcommand("faults", FaultsCommand.with(shell, opener))
                .addSubcommand("version", new VersionCommand(shell));
        tellErrorsOf(root);
    }

    private void tellErrorsOf(CommandLine root) {
        root.setOut(new PrintWriter(shell.out(), true, StandardCharsets.UTF_8));
        root.setErr(new PrintWriter(shell.err(), true, StandardCharsets.UTF_8));
        root.setParameterExceptionHandler(wrongCommandLine());
        root.setExecutionExceptionHandler(failure(root.getExecutionExceptionHandler()));
    }

    private IParameterExceptionHandler wrongCommandLine() {
        return (e, _) -> {
            var command = e.getCommandLine();
            return refuse(command, String.valueOf(e.getMessage()));
        };
    }

    private static int refuse(CommandLine command, String sentence) {
        say(command, sentence);
        say(command, "See: " + command.getCommandSpec().qualifiedName() + " --help");
        return ExitCode.USAGE;
    }

    private IExecutionExceptionHandler failure(IExecutionExceptionHandler others) {
        return (e, command, parsed) -> {
            var common = mixin(CommonOptions.class, command.getCommandSpec());
            if (common.isEmpty()) {
                return others.handleExecutionException(e, command, parsed);
            }
            if (e instanceof UsageError wrong) {
                return refuse(command, String.valueOf(wrong.getMessage()));
            }
            if (readerWentAway(e)) {
                return ExitCode.OK;
            }
            say(
                    command,
                    mixin(EndpointOptions.class, command.getCommandSpec())
                            .map(options -> Complaint.about(e, options.endpoint()))
                            .orElseGet(() -> Complaint.about(e)));
            if (common.get().debug()) {
                var trace = new StringWriter();
                e.printStackTrace(new PrintWriter(trace));
                say(command, trace.toString());
            }
            return ExitCode.FAILED;
        };
    }

    /** What a command has of this type, be it in another mixin. */
    private static <T> Optional<T> mixin(Class<T> type, CommandSpec command) {
        return command.mixins().values().stream()
                .flatMap(mixin -> type.isInstance(mixin.userObject())
                        ? Stream.of(type.cast(mixin.userObject()))
                        : mixin(type, mixin).stream())
                .findFirst();
    }

    /** As in {@code millrace tail orders | head}: nobody wants the rest, which is not an error. */
    private static boolean readerWentAway(Exception e) {
        return e instanceof IOException
                && String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("pipe");
    }

    private static void say(CommandLine command, String text) {
        command.getErr().println(text);
        command.getErr().flush();
    }
}
