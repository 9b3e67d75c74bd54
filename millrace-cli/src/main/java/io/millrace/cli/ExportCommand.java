package io.millrace.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import software.amazon.awssdk.services.kinesis.model.Record;

/** {@code millrace export}. */
@Command(
        name = "export",
        description = "Write what a stream holds into a file, or into a directory with a file for each shard.")
final class ExportCommand implements Callable<Integer> {
    private static final Duration REPORT_INTERVAL = Duration.ofSeconds(10);

    @Parameters(index = "0", paramLabel = "STREAM", description = "The stream's name.")
    private String stream = "";

    @Parameters(
            index = "1",
            paramLabel = "FILE|DIR",
            description = "Where to; a file whose name ends in .gz is compressed. What is a directory, or ends in /,"
                    + " gets a file for each shard.")
    private String destination = "";

    @Option(names = "--gzip", description = "Compress the files of a directory.")
    private boolean gzip;

    @Mixin
    private final StartOptions start = new StartOptions();

    @Mixin
    private final EndpointOptions options;

    private final Shell shell;
    private final StatusLine status;

    ExportCommand(Shell shell, Connection.Opener opener) {
        this.shell = shell;
        this.options = new EndpointOptions(shell, opener);
        this.status = new StatusLine(shell.err(), shell.errIsTerminal());
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        var from = start.start(StartOptions.From.TRIM_HORIZON, shell.clock());
        var path = Path.of(destination);
        boolean isDirectory = destination.endsWith("/") || Files.isDirectory(path);
        if (gzip && !isDirectory) {
            throw new UsageError("--gzip is for directories. Give the file a name that ends in .gz.");
        }
        try (var streams = options.open()) {
            var found = streams.awaitActive(stream);
            var shards = streams.shards(stream);
            var copy = new StreamCopy(
                    stream,
                    from,
                    new StreamCopy.Ending.WhenCaughtUp(),
                    streams.client(),
                    options.endpoint(),
                    new CopyProgress(),
                    status,
                    shell);
            copy.plan(shards);
            var header = ExportHeader.of(found, shards, shell.clock().instant());
            var place = isDirectory
                    ? new ExportFiles.Place.FilePerShard(path, gzip ? ".jsonl.gz" : ".jsonl")
                    : new ExportFiles.Place.OneFile(path);
            try (var files = new ExportFiles(place, header)) {
                return export(copy, files);
            }
        }
    }

    private int export(StreamCopy copy, ExportFiles files) throws IOException, InterruptedException {
        var report = new CopyReport(destination, status, REPORT_INTERVAL, shell);
        try (var _ = new GracefulStop(shell, copy::stop)) {
            copy.run(
                    shard -> {
                        var file = files.fileOf(shard);
                        return records -> {
                            file.write(shard, records);
                            report.accepted(records.size(), dataBytes(records));
                        };
                    },
                    () -> report.refresh(copy.millisBehind()));
            if (copy.isInterrupted()) {
                status.clear();
                throw new CommandFailure("Interrupted. Nothing was written.");
            }
            files.finish();
            report.summarize();
        }
        return ExitCode.OK;
    }

    private static long dataBytes(List<Record> records) {
        return records.stream()
                .mapToLong(record -> record.data().asByteArrayUnsafe().length)
                .sum();
    }
}
