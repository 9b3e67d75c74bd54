package io.millrace.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** {@code millrace import}. */
@Command(
        name = "import",
        description =
                "Put what was exported into a stream, in its order. Goes on where it ended when it is started again.")
final class ImportCommand implements Callable<Integer> {
    private static final Duration REPORT_INTERVAL = Duration.ofSeconds(10);
    private static final Duration TARGET_AWAY_MAX = Duration.ofMinutes(1);

    @Parameters(index = "0", paramLabel = "FILE|DIR", description = "What millrace export has written.")
    private Path exported = Path.of("");

    @Parameters(index = "1", paramLabel = "STREAM", description = "The name of the stream to write.")
    private String stream = "";

    @Option(
            names = "--create",
            description = "Make the stream, with the shards, mode, retention and record size that the exported one had,"
                    + " if it does not exist.")
    private boolean create;

    @Option(
            names = "--progress",
            paramLabel = "FILE",
            description = "Where to remember how far it has come. Default: a file for this export and stream in"
                    + " $XDG_STATE_HOME/millrace/import or ~/.local/state/millrace/import.")
    private @Nullable Path progressFile;

    @Option(
            names = "--relaxed-order",
            description = "Let a call carry several records of one key. Faster where a few keys have most of the"
                    + " records; but when the service refuses part of a call, a record may overtake one of its key.")
    private boolean relaxedOrder;

    @Mixin
    private final EndpointOptions options;

    private final Shell shell;
    private final StatusLine status;

    ImportCommand(Shell shell, Connection.Opener opener) {
        this.shell = shell;
        this.options = new EndpointOptions(shell, opener);
        this.status = new StatusLine(shell.err(), shell.errIsTerminal());
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        var files = ExportList.of(exported).files();
        if (files.isEmpty()) {
            throw new CommandFailure("The export " + exported + " has no files.");
        }
        var header = headerOf(files.getFirst());
        try (var streams = options.open()) {
            var target = prepareTarget(streams, header);
            try (var saved = StateFile.open(progressPath(header))) {
                return put(
                        files,
                        new ImportProgress(header.stream(), header.begun(), target, 0, 0),
                        saved,
                        streams.client());
            }
        }
    }

    private static ExportHeader headerOf(Path path) throws IOException {
        try (var file = new ExportReader(path)) {
            return file.header();
        }
    }

    private int put(List<Path> files, ImportProgress nothingYet, StateFile saved, KinesisClient kinesis)
            throws IOException, InterruptedException {
        var progress = knownBefore(saved, nothingYet, files.size());
        var report = new CopyReport(stream, status, REPORT_INTERVAL, shell);
        var sender = new BatchSender(kinesis, options.endpoint(), stream, report, TARGET_AWAY_MAX, shell);
        var order = relaxedOrder ? CallOrder.RELAXED : CallOrder.STRICT;
        var run = new ImportRun(files, order, sender, report, progress, saved, shell);
        try (var _ = new GracefulStop(shell, run::stop)) {
            try {
                run.run();
            } finally {
                report.summarize();
            }
        }
        if (!run.isComplete()) {
            status.say("Stopped before the end. The same command goes on from here.");
            return ExitCode.FAILED;
        }
        return ExitCode.OK;
    }

    private StreamIdentity prepareTarget(KinesisStreams streams, ExportHeader header) throws InterruptedException {
        if (create && streams.find(stream).isEmpty()) {
            var made = header.shape().make(streams, stream);
            status.say("Created stream " + stream + " with " + Quantity.count(made.openShardCount(), "shard") + ".");
            return StreamIdentity.of(made);
        }
        return StreamIdentity.of(streams.awaitActive(stream));
    }

    private Path progressPath(ExportHeader header) {
        return progressFile == null
                ? StateDirectory.in(shell.environment())
                        .resolve("import")
                        .resolve(header.name() + "-" + header.begun().toEpochMilli() + "--"
                                + StateDirectory.nameOf(stream, options.endpoint()) + ".json")
                : progressFile;
    }

    private ImportProgress knownBefore(StateFile saved, ImportProgress nothingYet, int fileCount) throws IOException {
        var found = saved.read();
        if (found.isEmpty()) {
            return nothingYet;
        }
        var known = readProgress(found.get(), saved.path());
        if (!known.isOfSame(nothingYet)) {
            // A stream of that name that was made anew holds nothing of what was put into the one before.
            return nothingYet;
        }
        if (known.fileIndex() >= fileCount) {
            throw new CommandFailure("All of " + exported + " is in stream " + stream
                    + " already. To put it there again, remove " + saved.path() + ".");
        }
        status.say("Going on after "
                + Quantity.count(known.recordCount(), "record")
                + (fileCount == 1 ? "" : " of file " + (known.fileIndex() + 1) + " of " + fileCount) + ".");
        return known;
    }

    private static ImportProgress readProgress(byte[] file, Path path) {
        try {
            return ImportProgress.read(file);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new CommandFailure(
                    "The progress in " + path + " cannot be used: " + e.getMessage()
                            + ". Name another file with --progress, or remove it to begin anew.",
                    e);
        }
    }
}
