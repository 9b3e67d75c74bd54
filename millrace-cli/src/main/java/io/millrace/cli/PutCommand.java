package io.millrace.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.AccessDeniedException;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/** {@code millrace put}. */
@Command(name = "put", description = "Send each line of a file or of standard input as a record.")
final class PutCommand implements Callable<Integer> {
    private static final int DEFAULT_RECORD_MAX_KIB = 1024;
    private static final Duration WITHOUT_PROGRESS_MAX = Duration.ofMinutes(1);

    static final class Source {
        @Option(names = "--file", paramLabel = "F", description = "Send the lines of this file.")
        private @Nullable Path file;

        @Option(
                names = "--follow",
                paramLabel = "F",
                description = "Send the lines of this file, then those that are added to it, through rotation and"
                        + " truncation, until Ctrl-C.")
        private @Nullable Path follow;
    }

    static final class Keys {
        @Option(names = "--partition-key", paramLabel = "K", description = "One key for all: one shard, in order.")
        private String key = "";

        @Option(
                names = "--partition-key-field",
                paramLabel = "FIELD",
                description = "The value of this member of the JSON object in each line: in order for each value.")
        private @Nullable String field;
    }

    @Parameters(paramLabel = "STREAM", description = "The stream's name.")
    private String stream = "";

    @ArgGroup(multiplicity = "0..1")
    private @Nullable Source source;

    @ArgGroup(multiplicity = "0..1")
    private @Nullable Keys keys;

    @Option(names = "--new-only", description = "With --follow: skip what the file holds already.")
    private boolean newOnly;

    @Option(names = "--create", description = "Create the stream (on demand) if it does not exist.")
    private boolean create;

    @Mixin
    private final EndpointOptions options;

    private final Shell shell;

    PutCommand(Shell shell, Connection.Opener opener) {
        this.shell = shell;
        this.options = new EndpointOptions(shell, opener);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        var partitionKeys = partitionKeys();
        if (newOnly && (source == null || source.follow == null)) {
            throw new UsageError("--new-only goes with --follow.");
        }
        var status = new StatusLine(shell.err(), shell.errIsTerminal());
        try (var streams = options.open()) {
            int recordMaxBytes = recordMaxBytes(streams, status);
            try (var lines = open(recordMaxBytes)) {
                return send(streams.client(), lines, partitionKeys, recordMaxBytes, status);
            }
        }
    }

    private int send(KinesisClient kinesis, LineSource lines, PartitionKeys keys, int recordMaxBytes, StatusLine status)
            throws IOException, InterruptedException {
        var report = new PutReport(stream, status, shell.clock());
        var sender = new BatchSender(kinesis, options.endpoint(), stream, report, WITHOUT_PROGRESS_MAX, shell);
        var run = new PutRun(lines, keys, recordMaxBytes, sender, report, shell);
        try (var _ = new GracefulStop(shell, run::stop)) {
            try {
                run.run();
            } finally {
                report.summarize();
            }
        }
        if (sender.failure().isPresent()) {
            throw sender.told();
        }
        return report.isComplete() ? ExitCode.OK : ExitCode.FAILED;
    }

    private PartitionKeys partitionKeys() {
        if (keys == null) {
            return new PartitionKeys.Random(shell.random().split());
        }
        if (keys.field != null) {
            return new PartitionKeys.Field(keys.field);
        }
        if (keys.key.isEmpty() || keys.key.length() > PartitionKeys.KEY_MAX_CHARS) {
            throw new UsageError("A partition key has 1 to " + PartitionKeys.KEY_MAX_CHARS + " characters.");
        }
        return new PartitionKeys.Fixed(keys.key);
    }

    private LineSource open(int lineMaxBytes) throws IOException {
        if (source != null && source.file != null) {
            return new InputLines(Files.newInputStream(source.file), lineMaxBytes);
        }
        if (source != null && source.follow != null) {
            var beginning = newOnly ? FollowedFile.Beginning.END_OF_FILE : FollowedFile.Beginning.FIRST_LINE;
            return new FollowedFile(source.follow, beginning, lineMaxBytes, shell.sleeper());
        }
        return new InputLines(shell.in(), lineMaxBytes);
    }

    /** Sees to it that the stream is there, and learns how large its records may be. */
    private int recordMaxBytes(KinesisStreams streams, StatusLine status) throws InterruptedException {
        try {
            var found = create ? findOrCreate(streams, status) : streams.describe(stream);
            if (found.streamStatus() == StreamStatus.CREATING) {
                found = streams.awaitActive(stream);
            }
            var limit = found.maxRecordSizeInKiB();
            return (limit == null ? DEFAULT_RECORD_MAX_KIB : limit) * 1024;
        } catch (AccessDeniedException _) {
            // Someone may be allowed to write and not to look.
            return DEFAULT_RECORD_MAX_KIB * 1024;
        }
    }

    private StreamDescriptionSummary findOrCreate(KinesisStreams streams, StatusLine status)
            throws InterruptedException {
        var found = streams.find(stream);
        if (found.isPresent()) {
            return found.get();
        }
        streams.create(stream, OptionalInt.empty());
        var created = streams.awaitActive(stream);
        status.say("Created stream " + stream + ", on demand.");
        return created;
    }
}
