package io.millrace.server;

import io.millrace.cli.ClientCommands;
import io.millrace.cli.Shell;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionStrategy;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.RunLast;

/** The whole command line of {@code millrace}, with help and the words for every mistake. */
final class MillraceCommand {
    private final CommandLine commandLine;

    MillraceCommand(ServeCommand serve, Shell shell) {
        var root = CommandSpec.create().name("millrace").addOption(ServeCommand.helpOption());
        root.usageMessage()
                .description("Amazon Kinesis, as open-source software on your own machines.")
                .synopsisSubcommandLabel("COMMAND");
        root.addSubcommand(ServeCommand.NAME, serve.spec());
        commandLine = new CommandLine(root).setExecutionStrategy(servingWith(serve, new RunLast()));
        new ClientCommands(shell).mountOn(commandLine);
    }

    private static IExecutionStrategy servingWith(ServeCommand serve, IExecutionStrategy others) {
        return parsed -> {
            var help = CommandLine.executeHelpRequest(parsed);
            if (help != null) {
                return help;
            }
            return parsed.hasSubcommand()
                            && parsed.subcommand().commandSpec().name().equals(ServeCommand.NAME)
                    ? serve.run(ServeCommand.flags(parsed.subcommand()))
                    : others.execute(parsed);
        };
    }

    /** @return what the process is to end with */
    int execute(String... words) {
        return commandLine.execute(words);
    }
}
