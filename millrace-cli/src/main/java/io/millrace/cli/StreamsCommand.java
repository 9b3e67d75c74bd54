package io.millrace.cli;

import java.io.IOException;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace streams}: the family of commands that make, show and remove streams. */
@Command(name = "streams", description = "Create, list, describe and delete streams.")
final class StreamsCommand implements Runnable {
    static final class Capacity {
        @Option(names = "--shards", paramLabel = "N", description = "A provisioned stream with N shards.")
        private @Nullable Integer shards;

        @Option(names = "--on-demand", description = "A stream that grows with its traffic (the default).")
        @SuppressWarnings("UnusedVariable") // says what is so without it; picocli refuses it beside --shards
        private boolean onDemand;
    }

    @Mixin
    private final FamilyOptions family = new FamilyOptions();

    private final Shell shell;
    private final Connection.Opener opener;

    StreamsCommand(Shell shell, Connection.Opener opener) {
        this.shell = shell;
        this.opener = opener;
    }

    @Override
    public void run() {
        throw family.askWhatToDo();
    }

    @Command(description = "Create a stream: on demand, unless a number of shards is given.")
    int create(
            @Parameters(paramLabel = "NAME", description = "The stream's name.") String name,
            @ArgGroup(multiplicity = "0..1") @Nullable Capacity capacity,
            @Option(names = "--wait", description = "Return when the stream can be used.") boolean wait,
            @Mixin ResultOptions result,
            @Mixin EndpointOptions options)
            throws IOException, InterruptedException {
        try (var kinesis = opener.open(options.connection())) {
            var streams = new KinesisStreams(kinesis, options.endpoint(), shell);
            streams.create(
                    name,
                    capacity == null || capacity.shards == null
                            ? OptionalInt.empty()
                            : OptionalInt.of(capacity.shards));
            if (wait) {
                var stream = streams.awaitActive(name);
                var sentence =
                        "Stream " + name + " is ACTIVE with " + Quantity.count(stream.openShardCount(), "shard") + ".";
                showChange(result, name, stream.streamStatusAsString(), sentence);
            } else {
                showChange(result, name, "CREATING", "Stream " + name + " is being created.");
            }
        }
        return ExitCode.OK;
    }

    @Command(description = "List the streams of the region.")
    int list(@Mixin ResultOptions result, @Mixin EndpointOptions options) throws IOException {
        try (var kinesis = opener.open(options.connection())) {
            var streams = new KinesisStreams(kinesis, options.endpoint(), shell).list();
            StreamView.showAll(new Output(shell.out()), result.format(), streams);
        }
        return ExitCode.OK;
    }

    @Command(description = "Show a stream and its shards.")
    int describe(
            @Parameters(paramLabel = "NAME", description = "The stream's name.") String name,
            @Mixin ResultOptions result,
            @Mixin EndpointOptions options)
            throws IOException {
        try (var kinesis = opener.open(options.connection())) {
            var streams = new KinesisStreams(kinesis, options.endpoint(), shell);
            var stream = streams.describe(name);
            StreamView.showOne(new Output(shell.out()), result.format(), stream, streams.shards(name));
        }
        return ExitCode.OK;
    }

    @Command(description = "Delete a stream and all its records.")
    int delete(
            @Parameters(paramLabel = "NAME", description = "The stream's name.") String name,
            @Option(names = "--wait", description = "Return when the stream is gone and its name is free.")
                    boolean wait,
            @Mixin ResultOptions result,
            @Mixin EndpointOptions options)
            throws IOException, InterruptedException {
        try (var kinesis = opener.open(options.connection())) {
            var streams = new KinesisStreams(kinesis, options.endpoint(), shell);
            streams.delete(name);
            if (wait) {
                streams.awaitGone(name);
                showChange(result, name, "DELETED", "Stream " + name + " is gone.");
            } else {
                showChange(result, name, "DELETING", "Stream " + name + " is being deleted.");
            }
        }
        return ExitCode.OK;
    }

    private void showChange(ResultOptions result, String name, String status, String sentence) throws IOException {
        StreamView.showChange(new Output(shell.out()), result.format(), name, status, sentence);
    }
}
