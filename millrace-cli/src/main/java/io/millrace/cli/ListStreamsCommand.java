package io.millrace.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace streams list}. */
@Command(name = "list", description = "List the streams of the region.")
final class ListStreamsCommand implements Callable<Integer>, ClientCommand {
    @Option(names = "--output", paramLabel = "table|json", description = "Default: table.")
    private Output.Format format = Output.Format.table;

    @Mixin
    private final EndpointOptions options;

    private final Shell shell;
    private final Connection.Opener opener;

    ListStreamsCommand(Shell shell, Connection.Opener opener) {
        this.shell = shell;
        this.opener = opener;
        this.options = new EndpointOptions(shell.environment());
    }

    @Override
    public EndpointOptions options() {
        return options;
    }

    @Override
    public Integer call() throws IOException {
        try (var kinesis = opener.open(options.connection())) {
            var streams = new KinesisStreams(kinesis, options.endpoint(), shell).list();
            StreamView.showAll(new Output(shell.out()), format, streams);
        }
        return ExitCode.OK;
    }
}
