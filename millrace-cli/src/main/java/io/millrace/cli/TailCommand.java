package io.millrace.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace tail}. */
@Command(
        name = "tail",
        description =
                "Follow the records of a stream: all shards, through splits and merges. Begins with what comes from"
                        + " now on unless --from says otherwise.")
final class TailCommand implements Callable<Integer> {
    enum Format {
        json,
        raw,
        table
    }

    @Parameters(paramLabel = "STREAM", description = "The stream's name.")
    private String stream = "";

    @Mixin
    private final StartOptions start = new StartOptions();

    @Option(names = "--format", paramLabel = "json|raw|table", description = "Default: table.")
    private Format format = Format.table;

    @Option(names = "--limit", paramLabel = "N", description = "End after N records.")
    private @Nullable Long limit;

    @Option(names = "--shard", paramLabel = "ID", description = "Read this shard only, by its id or its number.")
    private @Nullable String shard;

    @Option(
            names = "--until-idle",
            paramLabel = "DURATION",
            converter = DurationText.class,
            description = "End when there was nothing to read for so long, such as 5s.")
    private @Nullable Duration untilIdle;

    @Mixin
    private final EndpointOptions options;

    private final Shell shell;

    TailCommand(Shell shell, Connection.Opener opener) {
        this.shell = shell;
        this.options = new EndpointOptions(shell, opener);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (limit != null && limit < 1) {
            throw new UsageError("--limit is at least 1, not " + limit + ".");
        }
        var request = new StreamTail.Request(
                stream,
                start.start(StartOptions.From.LATEST, shell.clock()),
                Optional.ofNullable(shard),
                limit == null ? OptionalLong.empty() : OptionalLong.of(limit),
                Optional.ofNullable(untilIdle));
        try (var streams = options.open()) {
            var status = new StatusLine(shell.err(), shell.errIsTerminal());
            new StreamTail(request, streams.client(), options.endpoint(), writer(), status, shell).run();
        }
        return ExitCode.OK;
    }

    private RecordWriter writer() throws IOException {
        return switch (format) {
            case json -> new JsonRecords(shell.out());
            case raw -> new RawRecords(shell.out());
            case table -> new TableRecords(shell.out());
        };
    }
}
