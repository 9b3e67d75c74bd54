package io.millrace.server;

import io.millrace.cli.ClientCommands;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** The {@code millrace} command: {@code serve} runs a server, all else is a client of one. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(run(args));
    }

    private static int run(String[] args) {
        var out = new PrintWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8), true);
        var err = new PrintWriter(new OutputStreamWriter(System.err, StandardCharsets.UTF_8), true);
        var serve = new ServeCommand(System.getenv(), out, err);
        var root = CommandSpec.create().name("millrace").mixinStandardHelpOptions(true);
        root.usageMessage()
                .description("Amazon Kinesis, as open-source software on your own machines.")
                .synopsisSubcommandLabel("COMMAND");
        root.addSubcommand("serve", serve.spec());
        ClientCommands.addTo(root);
        var commandLine = new CommandLine(root);
        commandLine.setOut(out).setErr(err);
        commandLine.setExecutionStrategy(parsed -> {
            var command = parsed.subcommand();
            if (command != null && command.commandSpec().name().equals("serve")) {
                var help = CommandLine.executeHelpRequest(parsed);
                return help != null ? help : serve.run(command);
            }
            return new CommandLine.RunLast().execute(parsed);
        });
        return commandLine.execute(args);
    }
}
