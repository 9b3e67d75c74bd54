package io.millrace.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;

/** {@code millrace mirror}. */
@Command(
        name = "mirror",
        description =
                "Copy a stream into another, at the same service or another one, and go on doing so. Goes on after"
                        + " its checkpoint when it is started again.")
final class MirrorCommand implements Callable<Integer> {
    private static final Duration TARGET_AWAY_MAX = Duration.ofMinutes(5);

    @Parameters(index = "0", paramLabel = "SOURCE", description = "The name of the stream to read.")
    private String source = "";

    @Parameters(index = "1", paramLabel = "TARGET", description = "The name of the stream to write.")
    private String target = "";

    @Option(
            names = "--create",
            description = "Make the target, with the shards, mode, retention and record size of the source, if it does"
                    + " not exist.")
    private boolean create;

    @Mixin
    private final StartOptions start = new StartOptions();

    @Option(
            names = "--checkpoint",
            paramLabel = "FILE",
            description = "Where to remember how far it has come. Default: a file for these two streams in"
                    + " $XDG_STATE_HOME/millrace/mirror or ~/.local/state/millrace/mirror.")
    private @Nullable Path checkpoint;

    @Option(
            names = "--relaxed-order",
            description = "Let a call carry several records of one key. Faster where a few keys have most of the"
                    + " records; but when the target refuses part of a call, a record may overtake one of its key.")
    private boolean relaxedOrder;

    @Option(
            names = "--until-idle",
            paramLabel = "DURATION",
            converter = DurationText.class,
            description = "End when there was nothing to copy for so long, such as 30s. Default: never.")
    private @Nullable Duration untilIdle;

    @Option(
            names = "--report-every",
            paramLabel = "DURATION",
            converter = DurationText.class,
            description =
                    "How often to write a line of progress where there is no terminal to show it on. Default: 10s.")
    private Duration reportEvery = Duration.ofSeconds(10);

    @Mixin
    @SuppressWarnings("UnusedVariable") // asked by whoever tells the errors
    private final CommonOptions common = new CommonOptions();

    private final EndpointOptions sourceOptions;
    private final EndpointOptions targetOptions;
    private final Shell shell;
    private final StatusLine status;

    private MirrorCommand(Shell shell, Connection.Opener opener) {
        this.shell = shell;
        this.sourceOptions = new EndpointOptions(shell, opener);
        this.targetOptions = new EndpointOptions(shell, opener);
        this.status = new StatusLine(shell.err(), shell.errIsTerminal());
    }

    static CommandLine with(Shell shell, Connection.Opener opener) {
        var mirror = new MirrorCommand(shell, opener);
        var command = new CommandLine(mirror);
        mirror.sourceOptions.addTo(command.getCommandSpec(), "source");
        mirror.targetOptions.addTo(command.getCommandSpec(), "target");
        return command;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        var asked = start.start(StartOptions.From.TRIM_HORIZON, shell.clock());
        if (source.equals(target) && sourceOptions.endpoint().equals(targetOptions.endpoint())) {
            throw new UsageError("Stream " + source + " would be copied into itself. Name another stream, or give"
                    + " --source-endpoint or --target-endpoint.");
        }
        try (var from = CopySide.open(source, sourceOptions);
                var to = CopySide.open(target, targetOptions);
                var file = StateFile.open(checkpointPath(from, to))) {
            var original = from.ask(() -> from.streams().awaitActive(source));
            var shards = from.ask(() -> from.streams().shards(source));
            var copy = prepareTarget(to, original, shards);
            var known = knownBefore(file, StreamIdentity.of(original), StreamIdentity.of(copy), asked);
            mirror(from, to, shards, known, file);
        }
        return ExitCode.OK;
    }

    private Path checkpointPath(CopySide from, CopySide to) {
        return checkpoint == null
                ? StateDirectory.in(shell.environment())
                        .resolve("mirror")
                        .resolve(StateDirectory.nameOf(from.stream(), from.endpoint()) + "--"
                                + StateDirectory.nameOf(to.stream(), to.endpoint()) + ".json")
                : checkpoint;
    }

    private StreamDescriptionSummary prepareTarget(CopySide to, StreamDescriptionSummary original, List<Shard> shards)
            throws InterruptedException {
        if (create && to.ask(() -> to.streams().find(target)).isEmpty()) {
            var copy = to.ask(() -> StreamShape.of(original, shards).make(to.streams(), target));
            status.say("Created stream " + to + " with " + Quantity.count(copy.openShardCount(), "shard") + ".");
            return copy;
        }
        return to.ask(() -> to.streams().awaitActive(target));
    }

    /** What an earlier run remembered, or what there is to remember before the first one. */
    private MirrorCheckpoint knownBefore(
            StateFile file, StreamIdentity original, StreamIdentity copy, StartingPoint asked) throws IOException {
        var remembered = remembered(file);
        if (remembered.isEmpty()) {
            return new MirrorCheckpoint(original, copy, asked, shell.clock().instant(), Map.of());
        }
        var known = remembered.get();
        refuseOther("source", known.source(), original, file);
        refuseOther("target", known.target(), copy, file);
        status.say("Going on after the checkpoint in " + file.path() + "."
                + (start.isGiven() ? " It says where to begin, so --from has no effect." : ""));
        return known;
    }

    private static Optional<MirrorCheckpoint> remembered(StateFile file) throws IOException {
        try {
            return file.read().map(MirrorCheckpoint::read);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(
                    "The checkpoint " + file.path() + " cannot be used: " + e.getMessage()
                            + ". Name another file with --checkpoint, or remove it to begin anew.",
                    e);
        }
    }

    private static void refuseOther(String side, StreamIdentity known, StreamIdentity found, StateFile file) {
        if (!known.equals(found)) {
            throw new CommandFailure("The checkpoint " + file.path() + " is about another " + side + ", " + known
                    + ", and this one is " + found
                    + ". Name another file with --checkpoint, or remove it to begin anew.");
        }
    }

    private void mirror(CopySide from, CopySide to, List<Shard> shards, MirrorCheckpoint known, StateFile file)
            throws IOException, InterruptedException {
        var progress = new CopyProgress(known.shards());
        progress.keepOnly(shards.stream().map(Shard::shardId).toList())
                .forEach(shardId -> status.say("Shard " + shardId + " of " + from
                        + " has expired. What it held after the checkpoint is lost."));
        var ending = untilIdle == null ? new StreamCopy.Ending.Never() : new StreamCopy.Ending.WhenIdle(untilIdle);
        var copy = new StreamCopy(
                source, known.start(), ending, from.streams().client(), from.endpoint(), progress, status, shell);
        copy.plan(shards);
        var saved = new SavedProgress(file, known, progress);
        saved.save();
        var report = new CopyReport(to.toString(), status, reportEvery, shell);
        var sender = new BatchSender(to.streams().client(), to.endpoint(), target, report, TARGET_AWAY_MAX, shell);
        var order = relaxedOrder ? CallOrder.RELAXED : CallOrder.STRICT;
        status.say("Mirroring " + from + " to " + to + ".");
        try (var _ = new GracefulStop(shell, copy::stop)) {
            try {
                copy.run(
                        shard -> new MirroredShard(
                                shard,
                                order,
                                sender,
                                progress,
                                copy::isStopped,
                                shell.random().split()),
                        () -> {
                            saved.saveIfDue(shell.clock().instant());
                            report.refresh(copy.millisBehind());
                        });
            } finally {
                saved.save();
                report.summarize();
            }
        }
    }

    /** The progress in its file. Owned by the thread that runs the copy. */
    private static final class SavedProgress {
        private static final Duration INTERVAL = Duration.ofSeconds(1);

        private final StateFile file;
        private final MirrorCheckpoint known;
        private final CopyProgress progress;
        private long savedChanges = -1;
        private Instant dueAt = Instant.MIN;

        SavedProgress(StateFile file, MirrorCheckpoint known, CopyProgress progress) {
            this.file = file;
            this.known = known;
            this.progress = progress;
        }

        void saveIfDue(Instant now) throws IOException {
            if (!now.isBefore(dueAt)) {
                save();
                dueAt = now.plus(INTERVAL);
            }
        }

        void save() throws IOException {
            // Asked before the marks are: what changes in between is saved twice rather than never.
            long changes = progress.changes();
            if (changes != savedChanges) {
                file.write(new MirrorCheckpoint(
                                known.source(),
                                known.target(),
                                known.start(),
                                known.begun(),
                                progress.marksSince(known.begun()))
                        .write());
                savedChanges = changes;
            }
        }
    }
}
