package io.millrace.cli;

import java.io.IOException;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace streams create}. */
@Command(name = "create", description = "Create a stream: on demand, unless a number of shards is given.")
final class CreateStreamCommand implements Callable<Integer>, ClientCommand {
    static final class Capacity {
        @Option(names = "--shards", paramLabel = "N", description = "A provisioned stream with N shards.")
        private @Nullable Integer shards;

        @Option(names = "--on-demand", description = "A stream that grows with its traffic (the default).")
        @SuppressWarnings("UnusedVariable") // says what is so without it; picocli refuses it beside --shards
        private boolean onDemand;
    }

    @Parameters(paramLabel = "NAME", description = "The stream's name.")
    private String name = "";

    @ArgGroup(multiplicity = "0..1")
    private @Nullable Capacity capacity;

    @Option(names = "--wait", description = "Return when the stream can be used.")
    private boolean wait;

    @Option(names = "--output", paramLabel = "table|json", description = "Default: table.")
    private Output.Format format = Output.Format.table;

    @Mixin
    private final EndpointOptions options;

    private final Shell shell;
    private final Connection.Opener opener;

    CreateStreamCommand(Shell shell, Connection.Opener opener) {
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
            streams.create(name, shardCount());
            if (wait) {
                var stream = streams.awaitActive(name);
                show(
                        stream.streamStatusAsString(),
                        "Stream " + name + " is ACTIVE with " + Quantity.count(stream.openShardCount(), "shard") + ".");
            } else {
                show("CREATING", "Stream " + name + " is being created.");
            }
        }
        return ExitCode.OK;
    }

    private OptionalInt shardCount() {
        return capacity == null || capacity.shards == null ? OptionalInt.empty() : OptionalInt.of(capacity.shards);
    }

    private void show(String status, String sentence) throws IOException {
        StreamView.showChange(new Output(shell.out()), format, name, status, sentence);
    }
}
