package io.millrace.cli;

import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import software.amazon.awssdk.services.kinesis.model.StreamMode;

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

    @Override
    public void run() {
        throw family.askWhatToDo();
    }

    @Command(description = "Create a stream: on demand, unless a number of shards is given.")
    int create(
            @Mixin StreamCall stream,
            @ArgGroup(multiplicity = "0..1") @Nullable Capacity capacity,
            @Mixin WaitOption wait)
            throws IOException, InterruptedException {
        var name = stream.name();
        try (var streams = stream.open()) {
            streams.create(
                    name,
                    capacity == null || capacity.shards == null
                            ? OptionalInt.empty()
                            : OptionalInt.of(capacity.shards));
            if (wait.isGiven()) {
                stream.showChanged(streams.awaitActive(name));
            } else {
                stream.result().showChange(name, "CREATING", "Stream " + name + " is being created.");
            }
        }
        return ExitCode.OK;
    }

    @Command(description = "List the streams of the region.")
    int list(@Mixin ResultOptions result, @Mixin EndpointOptions endpoint) throws IOException {
        try (var streams = endpoint.open()) {
            StreamView.showAll(result.out(), result.format(), streams.list());
        }
        return ExitCode.OK;
    }

    @Command(description = "Show a stream and its shards.")
    int describe(@Mixin StreamCall stream) throws IOException {
        var result = stream.result();
        try (var streams = stream.open()) {
            StreamView.showOne(
                    result.out(), result.format(), streams.describe(stream.name()), streams.shards(stream.name()));
        }
        return ExitCode.OK;
    }

    @Command(description = "Delete a stream and all its records.")
    int delete(@Mixin StreamCall stream, @Mixin WaitOption wait) throws IOException, InterruptedException {
        var name = stream.name();
        try (var streams = stream.open()) {
            streams.delete(name);
            if (wait.isGiven()) {
                streams.awaitGone(name);
                stream.result().showChange(name, "DELETED", "Stream " + name + " is gone.");
            } else {
                stream.result().showChange(name, "DELETING", "Stream " + name + " is being deleted.");
            }
        }
        return ExitCode.OK;
    }

    @Command(description = "Change the number of shards of a provisioned stream, with ranges as even as can be.")
    int scale(
            @Mixin StreamCall stream,
            @Parameters(index = "1", paramLabel = "N", description = "How many open shards it is to have.") int count,
            @Mixin WaitOption wait)
            throws IOException, InterruptedException {
        return stream.change(wait, (streams, name) -> streams.scale(name, count));
    }

    @Command(description = "Split a shard in two.")
    int split(
            @Mixin StreamCall stream,
            @Parameters(index = "1", paramLabel = "SHARD", description = "The shard's id or number.") String shard,
            @Option(
                            names = "--at",
                            paramLabel = "HASH_KEY",
                            description = "Where the second half begins. Default: in the middle.")
                    @Nullable BigInteger at,
            @Mixin WaitOption wait)
            throws IOException, InterruptedException {
        return stream.change(wait, (streams, name) -> {
            var parent = streams.shard(name, shard);
            streams.split(
                    name, parent.shardId(), at == null ? HashKeys.of(parent).firstOfSecondHalf() : at);
        });
    }

    @Command(description = "Merge two shards whose hash keys lie side by side.")
    int merge(
            @Mixin StreamCall stream,
            @Parameters(index = "1", paramLabel = "SHARD", description = "A shard's id or number.") String one,
            @Parameters(index = "2", paramLabel = "SHARD", description = "The other's.") String other,
            @Mixin WaitOption wait)
            throws IOException, InterruptedException {
        return stream.change(
                wait, (streams, name) -> streams.merge(name, streams.shard(name, one), streams.shard(name, other)));
    }

    @Command(description = "Show whether a stream is provisioned or on demand, or change that.")
    int mode(
            @Mixin StreamCall stream,
            @Parameters(
                            index = "1",
                            arity = "0..1",
                            paramLabel = "provisioned|on-demand",
                            converter = ModeText.class,
                            description = "What it is to be.")
                    @Nullable StreamMode mode,
            @Mixin WaitOption wait)
            throws IOException, InterruptedException {
        return mode == null
                ? stream.show(found -> new Facts().with("Mode", "mode", StreamView.mode(found.streamModeDetails())))
                : stream.change(wait, (streams, name) -> streams.setMode(name, mode));
    }

    @Command(description = "Show how long records are kept, or change that.")
    int retention(
            @Mixin StreamCall stream,
            @Parameters(
                            index = "1",
                            arity = "0..1",
                            paramLabel = "DURATION",
                            converter = DurationText.class,
                            description = "How long they are to be kept: 24h to 365d, in whole hours.")
                    @Nullable Duration retention,
            @Mixin WaitOption wait)
            throws IOException, InterruptedException {
        if (retention == null) {
            return stream.show(
                    found -> new Facts().with("Retention hours", "retentionHours", found.retentionPeriodHours()));
        }
        if (!retention.equals(Duration.ofHours(retention.toHours()))) {
            throw new UsageError("Records are kept for whole hours, such as 36h or 7d.");
        }
        return stream.change(wait, (streams, name) -> streams.keepFor(name, Math.toIntExact(retention.toHours())));
    }

    @Command(name = "max-record-size", description = "Show how large a record may be, or change that.")
    int maxRecordSize(
            @Mixin StreamCall stream,
            @Parameters(
                            index = "1",
                            arity = "0..1",
                            paramLabel = "KIB",
                            description = "How many KiB it may have: 1024 to 10240.")
                    @Nullable Integer kib,
            @Mixin WaitOption wait)
            throws IOException, InterruptedException {
        return kib == null
                ? stream.show(found -> new Facts().with("Record limit KiB", "maxRecordKiB", found.maxRecordSizeInKiB()))
                : stream.change(wait, (streams, name) -> streams.setRecordMaxKiB(name, kib));
    }

    @Command(
            name = "warm-throughput",
            description = "Show the throughput that an on-demand stream is kept ready for, or change that.")
    int warmThroughput(
            @Mixin StreamCall stream,
            @Parameters(index = "1", arity = "0..1", paramLabel = "MIBPS", description = "MiB a second.") @Nullable Integer mibps,
            @Mixin WaitOption wait)
            throws IOException, InterruptedException {
        return mibps == null
                ? stream.show(found -> {
                    var warm = found.warmThroughput();
                    return new Facts()
                            .with("Target MiB/s", "targetMiBps", warm == null ? null : warm.targetMiBps())
                            .with("Current MiB/s", "currentMiBps", warm == null ? null : warm.currentMiBps());
                })
                : stream.change(wait, (streams, name) -> streams.setWarmThroughput(name, mibps));
    }

    @Command(description = "Show whether a stream is encrypted, or turn that on or off.")
    int encryption(
            @Mixin StreamCall stream,
            @Parameters(index = "1", arity = "0..1", paramLabel = "on|off", description = "What it is to be.") @Nullable Toggle toggle,
            @Option(
                            names = "--key",
                            paramLabel = "KEY",
                            defaultValue = "alias/aws/kinesis",
                            description =
                                    "The id, ARN or alias of the key to turn it on with. Default: ${DEFAULT-VALUE}.")
                    String key,
            @Mixin WaitOption wait)
            throws IOException, InterruptedException {
        return switch (toggle) {
            case null ->
                stream.show(found -> new Facts()
                        .with("Encryption", "encryption", found.encryptionTypeAsString())
                        .with("Key", "key", found.keyId()));
            case on -> stream.change(wait, (streams, name) -> streams.encrypt(name, key));
            case off -> stream.change(wait, KinesisStreams::stopEncrypting);
        };
    }

    @Command(description = "Show which metrics are taken for each shard, or change that.")
    int monitoring(
            @Mixin StreamCall stream,
            @Option(names = "--enable", split = ",", paramLabel = "METRIC", description = "Metrics, or ALL.") @Nullable List<String> enabled,
            @Option(names = "--disable", split = ",", paramLabel = "METRIC", description = "Metrics, or ALL.") @Nullable List<String> disabled)
            throws IOException {
        var name = stream.name();
        try (var streams = stream.open()) {
            if (disabled != null) {
                streams.disableMonitoring(name, disabled);
            }
            if (enabled != null) {
                streams.enableMonitoring(name, enabled);
            }
            stream.result()
                    .show(new Facts()
                            .with("Shard metrics", "shardMetrics", StreamView.shardMetrics(streams.describe(name))));
        }
        return ExitCode.OK;
    }
}
