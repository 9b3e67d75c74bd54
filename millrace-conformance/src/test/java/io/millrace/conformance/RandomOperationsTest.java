package io.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.conformance.ModelStream.Kept;
import io.millrace.conformance.ModelStream.ModelShard;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ChildShard;
import software.amazon.awssdk.services.kinesis.model.ConsumerStatus;
import software.amazon.awssdk.services.kinesis.model.EncryptionType;
import software.amazon.awssdk.services.kinesis.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.services.kinesis.model.LimitExceededException;
import software.amazon.awssdk.services.kinesis.model.MetricsName;
import software.amazon.awssdk.services.kinesis.model.MinimumThroughputBillingCommitmentInputStatus;
import software.amazon.awssdk.services.kinesis.model.MinimumThroughputBillingCommitmentOutputStatus;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.ResourceInUseException;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.ScalingType;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.StartingPosition;
import software.amazon.awssdk.services.kinesis.model.StreamMode;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardEvent;
import software.amazon.awssdk.services.kinesis.model.Tag;
import software.amazon.awssdk.services.kinesis.model.UpdateShardCountResponse;
import software.amazon.awssdk.services.kinesis.model.ValidationException;
import software.amazon.awssdk.services.kinesis.model.WarmThroughputObject;

/**
 * Random control and data operations through the front door, each answer compared with what a naive model says, and the
 * server killed with SIGKILL between any two of them. After each kill all that the streams are and hold is compared.
 *
 * <p>{@code -Dmillrace.random.steps=N} sets how many, {@code -Dseed=N} repeats the choices of a run.
 */
class RandomOperationsTest {
    private static final int STEPS = Integer.getInteger("millrace.random.steps", 220);
    private static final long SEED = Long.getLong("seed", 71_003);
    private static final int STREAMS_MAX = 3;
    private static final int OPEN_SHARDS_MAX = 12;
    private static final int ON_DEMAND_SHARDS = 4;
    private static final int MODE_SWITCHES_PER_DAY = 2;
    private static final int KILL_ONE_IN = 30;
    private static final List<String> NAMES = List.of("orders", "clicks", "Meter.readings_1", "trades-eu");
    private static final List<String> CONSUMERS = List.of("billing", "search", "audit.1");
    private static final List<String> TAG_KEYS = List.of("team", "Stage", "cost:center", "größe", "a b");

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final SortedMap<String, ModelStream> model = new TreeMap<>();
    private MinimumThroughputBillingCommitmentOutputStatus commitment =
            MinimumThroughputBillingCommitmentOutputStatus.DISABLED;
    private int nextRecord;
    private KinesisAsyncClient subscribing;

    @Test
    @Timeout(value = 15, unit = TimeUnit.MINUTES) // it lasts as long as the steps that were asked for
    void everyAnswerIsTheModels(@TempDir Path directory) throws Exception {
        var log = directory.resolve("server.log");
        var data = directory.resolve("data");
        int step = 0;
        while (step < STEPS) {
            try (var server = ServerProcess.start(data, log);
                    var client = server.connect();
                    var async = SdkClient.connectAsync(server.endpoint())) {
                subscribing = async;
                var kinesis = new Kinesis(client);
                compareAll(kinesis);
                do {
                    step(kinesis);
                    step++;
                } while (step < STEPS && random.nextInt(KILL_ONE_IN) != 0);
                server.kill();
            } catch (AssertionError | Exception e) {
                throw new AssertionError("in step " + step + " of a run with seed " + SEED, e);
            }
        }
        try (var server = ServerProcess.start(data, log);
                var client = server.connect()) {
            compareAll(new Kinesis(client));
        }
    }

    private void step(Kinesis kinesis) throws InterruptedException {
        var name = NAMES.get(random.nextInt(NAMES.size()));
        var known = Optional.ofNullable(model.get(name));
        if (known.isEmpty()) {
            createOrMiss(kinesis, name);
            return;
        }
        var stream = known.get();
        kinesis.awaitActive(name);
        switch (random.nextInt(30)) {
            case 0 -> refuseSecond(kinesis, stream);
            case 1 -> delete(kinesis, stream);
            case 2 -> split(kinesis, stream);
            case 3 -> merge(kinesis, stream);
            case 4 -> scale(kinesis, stream);
            case 5 -> retention(kinesis, stream);
            case 6 -> addTags(kinesis, stream);
            case 7 -> removeTags(kinesis, stream);
            case 8 -> registerConsumer(kinesis, stream);
            case 9 -> deregisterConsumer(kinesis, stream);
            case 10 -> policy(kinesis, stream);
            case 11 -> encryption(kinesis, stream);
            case 12 -> monitoring(kinesis, stream);
            case 13 -> maxRecordSize(kinesis, stream);
            case 14 -> compare(kinesis, stream);
            case 15 -> mode(kinesis, stream);
            case 16 -> warmThroughput(kinesis, stream);
            case 17 -> commitment(kinesis);
            case 18, 19 -> subscribe(kinesis, stream);
            default -> put(kinesis, stream);
        }
    }

    private void createOrMiss(Kinesis kinesis, String name) {
        kinesis.awaitGone(name); // its deletion may be under way
        if (model.size() == STREAMS_MAX || random.nextInt(3) == 0) {
            refused(
                    ResourceNotFoundException.class,
                    () -> kinesis.client().describeStreamSummary(request -> request.streamName(name)));
            refused(
                    ResourceNotFoundException.class,
                    () -> kinesis.client()
                            .putRecord(request -> request.streamName(name)
                                    .partitionKey("key")
                                    .data(SdkBytes.fromUtf8String("lost"))));
            return;
        }
        boolean onDemand = random.nextInt(4) == 0;
        int shardCount = onDemand ? ON_DEMAND_SHARDS : random.nextInt(1, 4);
        kinesis.client().createStream(request -> {
            request.streamName(name).tags(Map.of("made", "here"));
            if (!onDemand) {
                request.shardCount(shardCount);
            }
        });
        var stream = new ModelStream(name, shardCount);
        stream.onDemand = onDemand;
        stream.tags.put("made", "here");
        model.put(name, stream);
    }

    private static void refuseSecond(Kinesis kinesis, ModelStream stream) {
        refused(
                ResourceInUseException.class,
                () -> kinesis.client()
                        .createStream(request -> request.streamName(stream.name).shardCount(1)));
    }

    private void delete(Kinesis kinesis, ModelStream stream) {
        if (!stream.consumers.isEmpty()) {
            refused(
                    ResourceInUseException.class,
                    () -> kinesis.client().deleteStream(request -> request.streamName(stream.name)));
        }
        if (random.nextInt(3) == 0) {
            kinesis.client()
                    .deleteStream(request -> request.streamName(stream.name).enforceConsumerDeletion(true));
            model.remove(stream.name);
            if (random.nextBoolean()) {
                kinesis.awaitGone(stream.name);
            }
        }
    }

    private void split(Kinesis kinesis, ModelStream stream) {
        var shard = any(stream.shards.values().stream().toList());
        if (stream.onDemand) {
            refused(ValidationException.class, () -> split(kinesis.client(), stream, shard, shard.middle()));
            return;
        }
        if (stream.closed.contains(shard.index())) {
            refused(InvalidArgumentException.class, () -> split(kinesis.client(), stream, shard, shard.middle()));
            return;
        }
        refused(InvalidArgumentException.class, () -> split(kinesis.client(), stream, shard, shard.end()));
        if (stream.open().size() < OPEN_SHARDS_MAX) {
            var at = random.nextBoolean() ? shard.middle() : shard.start().add(BigInteger.TWO);
            if (!shard.canBeCutAt(at)) {
                refused(InvalidArgumentException.class, () -> split(kinesis.client(), stream, shard, at));
                return;
            }
            split(kinesis.client(), stream, shard, at);
            stream.split(shard, at);
            putWhileItHappens(kinesis, stream);
        }
    }

    private static void split(KinesisClient client, ModelStream stream, ModelShard shard, BigInteger at) {
        client.splitShard(request ->
                request.streamName(stream.name).shardToSplit(shard.id()).newStartingHashKey(at.toString()));
    }

    private void merge(Kinesis kinesis, ModelStream stream) {
        var open = stream.open();
        if (open.size() < 2) {
            return;
        }
        int at = random.nextInt(open.size() - 1);
        var first = open.get(at);
        var second = open.get(at + 1);
        if (stream.onDemand) {
            refused(ValidationException.class, () -> merge(kinesis.client(), stream, first, second));
            return;
        }
        refused(InvalidArgumentException.class, () -> merge(kinesis.client(), stream, second, first));
        merge(kinesis.client(), stream, first, second);
        stream.merge(first, second);
        putWhileItHappens(kinesis, stream);
    }

    private static void merge(KinesisClient client, ModelStream stream, ModelShard first, ModelShard second) {
        client.mergeShards(request ->
                request.streamName(stream.name).shardToMerge(first.id()).adjacentShardToMerge(second.id()));
    }

    private void scale(Kinesis kinesis, ModelStream stream) {
        int target = random.nextInt(1, OPEN_SHARDS_MAX);
        if (stream.onDemand) {
            refused(ValidationException.class, () -> scale(kinesis.client(), stream, target));
            return;
        }
        int before = stream.open().size();
        int ever = stream.shardsEverAfterScaling(target);
        var reply = scale(kinesis.client(), stream, target);
        assertThat(reply.currentShardCount()).isEqualTo(before);
        assertThat(reply.targetShardCount()).isEqualTo(target);
        awaitScaled(kinesis, stream, target, ever);
    }

    private static UpdateShardCountResponse scale(KinesisClient client, ModelStream stream, int target) {
        return client.updateShardCount(request ->
                request.streamName(stream.name).targetShardCount(target).scalingType(ScalingType.UNIFORM_SCALING));
    }

    private static void awaitScaled(Kinesis kinesis, ModelStream stream, int target, int ever) {
        int before = stream.open().size();
        kinesis.awaitActive(stream.name);
        stream.adopt(kinesis.shards(stream.name));
        assertThat(stream.open()).hasSize(target);
        assertThat(stream.shards)
                .as("shards ever made, from %d to %d", before, target)
                .hasSize(ever);
    }

    private void mode(Kinesis kinesis, ModelStream stream) {
        boolean onDemand = random.nextInt(3) == 0 ? stream.onDemand : !stream.onDemand;
        ThrowingCallable change = () -> kinesis.client()
                .updateStreamMode(request -> request.streamARN(arn(stream))
                        .streamModeDetails(details ->
                                details.streamMode(onDemand ? StreamMode.ON_DEMAND : StreamMode.PROVISIONED)));
        if (onDemand == stream.onDemand) {
            done(change);
            return;
        }
        if (stream.modeSwitches == MODE_SWITCHES_PER_DAY) {
            refused(LimitExceededException.class, change);
            return;
        }
        done(change);
        stream.modeSwitches++;
        stream.onDemand = onDemand;
        if (!onDemand) {
            stream.warmMib = Optional.empty();
        }
        if (random.nextBoolean()) {
            put(kinesis, stream); // while it is updating
        }
    }

    private void warmThroughput(Kinesis kinesis, ModelStream stream) {
        int mib = random.nextInt(OPEN_SHARDS_MAX);
        ThrowingCallable warm = () -> {
            var reply = kinesis.client()
                    .updateStreamWarmThroughput(
                            request -> request.streamName(stream.name).warmThroughputMiBps(mib));
            assertThat(reply.warmThroughput().targetMiBps()).isEqualTo(mib);
            assertThat(reply.warmThroughput().currentMiBps())
                    .isEqualTo(stream.open().size());
        };
        if (!stream.onDemand || !committed()) {
            refused(ValidationException.class, warm);
            return;
        }
        int target = Math.max(stream.open().size(), Math.max(ON_DEMAND_SHARDS, mib));
        int ever = stream.shardsEverAfterScaling(target);
        done(warm);
        stream.warmMib = Optional.of(mib);
        awaitScaled(kinesis, stream, target, ever);
    }

    /** A commitment that was given up lasts to the end of its first day, which is longer than any run. */
    private void commitment(Kinesis kinesis) {
        boolean enabled = random.nextInt(3) != 0;
        if (enabled) {
            commitment = MinimumThroughputBillingCommitmentOutputStatus.ENABLED;
        } else if (committed()) {
            commitment = MinimumThroughputBillingCommitmentOutputStatus.ENABLED_UNTIL_EARLIEST_ALLOWED_END;
        }
        var reply = kinesis.client()
                .updateAccountSettings(request -> request.minimumThroughputBillingCommitment(asked -> asked.status(
                        enabled
                                ? MinimumThroughputBillingCommitmentInputStatus.ENABLED
                                : MinimumThroughputBillingCommitmentInputStatus.DISABLED)));
        assertThat(reply.minimumThroughputBillingCommitment().status()).isEqualTo(commitment);
    }

    private boolean committed() {
        return commitment != MinimumThroughputBillingCommitmentOutputStatus.DISABLED;
    }

    /** A consumer reads a shard from anywhere: to what was put last or, if the shard is closed, to its end. */
    private void subscribe(Kinesis kinesis, ModelStream stream) throws InterruptedException {
        if (stream.consumers.isEmpty()) {
            return;
        }
        awaitConsumers(kinesis, stream);
        var consumer = any(stream.consumers.values().stream().toList());
        var shard = any(stream.shards.values().stream().toList());
        boolean closed = stream.closed.contains(shard.index());
        int from = random.nextInt(shard.records().size() + 1);
        var expected = List.copyOf(shard.records().subList(from, shard.records().size()));
        if (expected.isEmpty() && !closed) {
            return; // nothing would come
        }
        var subscription = subscribePatiently(consumer, shard.id(), at -> {
            if (from == 0) {
                at.type(ShardIteratorType.TRIM_HORIZON);
            } else {
                at.type(ShardIteratorType.AFTER_SEQUENCE_NUMBER)
                        .sequenceNumber(shard.records().get(from - 1).sequenceNumber());
            }
        });
        var read = new ArrayList<Kept>();
        SubscribeToShardEvent event;
        do {
            event = subscription.next().orElseThrow();
            event.records().forEach(record -> read.add(kept(record)));
        } while (closed ? event.continuationSequenceNumber() != null : read.size() < expected.size());
        assertThat(read).isEqualTo(expected);
        if (closed) {
            assertThat(event.childShards())
                    .extracting(ChildShard::shardId)
                    .containsExactlyElementsOf(stream.shards.values().stream()
                            .filter(child -> child.parents().contains(shard.index()))
                            .map(ModelShard::id)
                            .toList());
            assertThat(subscription.next()).isEmpty();
        }
        subscription.close();
    }

    /** The consumer's last subscription has hung up, but the server may not have heard of it yet. */
    private SdkSubscription subscribePatiently(
            String consumer, String shard, Consumer<StartingPosition.Builder> place) {
        var accepted = new AtomicReference<SdkSubscription>();
        Await.until("a place for " + consumer, () -> {
            try {
                accepted.set(SdkSubscription.begin(subscribing, consumer, shard, place));
                return true;
            } catch (ResourceInUseException _) {
                return false;
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        return accepted.get();
    }

    private void retention(Kinesis kinesis, ModelStream stream) {
        int hours = random.nextInt(20, 60);
        ThrowingCallable increase = () -> kinesis.client()
                .increaseStreamRetentionPeriod(
                        request -> request.streamName(stream.name).retentionPeriodHours(hours));
        ThrowingCallable decrease = () -> kinesis.client()
                .decreaseStreamRetentionPeriod(
                        request -> request.streamName(stream.name).retentionPeriodHours(hours));
        if (hours < 24) {
            refused(InvalidArgumentException.class, increase);
            refused(InvalidArgumentException.class, decrease);
            return;
        }
        if (hours < stream.retentionHours) {
            refused(InvalidArgumentException.class, increase);
            done(decrease);
        } else {
            if (hours > stream.retentionHours) {
                refused(InvalidArgumentException.class, decrease);
            }
            done(increase);
        }
        stream.retentionHours = hours;
    }

    private void addTags(Kinesis kinesis, ModelStream stream) {
        var key = any(TAG_KEYS);
        var value = "value " + random.nextInt(5);
        if (random.nextBoolean()) {
            kinesis.client()
                    .addTagsToStream(request -> request.streamName(stream.name).tags(Map.of(key, value)));
        } else {
            kinesis.client()
                    .tagResource(request -> request.resourceARN(arn(stream)).tags(Map.of(key, value)));
        }
        stream.tags.put(key, value);
        refused(
                InvalidArgumentException.class,
                () -> kinesis.client()
                        .addTagsToStream(
                                request -> request.streamName(stream.name).tags(Map.of("semi;colon", "x"))));
    }

    private void removeTags(Kinesis kinesis, ModelStream stream) {
        var key = any(TAG_KEYS);
        if (random.nextBoolean()) {
            kinesis.client()
                    .removeTagsFromStream(
                            request -> request.streamName(stream.name).tagKeys(key, "never there"));
        } else {
            kinesis.client()
                    .untagResource(request -> request.resourceARN(arn(stream)).tagKeys(key));
        }
        stream.tags.remove(key);
    }

    private void registerConsumer(Kinesis kinesis, ModelStream stream) {
        var consumer = any(CONSUMERS);
        ThrowingCallable register = () -> {
            var reply = kinesis.client()
                    .registerStreamConsumer(
                            request -> request.streamARN(arn(stream)).consumerName(consumer))
                    .consumer();
            assertThat(reply.consumerStatus()).isEqualTo(ConsumerStatus.CREATING);
            stream.consumers.put(consumer, reply.consumerARN());
        };
        if (stream.consumers.containsKey(consumer)) {
            refused(ResourceInUseException.class, register);
        } else {
            done(register);
        }
    }

    private void deregisterConsumer(Kinesis kinesis, ModelStream stream) {
        var consumer = any(CONSUMERS);
        ThrowingCallable deregister = () -> kinesis.client()
                .deregisterStreamConsumer(
                        request -> request.streamARN(arn(stream)).consumerName(consumer));
        if (stream.consumers.remove(consumer) == null) {
            refused(ResourceNotFoundException.class, deregister);
        } else {
            done(deregister);
            awaitConsumers(kinesis, stream);
        }
    }

    /** Until none is on its way in or out. */
    private static void awaitConsumers(Kinesis kinesis, ModelStream stream) {
        Await.until(stream.name + " has the consumers " + stream.consumers.keySet() + ", all active", () -> {
            var consumers = kinesis.client()
                    .listStreamConsumers(request -> request.streamARN(arn(stream)))
                    .consumers();
            return consumers.size() == stream.consumers.size()
                    && consumers.stream().allMatch(consumer -> consumer.consumerStatus() == ConsumerStatus.ACTIVE);
        });
    }

    private void policy(Kinesis kinesis, ModelStream stream) {
        if (stream.policy.isPresent() && random.nextBoolean()) {
            kinesis.client().deleteResourcePolicy(request -> request.resourceARN(arn(stream)));
            stream.policy = Optional.empty();
        } else if (stream.policy.isEmpty() && random.nextInt(3) == 0) {
            refused(
                    ResourceNotFoundException.class,
                    () -> kinesis.client().deleteResourcePolicy(request -> request.resourceARN(arn(stream))));
        } else {
            var policy = """
                    {"Version": "2012-10-17", "Statement": [{"Sid": "s%d", "Effect": "Allow",
                     "Principal": {"AWS": "111122223333"}, "Action": ["kinesis:GetRecords"], "Resource": "%s"}]}""".formatted(random.nextInt(100), arn(stream));
            kinesis.client()
                    .putResourcePolicy(
                            request -> request.resourceARN(arn(stream)).policy(policy));
            stream.policy = Optional.of(policy);
        }
    }

    private void encryption(Kinesis kinesis, ModelStream stream) {
        if (stream.encryptionKey.isPresent()) {
            kinesis.client()
                    .stopStreamEncryption(request -> request.streamName(stream.name)
                            .encryptionType(EncryptionType.KMS)
                            .keyId(stream.encryptionKey.get()));
            stream.encryptionKey = Optional.empty();
        } else {
            var key = "alias/key-" + random.nextInt(3);
            kinesis.client()
                    .startStreamEncryption(request -> request.streamName(stream.name)
                            .encryptionType(EncryptionType.KMS)
                            .keyId(key));
            stream.encryptionKey = Optional.of(key);
        }
        kinesis.awaitActive(stream.name);
    }

    private void monitoring(Kinesis kinesis, ModelStream stream) {
        var metric = any(List.of(MetricsName.INCOMING_BYTES, MetricsName.OUTGOING_RECORDS, MetricsName.ALL));
        var before = EnumSet.copyOf(stream.metrics.isEmpty() ? EnumSet.noneOf(MetricsName.class) : stream.metrics);
        Set<MetricsName> touched = metric == MetricsName.ALL
                ? EnumSet.complementOf(EnumSet.of(MetricsName.ALL, MetricsName.UNKNOWN_TO_SDK_VERSION))
                : EnumSet.of(metric);
        if (random.nextBoolean()) {
            stream.metrics.addAll(touched);
            var reply = kinesis.client()
                    .enableEnhancedMonitoring(
                            request -> request.streamName(stream.name).shardLevelMetrics(metric));
            assertThat(new HashSet<>(reply.currentShardLevelMetrics())).isEqualTo(before);
            assertThat(new HashSet<>(reply.desiredShardLevelMetrics())).isEqualTo(stream.metrics);
        } else {
            stream.metrics.removeAll(touched);
            var reply = kinesis.client()
                    .disableEnhancedMonitoring(
                            request -> request.streamName(stream.name).shardLevelMetrics(metric));
            assertThat(new HashSet<>(reply.currentShardLevelMetrics())).isEqualTo(before);
            assertThat(new HashSet<>(reply.desiredShardLevelMetrics())).isEqualTo(stream.metrics);
        }
    }

    private void maxRecordSize(Kinesis kinesis, ModelStream stream) {
        int kib = random.nextInt(1_024, 10_241);
        kinesis.client()
                .updateMaxRecordSize(request -> request.streamARN(arn(stream)).maxRecordSizeInKiB(kib));
        stream.maxRecordKib = kib;
        kinesis.awaitActive(stream.name);
        var tooLarge = SdkBytes.fromByteArrayUnsafe(new byte[kib * 1_024]);
        refusedWith(
                "ValidationException",
                () -> kinesis.client()
                        .putRecord(request -> request.streamName(stream.name)
                                .partitionKey("k")
                                .data(tooLarge)));
    }

    /** Records go on being taken while a stream is updating; they are the parents' or the children's. */
    private void putWhileItHappens(Kinesis kinesis, ModelStream stream) {
        if (random.nextBoolean()) {
            put(kinesis, stream);
        }
    }

    private void put(Kinesis kinesis, ModelStream stream) {
        var entries = new ArrayList<PutRecordsRequestEntry>();
        for (int i = random.nextInt(1, 12); i > 0; i--) {
            var entry = PutRecordsRequestEntry.builder()
                    .partitionKey("key-" + random.nextInt(20))
                    .data(SdkBytes.fromUtf8String("record-" + nextRecord++));
            if (random.nextInt(4) == 0) {
                entry.explicitHashKey(new BigInteger(64, new java.util.Random(random.nextLong()))
                        .shiftLeft(64)
                        .toString());
            }
            entries.add(entry.build());
        }
        var reply = kinesis.client()
                .putRecords(request -> request.streamName(stream.name).records(entries));
        assertThat(reply.failedRecordCount()).isZero();
        boolean encrypted = reply.encryptionType() == EncryptionType.KMS;
        assertThat(encrypted).isEqualTo(stream.encryptionKey.isPresent());
        for (int i = 0; i < entries.size(); i++) {
            var entry = entries.get(i);
            var stored = reply.records().get(i);
            var shard = stream.shard(stored.shardId());
            var hashKey = entry.explicitHashKey() == null
                    ? ModelStream.hashKeyOf(entry.partitionKey())
                    : new BigInteger(entry.explicitHashKey());
            assertThat(shard.holds(hashKey)).as("%s holds %s", shard, hashKey).isTrue();
            stream.keep(
                    stored.shardId(),
                    new Kept(
                            stored.sequenceNumber(),
                            entry.partitionKey(),
                            entry.data().asUtf8String(),
                            encrypted));
        }
    }

    private void compareAll(Kinesis kinesis) {
        for (var name : NAMES) {
            var stream = model.get(name);
            if (stream == null) {
                kinesis.awaitGone(name);
            } else {
                compare(kinesis, stream);
            }
        }
        assertThat(kinesis.client().listStreams().streamNames()).containsExactlyElementsOf(model.keySet());
        assertThat(kinesis.client()
                        .describeAccountSettings(request -> {})
                        .minimumThroughputBillingCommitment()
                        .status())
                .isEqualTo(commitment);
    }

    private void compare(Kinesis kinesis, ModelStream stream) {
        kinesis.awaitActive(stream.name);
        awaitConsumers(kinesis, stream);
        compareSummary(kinesis, stream);
        compareShards(kinesis, stream);
        compareTags(kinesis, stream);
        var recordsByShard = new TreeMap<String, List<Kept>>();
        for (var shard : stream.shards.values()) {
            var reading = kinesis.read(stream.name, shard.id());
            recordsByShard.put(
                    shard.id(),
                    reading.records().stream().map(RandomOperationsTest::kept).toList());
            assertThat(reading.next().isEmpty()).isEqualTo(stream.closed.contains(shard.index()));
        }
        assertThat(recordsByShard).isEqualTo(stream.recordsByShard());
        var policy = kinesis.client()
                .getResourcePolicy(request -> request.resourceARN(arn(stream)))
                .policy();
        assertThat(policy).isEqualTo(stream.policy.orElse("{}"));
    }

    private void compareSummary(Kinesis kinesis, ModelStream stream) {
        var summary = kinesis.client()
                .describeStreamSummary(request -> request.streamName(stream.name))
                .streamDescriptionSummary();
        assertThat(summary.openShardCount()).isEqualTo(stream.open().size());
        assertThat(summary.consumerCount()).isEqualTo(stream.consumers.size());
        assertThat(summary.retentionPeriodHours()).isEqualTo(stream.retentionHours);
        assertThat(summary.streamModeDetails().streamMode())
                .isEqualTo(stream.onDemand ? StreamMode.ON_DEMAND : StreamMode.PROVISIONED);
        assertThat(Optional.ofNullable(summary.warmThroughput()).map(WarmThroughputObject::targetMiBps))
                .isEqualTo(stream.onDemand && committed() ? Optional.of(stream.warmMib.orElse(0)) : Optional.empty());
        assertThat(summary.maxRecordSizeInKiB()).isEqualTo(stream.maxRecordKib);
        assertThat(Optional.ofNullable(summary.keyId())).isEqualTo(stream.encryptionKey);
        assertThat(summary.encryptionType() == EncryptionType.KMS).isEqualTo(stream.encryptionKey.isPresent());
        assertThat(new HashSet<>(summary.enhancedMonitoring().getFirst().shardLevelMetrics()))
                .isEqualTo(stream.metrics);
        for (var consumer : stream.consumers.entrySet()) {
            var description = kinesis.client()
                    .describeStreamConsumer(
                            request -> request.streamARN(arn(stream)).consumerName(consumer.getKey()))
                    .consumerDescription();
            assertThat(description.consumerARN()).isEqualTo(consumer.getValue());
        }
    }

    private static void compareShards(Kinesis kinesis, ModelStream stream) {
        var described = kinesis.shards(stream.name);
        assertThat(described).hasSize(stream.shards.size());
        for (var shard : described) {
            var expected = stream.shard(shard.shardId());
            assertThat(shard.hashKeyRange().startingHashKey())
                    .isEqualTo(expected.start().toString());
            assertThat(shard.hashKeyRange().endingHashKey())
                    .isEqualTo(expected.end().toString());
            assertThat(shard.sequenceNumberRange().endingSequenceNumber() != null)
                    .isEqualTo(stream.closed.contains(expected.index()));
            var parents = new ArrayList<String>();
            Optional.ofNullable(shard.parentShardId()).ifPresent(parents::add);
            Optional.ofNullable(shard.adjacentParentShardId()).ifPresent(parents::add);
            assertThat(parents)
                    .isEqualTo(expected.parents().stream().map(Kinesis::shardId).toList());
        }
        Tiling.assertComplete(described.stream()
                .filter(shard -> shard.sequenceNumberRange().endingSequenceNumber() == null)
                .toList());
    }

    private static void compareTags(Kinesis kinesis, ModelStream stream) {
        assertThat(byKey(kinesis.client()
                        .listTagsForStream(request -> request.streamName(stream.name))
                        .tags()))
                .isEqualTo(stream.tags);
        assertThat(byKey(kinesis.client()
                        .listTagsForResource(request -> request.resourceARN(arn(stream)))
                        .tags()))
                .isEqualTo(stream.tags);
    }

    private static Map<String, String> byKey(List<Tag> tags) {
        var byKey = new TreeMap<String, String>();
        tags.forEach(tag -> byKey.put(tag.key(), tag.value()));
        return byKey;
    }

    private static Kept kept(Record record) {
        return new Kept(
                record.sequenceNumber(),
                record.partitionKey(),
                record.data().asUtf8String(),
                record.encryptionType() == EncryptionType.KMS);
    }

    private static String arn(ModelStream stream) {
        return Kinesis.arn(stream.name);
    }

    private <T> T any(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    private static void refused(Class<? extends KinesisException> refusal, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(refusal);
    }

    private static void refusedWith(String code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        KinesisException.class,
                        refusal -> assertThat(refusal.awsErrorDetails().errorCode())
                                .isEqualTo(code));
    }

    private static void done(ThrowingCallable call) {
        try {
            call.call();
        } catch (RuntimeException | Error refusal) {
            throw refusal;
        } catch (Throwable checked) {
            throw new AssertionError(checked);
        }
    }
}
