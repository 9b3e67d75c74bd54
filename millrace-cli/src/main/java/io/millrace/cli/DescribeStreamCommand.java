package io.millrace.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace streams describe}. */
@Command(name = "describe", description = "Show a stream and its shards.")
final class DescribeStreamCommand implements Callable<Integer>, ClientCommand {
    @Parameters(paramLabel = "NAME", description = "The stream's name.")
    private String name = "";

    @Option(names = "--output", paramLabel = "table|json", description = "Default: table.")
    private Output.Format format = Output.Format.table;

    @Mixin
    private final EndpointOptions options;

    private final Shell shell;
    private final Connection.Opener opener;

    DescribeStreamCommand(Shell shell, Connection.Opener opener) {
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
            var streams = new KinesisStreams(kinesis, options.endpoint(), shell);
            var stream = streams.describe(name);
            StreamView.showOne(new Output(shell.out()), format, stream, streams.shards(name));
        }
        return ExitCode.OK;
    }
}
