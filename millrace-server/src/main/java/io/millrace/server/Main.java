package io.millrace.server;

import io.millrace.cli.ClientCommands;
import io.millrace.cli.Shell;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionStrategy;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.RunLast;

/** The {@code millrace} command: {@code serve} runs a server, all else is a client of one. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        var shell = Shell.ofProcess();
        var commandLine = serving();
        var clients = new ClientCommands(shell);
        if (startsServer(args)) {
            clients.tellErrorsOf(commandLine);
        } else {
            clients.mountOn(commandLine);
        }
        int exitCode = commandLine.execute(args);
        shell.stops().ended(exitCode);
        System.exit(exitCode);
    }

    /** Told from the first word alone: to build the clients' commands takes longer than to open the rooms. */
    private static boolean startsServer(String[] args) {
        return args.length > 0 && args[0].equals(ServeCommand.NAME);
    }

    private static CommandLine serving() {
        var serve = new ServeCommand(
                System.getenv(),
                new PrintWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8), true),
                new PrintWriter(new OutputStreamWriter(System.err, StandardCharsets.UTF_8), true));
        var root = CommandSpec.create().name("millrace").addOption(ServeCommand.helpOption());
        root.usageMessage()
                .description("Amazon Kinesis, as open-source software on your own machines.")
                .synopsisSubcommandLabel("COMMAND");
        root.addSubcommand(ServeCommand.NAME, serve.spec());
        return new CommandLine(root).setExecutionStrategy(servingWith(serve, new RunLast()));
    }

    private static IExecutionStrategy servingWith(ServeCommand serve, IExecutionStrategy others) {
        return parsed -> {
            var help = CommandLine.executeHelpRequest(parsed);
            if (help != null) {
                return help;
            }
            return parsed.hasSubcommand()
                            && parsed.subcommand().commandSpec().name().equals(ServeCommand.NAME)
                    ? serve.run(parsed.subcommand())
                    : others.execute(parsed);
        };
    }
}
