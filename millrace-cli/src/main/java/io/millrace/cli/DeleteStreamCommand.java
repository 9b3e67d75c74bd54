package io.millrace.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace streams delete}. */
@Command(name = "delete", description = "Delete a stream and all its records.")
final class DeleteStreamCommand implements Callable<Integer>, ClientCommand {
    @Parameters(paramLabel = "NAME", description = "The stream's name.")
    private String name = "";

    @Option(names = "--wait", description = "Return when the stream is gone and its name is free.")
    private boolean wait;

    @Option(names = "--output", paramLabel = "table|json", description = "Default: table.")
    private Output.Format format = Output.Format.table;

    @Mixin
    private final EndpointOptions options;

    private final Shell shell;
    private final Connection.Opener opener;

    DeleteStreamCommand(Shell shell, Connection.Opener opener) {
        this.shell = shell;
        this.opener = opener;
        this.options = new EndpointOptions(shell.environment());
    }

    @Override
    public EndpointOptions options() {
        return options;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (var kinesis = opener.open(options.connection())) {
            var streams = new KinesisStreams(kinesis, options.endpoint(), shell);
            streams.delete(name);
            if (wait) {
                streams.awaitGone(name);
                show("DELETED", "Stream " + name + " is gone.");
            } else {
                show("DELETING", "Stream " + name + " is being deleted.");
            }
        }
        return ExitCode.OK;
    }

    private void show(String status, String sentence) throws IOException {
        StreamView.showChange(new Output(shell.out()), format, name, status, sentence);
    }
}
