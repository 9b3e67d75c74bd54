package io.millrace.cli;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace faults clear}. */
@Command(name = "clear", description = "Take faults back: all of them, or those set for a stream or an operation.")
final class ClearFaultsCommand implements Callable<Integer> {
    @Option(names = "--stream", paramLabel = "NAME", description = "Only those set for this stream.")
    private @Nullable String stream;

    @Option(names = "--operation", paramLabel = "NAME", description = "Only those set for this operation.")
    private @Nullable String operation;

    @Mixin
    private final EndpointOptions options;

    @Mixin
    private final AdminOptions admin;

    private final Shell shell;

    ClearFaultsCommand(Shell shell, Connection.Opener opener) {
        this.shell = shell;
        this.options = new EndpointOptions(shell, opener);
        this.admin = new AdminOptions(shell.environment());
    }

    @Override
    public Integer call() throws IOException {
        var left = new FaultsEndpoint(options.connection(), admin)
                .clear(Optional.ofNullable(stream), Optional.ofNullable(operation));
        new Output(shell.out()).line(left);
        return ExitCode.OK;
    }
}
