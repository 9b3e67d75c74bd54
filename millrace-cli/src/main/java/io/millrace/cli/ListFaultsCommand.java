package io.millrace.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millrace faults list}. */
@Command(name = "list", description = "Show which faults are set, as JSON.")
final class ListFaultsCommand implements Callable<Integer> {
    @Mixin
    private final EndpointOptions options;

    @Mixin
    private final AdminOptions admin;

    private final Shell shell;

    ListFaultsCommand(Shell shell, Connection.Opener opener) {
        this.shell = shell;
        this.options = new EndpointOptions(shell, opener);
        this.admin = new AdminOptions(shell.environment());
    }

    @Override
    public Integer call() throws IOException {
        new Output(shell.out()).line(new FaultsEndpoint(options.connection(), admin).list());
        return ExitCode.OK;
    }
}
