package io.millrace.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code millrace tail}. */
@Command(name = "tail", description = "Follow the records of a stream: all shards, through splits and merges.")
final class TailCommand implements Callable<Integer> {
    enum From {
        TRIM_HORIZON,
        LATEST,
        TIMESTAMP;

        static final class Converter implements ITypeConverter<From> {
            @Override
            public From convert(String text) {
                return Arrays.stream(From.values())
                        .filter(from -> from.name().equalsIgnoreCase(text.replace('-', '_')))
                        .findFirst()
                        .orElseThrow(() -> new TypeConversionException(
                                "'" + text + "' is not one of trim-horizon, latest and timestamp"));
            }
        }
    }

    enum Format {
        json,
        raw,
        table
    }

    @Parameters(paramLabel = "STREAM", description = "The stream's name.")
    private String stream = "";

    @Option(
            names = "--from",
            paramLabel = "trim-horizon|latest|timestamp",
            converter = From.Converter.class,
            description = "Begin with the oldest record, with what comes from now on (the default), or at --timestamp.")
    private @Nullable From from;

    @Option(
            names = "--timestamp",
            paramLabel = "T",
            description = "2026-01-31T08:30:00Z, 2026-01-31, seconds or milliseconds since 1970, or -10m.")
    private @Nullable String timestamp;

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
    private final Connection.Opener opener;

    TailCommand(Shell shell, Connection.Opener opener) {
        this.shell = shell;
        this.opener = opener;
        this.options = new EndpointOptions(shell.environment());
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (limit != null && limit < 1) {
            throw new UsageError("--limit is at least 1, not " + limit + ".");
        }
        var request = new StreamTail.Request(
                stream,
                start(),
                Optional.ofNullable(shard),
                limit == null ? OptionalLong.empty() : OptionalLong.of(limit),
                Optional.ofNullable(untilIdle));
        try (var kinesis = opener.open(options.connection())) {
            var status = new StatusLine(shell.err(), shell.errIsTerminal());
            new StreamTail(request, kinesis, options.endpoint(), writer(), status, shell).run();
        }
        return ExitCode.OK;
    }

    private StartingPoint start() {
        var asked = from == null ? (timestamp == null ? From.LATEST : From.TIMESTAMP) : from;
        if ((asked == From.TIMESTAMP) != (timestamp != null)) {
            throw new UsageError(
                    timestamp == null
                            ? "--from timestamp needs --timestamp."
                            : "--timestamp does not go with --from "
                                    + asked.name().toLowerCase(Locale.ROOT).replace('_', '-') + ".");
        }
        return switch (asked) {
            case TRIM_HORIZON -> new StartingPoint.TrimHorizon();
            case LATEST -> new StartingPoint.Latest();
            case TIMESTAMP -> atTimestamp(String.valueOf(timestamp));
        };
    }

    private StartingPoint atTimestamp(String text) {
        try {
            return new StartingPoint.AtTimestamp(TimeText.parse(text, shell.clock()));
        } catch (IllegalArgumentException | TypeConversionException e) {
            throw new UsageError(String.valueOf(e.getMessage()));
        }
    }

    private RecordWriter writer() throws IOException {
        return switch (format) {
            case json -> new JsonRecords(shell.out());
            case raw -> new RawRecords(shell.out());
            case table -> new TableRecords(shell.out());
        };
    }
}
