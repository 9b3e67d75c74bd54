package io.millrace.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;

/**
 * The commands {@code streams}, {@code put}, {@code tail}, {@code faults} and {@code version}, ready to be mounted under {@code millrace}.
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
        root.addSubcommand("streams", StreamsCommand.with(shell, opener))
                .addSubcommand("put", new PutCommand(shell, opener))
                .addSubcommand("tail", new TailCommand(shell, opener))
                .addSubcommand("faults", FaultsCommand.with(shell))
                .addSubcommand("version", new VersionCommand(shell));
        root.setOut(new PrintWriter(shell.out(), true, StandardCharsets.UTF_8));
        root.setErr(new PrintWriter(shell.err(), true, StandardCharsets.UTF_8));
        root.setParameterExceptionHandler(wrongCommandLine());
        root.setExecutionExceptionHandler(failure(root.getExecutionExceptionHandler()));
    }

    private IParameterExceptionHandler wrongCommandLine() {
        return (e, _) -> {
            var command = e.getCommandLine();
            say(command, String.valueOf(e.getMessage()));
            say(command, "See: " + command.getCommandSpec().qualifiedName() + " --help");
            return ExitCode.USAGE;
        };
    }

    private IExecutionExceptionHandler failure(IExecutionExceptionHandler others) {
        return (e, command, parsed) -> {
            if (!(command.getCommand() instanceof ClientCommand client)) {
                return others.handleExecutionException(e, command, parsed);
            }
            if (readerWentAway(e)) {
                return ExitCode.OK;
            }
            say(command, Complaint.about(e, client.options().endpoint()));
            if (client.options().debug()) {
                var trace = new StringWriter();
                e.printStackTrace(new PrintWriter(trace));
                say(command, trace.toString());
            }
            return ExitCode.FAILED;
        };
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
