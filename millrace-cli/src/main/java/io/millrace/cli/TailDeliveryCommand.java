package io.millrace.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace firehose tail}. */
@Command(name = "tail", description = "Follow what a delivery stream delivers, and what keeps it from it.")
final class TailDeliveryCommand implements Callable<Integer> {
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    @Parameters(index = "0", paramLabel = "NAME", description = "The delivery stream's name.")
    private String name = "";

    @Option(names = "--no-follow", description = "Show what happened last and end.")
    private boolean once;

    @Mixin
    private final EndpointOptions options;

    @Mixin
    private final AdminOptions admin;

    private final Shell shell;

    TailDeliveryCommand(Shell shell, Connection.Opener opener) {
        this.shell = shell;
        this.options = new EndpointOptions(shell, opener);
        this.admin = new AdminOptions(shell.environment());
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        var deliveries = new DeliveriesEndpoint(options.connection(), admin);
        var out = new Output(shell.out());
        long seen = 0;
        while (true) {
            for (var event : deliveries.events(name)) {
                if (event.number() > seen) {
                    out.line(event.at() + "  " + event.text());
                    seen = event.number();
                }
            }
            if (once) {
                return ExitCode.OK;
            }
            shell.sleeper().sleep(INTERVAL);
        }
    }
}
