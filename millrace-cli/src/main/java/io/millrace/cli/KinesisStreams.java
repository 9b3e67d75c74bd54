package io.millrace.cli;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.EncryptionType;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ListStreamsRequest;
import software.amazon.awssdk.services.kinesis.model.ResourceInUseException;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.ScalingType;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;
import software.amazon.awssdk.services.kinesis.model.StreamMode;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;
import software.amazon.awssdk.services.kinesis.model.StreamSummary;

/** The streams of one endpoint: making, finding and removing them. Has the connection, and closes it. */
final class KinesisStreams implements AutoCloseable {
    static final Duration CHANGE_WAIT_MAX = Duration.ofMinutes(5);
    // A local server changes state in half a second, the real one in ten or more; it allows 20 calls a second in all.
    private static final Backoff CHANGE_POLL = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(2));

    private final KinesisClient kinesis;
    private final Endpoint endpoint;
    private final Shell shell;

    KinesisStreams(KinesisClient kinesis, Endpoint endpoint, Shell shell) {
        this.kinesis = kinesis;
        this.endpoint = endpoint;
        this.shell = shell;
    }

    /** For what this class has no word for. */
    KinesisClient client() {
        return kinesis;
    }

    /**
     * Asks for a stream with so many shards, or an on-demand one if no number is given. Returns before it is usable.
     *
     * @throws CommandFailure if there is one of that name
     */
    void create(String name, OptionalInt shardCount) {
        create(name, shardCount, OptionalInt.empty());
    }

    void create(String name, OptionalInt shardCount, OptionalInt recordMaxKiB) {
        try {
            kinesis.createStream(request -> {
                request.streamName(name);
                if (shardCount.isPresent()) {
                    request.shardCount(shardCount.getAsInt());
                } else {
                    request.streamModeDetails(details -> details.streamMode(StreamMode.ON_DEMAND));
                }
                recordMaxKiB.ifPresent(request::maxRecordSizeInKiB);
            });
        } catch (ResourceInUseException e) {
            throw new CommandFailure("Stream " + name + " already exists at " + endpoint + ".", e);
        }
    }

    /** @throws CommandFailure if there is none of that name */
    void delete(String name) {
        try {
            kinesis.deleteStream(request -> request.streamName(name));
        } catch (ResourceNotFoundException e) {
            throw missing(name, e);
        }
    }

    Optional<StreamDescriptionSummary> find(String name) {
        try {
            return Optional.of(kinesis.describeStreamSummary(request -> request.streamName(name))
                    .streamDescriptionSummary());
        } catch (ResourceNotFoundException _) {
            return Optional.empty();
        }
    }

    /** @throws CommandFailure if there is none of that name */
    StreamDescriptionSummary describe(String name) {
        return find(name).orElseThrow(() -> missing(name, null));
    }

    /**
     * Waits until the stream can be written and read.
     *
     * @throws CommandFailure if that takes longer than {@link #CHANGE_WAIT_MAX}, or the stream is gone
     */
    StreamDescriptionSummary awaitActive(String name) throws InterruptedException {
        return await(name, Set.of(StreamStatus.ACTIVE, StreamStatus.UPDATING));
    }

    /**
     * Waits until the stream can be written and read, and nothing about it is being changed any more.
     *
     * @throws CommandFailure if that takes longer than {@link #CHANGE_WAIT_MAX}, or the stream is gone
     */
    StreamDescriptionSummary awaitSettled(String name) throws InterruptedException {
        return await(name, Set.of(StreamStatus.ACTIVE));
    }

    private StreamDescriptionSummary await(String name, Set<StreamStatus> wanted) throws InterruptedException {
        var deadline = deadline();
        for (int i = 0; ; i++) {
            var stream = describe(name);
            if (wanted.contains(stream.streamStatus())) {
                return stream;
            }
            if (shell.clock().instant().isAfter(deadline)) {
                throw new CommandFailure("Stream " + name + " is still " + stream.streamStatusAsString() + " after "
                        + CHANGE_WAIT_MAX.toMinutes() + " minutes.");
            }
            shell.sleeper().sleep(CHANGE_POLL.beforeRetry(i, shell.random()));
        }
    }

    /** @throws CommandFailure if the stream is still there after {@link #CHANGE_WAIT_MAX} */
    void awaitGone(String name) throws InterruptedException {
        var deadline = deadline();
        for (int i = 0; find(name).isPresent(); i++) {
            if (shell.clock().instant().isAfter(deadline)) {
                throw new CommandFailure("Stream " + name + " is still being deleted after "
                        + CHANGE_WAIT_MAX.toMinutes() + " minutes.");
            }
            shell.sleeper().sleep(CHANGE_POLL.beforeRetry(i, shell.random()));
        }
    }

    /** All streams, by name. */
    List<StreamSummary> list() {
        var streams = new ArrayList<StreamSummary>();
        var request = ListStreamsRequest.builder().build();
        while (true) {
            var page = kinesis.listStreams(request);
            streams.addAll(
                    page.hasStreamSummaries()
                            ? page.streamSummaries()
                            // Older servers tell the names alone.
                            : page.streamNames().stream()
                                    .map(name -> StreamSummary.builder()
                                            .streamName(name)
                                            .build())
                                    .toList());
            if (!Boolean.TRUE.equals(page.hasMoreStreams())
                    || page.streamNames().isEmpty()) {
                return streams;
            }
            var last = page.streamNames().getLast();
            request =
                    ListStreamsRequest.builder().exclusiveStartStreamName(last).build();
        }
    }

    /**
     * Every shard that is still kept, open or closed, by index; none while the stream is being made.
     *
     * @throws CommandFailure if there is no stream of that name
     */
    List<Shard> shards(String name) {
        var shards = new ArrayList<Shard>();
        var request = ListShardsRequest.builder().streamName(name).build();
        try {
            while (true) {
                var page = kinesis.listShards(request);
                shards.addAll(page.shards());
                if (page.nextToken() == null) {
                    return shards;
                }
                request =
                        ListShardsRequest.builder().nextToken(page.nextToken()).build();
            }
        } catch (ResourceInUseException _) {
            return List.of();
        } catch (ResourceNotFoundException e) {
            throw missing(name, e);
        }
    }

    /** The ARN of a stream that is named, or what is an ARN itself. */
    String arnOf(String nameOrArn) {
        return nameOrArn.startsWith("arn:") ? nameOrArn : describe(nameOrArn).streamARN();
    }

    /**
     * A shard by its id or its number.
     *
     * @throws CommandFailure if the stream has none of them
     */
    Shard shard(String name, String wanted) {
        return ShardFamily.named(wanted, shards(name))
                .orElseThrow(() -> new CommandFailure(
                        "Stream " + name + " has no shard " + wanted + ". See: millrace streams describe " + name));
    }

    /** The open shard that takes this hash key. */
    Shard openShardWith(String name, BigInteger hashKey) {
        return shards(name).stream()
                .filter(shard -> ShardFamily.isOpen(shard) && HashKeys.of(shard).contains(hashKey))
                .findFirst()
                .orElseThrow(() -> new CommandFailure(
                        "Stream " + name + " has no open shard for hash key " + hashKey + " at " + endpoint + "."));
    }

    void split(String name, String shardId, BigInteger firstHashKeyOfSecond) {
        kinesis.splitShard(request ->
                request.streamName(name).shardToSplit(shardId).newStartingHashKey(firstHashKeyOfSecond.toString()));
    }

    /** Lengthens or shortens the time that records are kept, to this. */
    void keepFor(String name, int hours) {
        int before = describe(name).retentionPeriodHours();
        if (hours > before) {
            kinesis.increaseStreamRetentionPeriod(
                    request -> request.streamName(name).retentionPeriodHours(hours));
        } else if (hours < before) {
            kinesis.decreaseStreamRetentionPeriod(
                    request -> request.streamName(name).retentionPeriodHours(hours));
        }
    }

    void setMode(String name, StreamMode mode) {
        var arn = describe(name).streamARN();
        kinesis.updateStreamMode(
                request -> request.streamARN(arn).streamModeDetails(details -> details.streamMode(mode)));
    }

    void setRecordMaxKiB(String name, int kib) {
        var arn = describe(name).streamARN();
        kinesis.updateMaxRecordSize(request -> request.streamARN(arn).maxRecordSizeInKiB(kib));
    }

    void setWarmThroughput(String name, int mibps) {
        kinesis.updateStreamWarmThroughput(request -> request.streamName(name).warmThroughputMiBps(mibps));
    }

    void scale(String name, int shardCount) {
        kinesis.updateShardCount(request ->
                request.streamName(name).targetShardCount(shardCount).scalingType(ScalingType.UNIFORM_SCALING));
    }

    /** In whichever order they are given: the service wants the one with the smaller hash keys first. */
    void merge(String name, Shard one, Shard other) {
        boolean isInOrder =
                HashKeys.of(one).first().compareTo(HashKeys.of(other).first()) <= 0;
        kinesis.mergeShards(request -> request.streamName(name)
                .shardToMerge((isInOrder ? one : other).shardId())
                .adjacentShardToMerge((isInOrder ? other : one).shardId()));
    }

    void encrypt(String name, String keyId) {
        kinesis.startStreamEncryption(request ->
                request.streamName(name).encryptionType(EncryptionType.KMS).keyId(keyId));
    }

    void stopEncrypting(String name) {
        var keyId = describe(name).keyId();
        if (keyId != null) {
            kinesis.stopStreamEncryption(request ->
                    request.streamName(name).encryptionType(EncryptionType.KMS).keyId(keyId));
        }
    }

    void enableMonitoring(String name, List<String> metrics) {
        kinesis.enableEnhancedMonitoring(request -> request.streamName(name).shardLevelMetricsWithStrings(metrics));
    }

    void disableMonitoring(String name, List<String> metrics) {
        kinesis.disableEnhancedMonitoring(request -> request.streamName(name).shardLevelMetricsWithStrings(metrics));
    }

    /** @throws CommandFailure if there is no stream of that name */
    StreamConsumers consumersOf(String name) {
        return new StreamConsumers(name, describe(name).streamARN(), kinesis, shell);
    }

    @Override
    public void close() {
        kinesis.close();
    }

    private CommandFailure missing(String name, @Nullable Throwable cause) {
        var sentence = "Stream " + name + " does not exist at " + endpoint
                + ". Create it with: millrace streams create " + name;
        return cause == null ? new CommandFailure(sentence) : new CommandFailure(sentence, cause);
    }

    private Instant deadline() {
        return shell.clock().instant().plus(CHANGE_WAIT_MAX);
    }
}
