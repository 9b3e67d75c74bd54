package io.millrace.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code millrace firehose flush}. */
@Command(name = "flush", description = "Deliver what a delivery stream holds now, whatever its buffering says.")
final class FlushDeliveryCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "NAME", description = "The delivery stream's name.")
    private String name = "";

    @Mixin
    private final EndpointOptions options;

    @Mixin
    private final AdminOptions admin;

    private final Shell shell;

    FlushDeliveryCommand(Shell shell, Connection.Opener opener) {
        this.shell = shell;
        this.options = new EndpointOptions(shell, opener);
        this.admin = new AdminOptions(shell.environment());
    }

    @Override
    public Integer call() throws IOException {
        boolean delivered = new DeliveriesEndpoint(options.connection(), admin).flush(name);
        if (!delivered) {
            throw new CommandFailure("Not all of it is delivered yet. `millrace firehose tail " + name + "` says why.");
        }
        new Output(shell.out()).line("All that " + name + " held is delivered.");
        return ExitCode.OK;
    }
}
