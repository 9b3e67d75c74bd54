package io.millrace.cli;

import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;
import software.amazon.awssdk.services.kinesis.model.StreamMode;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/** {@code millrace streams}: the family of commands that make, show and remove streams. */
@Command(name = "streams", description = "Create, list, describe, change and delete streams.")
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

    @Command(description = "Change the number of shards of a provisioned stream, with ranges as even as can be.")
    int scale(
            @Parameters(paramLabel = "NAME", description = "The stream's name.") String name,
            @Parameters(paramLabel = "N", description = "How many open shards it is to have.") int count,
            @Option(names = "--wait", description = "Return when the shards are there.") boolean wait,
            @Mixin ResultOptions result,
            @Mixin EndpointOptions options)
            throws IOException, InterruptedException {
        return change(name, wait, result, options, streams -> streams.scale(name, count));
    }

    @Command(description = "Split a shard in two.")
    int split(
            @Parameters(paramLabel = "NAME", description = "The stream's name.") String name,
            @Parameters(paramLabel = "SHARD", description = "The shard's id or number.") String shard,
            @Option(
                            names = "--at",
                            paramLabel = "HASH_KEY",
                            description = "Where the second half begins. Default: in the middle.")
                    @Nullable BigInteger at,
            @Option(names = "--wait", description = "Return when the new shards are there.") boolean wait,
            @Mixin ResultOptions result,
            @Mixin EndpointOptions options)
            throws IOException, InterruptedException {
        return change(name, wait, result, options, streams -> {
            var parent = streams.shard(name, shard);
            streams.split(
                    name, parent.shardId(), at == null ? HashKeys.of(parent).firstOfSecondHalf() : at);
        });
    }

    @Command(description = "Merge two shards whose hash keys lie side by side.")
    int merge(
            @Parameters(paramLabel = "NAME", description = "The stream's name.") String name,
            @Parameters(paramLabel = "SHARD", description = "A shard's id or number.") String one,
            @Parameters(paramLabel = "SHARD", description = "The other's.") String other,
            @Option(names = "--wait", description = "Return when the new shard is there.") boolean wait,
            @Mixin ResultOptions result,
            @Mixin EndpointOptions options)
            throws IOException, InterruptedException {
        return change(
                name,
                wait,
                result,
                options,
                streams -> streams.merge(name, streams.shard(name, one), streams.shard(name, other)));
    }

    @Command(description = "Show whether a stream is provisioned or on demand, or change that.")
    int mode(
            @Parameters(paramLabel = "NAME", description = "The stream's name.") String name,
            @Parameters(
                            arity = "0..1",
                            paramLabel = "provisioned|on-demand",
                            converter = ModeText.class,
                            description = "What it is to be.")
                    @Nullable StreamMode mode,
            @Option(names = "--wait", description = "Return when the change is made.") boolean wait,
            @Mixin ResultOptions result,
            @Mixin EndpointOptions options)
            throws IOException, InterruptedException {
        return mode == null
                ? show(
                        name,
                        result,
                        options,
                        stream -> new Facts()
                                .with(
                                        "Mode",
                                        "mode",
                                        stream.streamModeDetails() == null
                                                ? null
                                                : stream.streamModeDetails().streamModeAsString()))
                : change(name, wait, result, options, streams -> streams.setMode(name, mode));
    }

    @Command(description = "Show how long records are kept, or change that.")
    int retention(
            @Parameters(paramLabel = "NAME", description = "The stream's name.") String name,
            @Parameters(
                            arity = "0..1",
                            paramLabel = "DURATION",
                            converter = DurationText.class,
                            description = "How long they are to be kept: 24h to 365d, in whole hours.")
                    @Nullable Duration retention,
            @Mixin ResultOptions result,
            @Mixin EndpointOptions options)
            throws IOException, InterruptedException {
        if (retention == null) {
            return show(
                    name,
                    result,
                    options,
                    stream -> new Facts().with("Retention hours", "retentionHours", stream.retentionPeriodHours()));
        }
        if (!retention.equals(Duration.ofHours(retention.toHours()))) {
            throw new UsageError("Records are kept for whole hours, such as 36h or 7d.");
        }
        return change(
                name, false, result, options, streams -> streams.keepFor(name, Math.toIntExact(retention.toHours())));
    }

    @Command(name = "max-record-size", description = "Show how large a record may be, or change that.")
    int maxRecordSize(
            @Parameters(paramLabel = "NAME", description = "The stream's name.") String name,
            @Parameters(arity = "0..1", paramLabel = "KIB", description = "How many KiB it may have: 1024 to 10240.")
                    @Nullable Integer kib,
            @Option(names = "--wait", description = "Return when the change is made.") boolean wait,
            @Mixin ResultOptions result,
            @Mixin EndpointOptions options)
            throws IOException, InterruptedException {
        return kib == null
                ? show(
                        name,
                        result,
                        options,
                        stream -> new Facts().with("Record limit KiB", "maxRecordKiB", stream.maxRecordSizeInKiB()))
                : change(name, wait, result, options, streams -> streams.setRecordMaxKiB(name, kib));
    }

    @Command(
            name = "warm-throughput",
            description = "Show the throughput that an on-demand stream is kept ready for, or change that.")
    int warmThroughput(
            @Parameters(paramLabel = "NAME", description = "The stream's name.") String name,
            @Parameters(arity = "0..1", paramLabel = "MIBPS", description = "MiB a second.") @Nullable Integer mibps,
            @Option(names = "--wait", description = "Return when the change is made.") boolean wait,
            @Mixin ResultOptions result,
            @Mixin EndpointOptions options)
            throws IOException, InterruptedException {
        return mibps == null
                ? show(name, result, options, stream -> {
                    var warm = stream.warmThroughput();
                    return new Facts()
                            .with("Target MiB/s", "targetMiBps", warm == null ? null : warm.targetMiBps())
                            .with("Current MiB/s", "currentMiBps", warm == null ? null : warm.currentMiBps());
                })
                : change(name, wait, result, options, streams -> streams.setWarmThroughput(name, mibps));
    }

    @Command(description = "Show whether a stream is encrypted, or turn that on or off.")
    int encryption(
            @Parameters(paramLabel = "NAME", description = "The stream's name.") String name,
            @Parameters(arity = "0..1", paramLabel = "on|off", description = "What it is to be.") @Nullable Toggle toggle,
            @Option(
                            names = "--key",
                            paramLabel = "KEY",
                            defaultValue = "alias/aws/kinesis",
                            description =
                                    "The id, ARN or alias of the key to turn it on with. Default: ${DEFAULT-VALUE}.")
                    String key,
            @Option(names = "--wait", description = "Return when the change is made.") boolean wait,
            @Mixin ResultOptions result,
            @Mixin EndpointOptions options)
            throws IOException, InterruptedException {
        return switch (toggle) {
            case null ->
                show(
                        name,
                        result,
                        options,
                        stream -> new Facts()
                                .with("Encryption", "encryption", stream.encryptionTypeAsString())
                                .with("Key", "key", stream.keyId()));
            case on -> change(name, wait, result, options, streams -> streams.encrypt(name, key));
            case off -> change(name, wait, result, options, streams -> streams.stopEncrypting(name));
        };
    }

    @Command(description = "Show which metrics are taken for each shard, or change that.")
    int monitoring(
            @Parameters(paramLabel = "NAME", description = "The stream's name.") String name,
            @Option(names = "--enable", split = ",", paramLabel = "METRIC", description = "Metrics, or ALL.") @Nullable List<String> enabled,
            @Option(names = "--disable", split = ",", paramLabel = "METRIC", description = "Metrics, or ALL.") @Nullable List<String> disabled,
            @Mixin ResultOptions result,
            @Mixin EndpointOptions options)
            throws IOException {
        try (var kinesis = opener.open(options.connection())) {
            var streams = new KinesisStreams(kinesis, options.endpoint(), shell);
            if (disabled != null) {
                streams.disableMonitoring(name, disabled);
            }
            if (enabled != null) {
                streams.enableMonitoring(name, enabled);
            }
            new Facts()
                    .with("Shard metrics", "shardMetrics", StreamView.shardMetrics(streams.describe(name)))
                    .show(new Output(shell.out()), result.format());
        }
        return ExitCode.OK;
    }

    /** What a command asks to be done. */
    private interface Change {
        void ask(KinesisStreams streams);
    }

    private int change(String name, boolean wait, ResultOptions result, EndpointOptions options, Change change)
            throws IOException, InterruptedException {
        try (var kinesis = opener.open(options.connection())) {
            var streams = new KinesisStreams(kinesis, options.endpoint(), shell);
            change.ask(streams);
            var stream = wait ? streams.awaitSettled(name) : streams.describe(name);
            var status = stream.streamStatusAsString();
            var sentence = stream.streamStatus() == StreamStatus.UPDATING
                    ? "Stream " + name + " is being changed."
                    : "Stream " + name + " is " + status + " with " + Quantity.count(stream.openShardCount(), "shard")
                            + ".";
            showChange(result, name, status, sentence);
        }
        return ExitCode.OK;
    }

    private int show(
            String name, ResultOptions result, EndpointOptions options, Function<StreamDescriptionSummary, Facts> facts)
            throws IOException {
        try (var kinesis = opener.open(options.connection())) {
            var stream = new KinesisStreams(kinesis, options.endpoint(), shell).describe(name);
            facts.apply(stream).show(new Output(shell.out()), result.format());
        }
        return ExitCode.OK;
    }

    private void showChange(ResultOptions result, String name, String status, String sentence) throws IOException {
        StreamView.showChange(new Output(shell.out()), result.format(), name, status, sentence);
    }
}
