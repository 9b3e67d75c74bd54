package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.ShardKey;
import io.millrace.model.PutRecordsOutcome.Stored;
import io.millrace.model.ResourceNotFoundException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kinesis.model.Consumer;
import software.amazon.awssdk.services.kinesis.model.ConsumerStatus;
import software.amazon.awssdk.services.kinesis.model.CreateStreamRequest;
import software.amazon.awssdk.services.kinesis.model.DeleteStreamRequest;
import software.amazon.awssdk.services.kinesis.model.DeregisterStreamConsumerRequest;
import software.amazon.awssdk.services.kinesis.model.IncreaseStreamRetentionPeriodRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ListStreamConsumersRequest;
import software.amazon.awssdk.services.kinesis.model.MergeShardsRequest;
import software.amazon.awssdk.services.kinesis.model.RegisterStreamConsumerRequest;
import software.amazon.awssdk.services.kinesis.model.ScalingType;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardFilter;
import software.amazon.awssdk.services.kinesis.model.ShardFilterType;
import software.amazon.awssdk.services.kinesis.model.SplitShardRequest;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;
import software.amazon.awssdk.services.kinesis.model.UpdateShardCountRequest;

/** The power fails before and after every step to a disk; whatever was asked for and written down is completed later. */
class CrashTest {
    private static final String HALF = "170141183460469231731687303715884105728";
    private static final String STREAM = "arn:aws:kinesis:us-east-1:000000000000:stream/orders";

    @TempDir
    Path directory;

    @Test
    void createsAStreamWholeOrNotAtAll() throws Exception {
        new CrashStory() {
            @Override
            public void prepare(Service service) {}

            @Override
            public void act(Service service) {
                service.streams.createStream(
                        Service.CALLER,
                        CreateStreamRequest.builder()
                                .streamName("orders")
                                .shardCount(3)
                                .build());
            }

            @Override
            public void check(Service service) {
                if (exists(service)) {
                    assertThat(service.describe("orders").streamStatus()).isEqualTo(StreamStatus.ACTIVE);
                    assertThat(service.describe("orders").shards()).hasSize(3);
                    service.put("orders", "key", "data");
                } else {
                    assertThat(service.log.shardCount()).isZero();
                    service.create("orders", 3);
                    service.put("orders", "key", "data");
                }
            }
        }.cutAtEachStep(directory);
    }

    @Test
    void splitsAShardWholeOrNotAtAll() throws Exception {
        new CrashStory() {
            private final List<String> acknowledged = new ArrayList<>();

            @Override
            public void prepare(Service service) {
                acknowledged.clear();
                service.create("orders", 1);
                put(service, acknowledged, "before");
            }

            @Override
            public void act(Service service) {
                service.streams.splitShard(Service.CALLER, split("shardId-0", HALF));
                put(service, acknowledged, "during");
            }

            @Override
            public void check(Service service) {
                assertThat(service.describe("orders").streamStatus()).isEqualTo(StreamStatus.ACTIVE);
                put(service, acknowledged, "after");
                assertCoversTheSpace(service);
                assertThat(everything(service)).containsExactlyInAnyOrderElementsOf(acknowledged);
                assertThat(service.log.shardCount())
                        .isEqualTo(service.shards("orders").size());
            }
        }.cutAtEachStep(directory);
    }

    @Test
    void mergesShardsWholeOrNotAtAll() throws Exception {
        new CrashStory() {
            private final List<String> acknowledged = new ArrayList<>();

            @Override
            public void prepare(Service service) {
                acknowledged.clear();
                service.create("orders", 2);
                put(service, acknowledged, "before");
            }

            @Override
            public void act(Service service) {
                service.streams.mergeShards(
                        Service.CALLER,
                        MergeShardsRequest.builder()
                                .streamName("orders")
                                .shardToMerge("shardId-0")
                                .adjacentShardToMerge("shardId-1")
                                .build());
                put(service, acknowledged, "during");
            }

            @Override
            public void check(Service service) {
                put(service, acknowledged, "after");
                assertCoversTheSpace(service);
                assertThat(everything(service)).containsExactlyInAnyOrderElementsOf(acknowledged);
                assertThat(service.log.shardCount())
                        .isEqualTo(service.shards("orders").size());
            }
        }.cutAtEachStep(directory);
    }

    @Test
    void scalesOverSeveralGenerationsWholeOrNotAtAll() throws Exception {
        new CrashStory() {
            private final List<String> acknowledged = new ArrayList<>();

            @Override
            public void prepare(Service service) {
                acknowledged.clear();
                service.create("orders", 1);
                put(service, acknowledged, "before");
            }

            @Override
            public void act(Service service) {
                service.streams.updateShardCount(
                        Service.CALLER,
                        UpdateShardCountRequest.builder()
                                .streamName("orders")
                                .targetShardCount(3)
                                .scalingType(ScalingType.UNIFORM_SCALING)
                                .build());
                put(service, acknowledged, "during");
                service.clock.advance(service.streams.reconcile());
                put(service, acknowledged, "between generations");
            }

            @Override
            public void check(Service service) {
                assertThat(service.describe("orders").streamStatus()).isEqualTo(StreamStatus.ACTIVE);
                put(service, acknowledged, "after");
                assertCoversTheSpace(service);
                // 1 -> 2 -> 4 -> 3, or never asked for.
                assertThat(service.shards("orders").size()).isIn(1, 8);
                assertThat(everything(service)).containsExactlyElementsOf(acknowledged);
                assertThat(service.log.shardCount())
                        .isEqualTo(service.shards("orders").size());
            }
        }.cutAtEachStep(directory);
    }

    @Test
    void deletesAStreamWhateverItWasDoing() throws Exception {
        new CrashStory() {
            @Override
            public void prepare(Service service) {
                service.create("orders", 2);
                service.put("orders", "key", "data");
                service.streams.splitShard(Service.CALLER, split("shardId-0", "99"));
            }

            @Override
            public void act(Service service) {
                service.streams.deleteStream(
                        Service.CALLER,
                        DeleteStreamRequest.builder().streamName("orders").build());
            }

            @Override
            public void check(Service service) {
                if (exists(service)) {
                    service.put("orders", "key", "data");
                } else {
                    assertThat(service.log.shardCount()).isZero();
                    service.create("orders", 1);
                    assertThat(everything(service)).isEmpty();
                }
            }
        }.cutAtEachStep(directory);
    }

    @Test
    void deletesAStreamInTheMiddleOfItsGenerations() throws Exception {
        new CrashStory() {
            @Override
            public void prepare(Service service) {
                service.create("orders", 1);
                service.streams.updateShardCount(
                        Service.CALLER,
                        UpdateShardCountRequest.builder()
                                .streamName("orders")
                                .targetShardCount(5)
                                .scalingType(ScalingType.UNIFORM_SCALING)
                                .build());
                service.clock.advance(service.streams.reconcile());
                assertThat(service.describe("orders").streamStatus()).isEqualTo(StreamStatus.UPDATING);
            }

            @Override
            public void act(Service service) {
                service.streams.deleteStream(
                        Service.CALLER,
                        DeleteStreamRequest.builder().streamName("orders").build());
            }

            @Override
            public void check(Service service) {
                if (exists(service)) {
                    assertThat(service.describe("orders").streamStatus()).isEqualTo(StreamStatus.ACTIVE);
                    service.put("orders", "key", "data");
                } else {
                    assertThat(service.log.shardCount()).isZero();
                }
            }
        }.cutAtEachStep(directory);
    }

    @Test
    void registersAConsumerWholeOrNotAtAll() throws Exception {
        new CrashStory() {
            @Override
            public void prepare(Service service) {
                service.create("orders", 1);
            }

            @Override
            public void act(Service service) {
                register(service);
            }

            @Override
            public void check(Service service) {
                var there = consumers(service);
                if (there.isEmpty()) {
                    register(service);
                    service.settle();
                }
                assertThat(consumers(service))
                        .extracting(Consumer::consumerStatus)
                        .containsExactly(ConsumerStatus.ACTIVE);
            }
        }.cutAtEachStep(directory);
    }

    @Test
    void deregistersAConsumerWholeOrNotAtAll() throws Exception {
        new CrashStory() {
            @Override
            public void prepare(Service service) {
                service.create("orders", 1);
                register(service);
                service.settle();
            }

            @Override
            public void act(Service service) {
                service.streams.deregisterStreamConsumer(
                        Service.CALLER,
                        DeregisterStreamConsumerRequest.builder()
                                .streamARN(STREAM)
                                .consumerName("billing")
                                .build());
            }

            @Override
            public void check(Service service) {
                assertThat(consumers(service))
                        .allSatisfy(consumer ->
                                assertThat(consumer.consumerStatus()).isEqualTo(ConsumerStatus.ACTIVE));
                if (consumers(service).isEmpty()) {
                    register(service);
                }
            }
        }.cutAtEachStep(directory);
    }

    @Test
    void deletesAStreamWithItsConsumers() throws Exception {
        new CrashStory() {
            @Override
            public void prepare(Service service) {
                service.create("orders", 1);
                register(service);
                service.settle();
            }

            @Override
            public void act(Service service) {
                service.streams.deleteStream(
                        Service.CALLER,
                        DeleteStreamRequest.builder()
                                .streamName("orders")
                                .enforceConsumerDeletion(true)
                                .build());
            }

            @Override
            public void check(Service service) {
                if (exists(service)) {
                    assertThat(consumers(service))
                            .extracting(Consumer::consumerStatus)
                            .containsExactly(ConsumerStatus.ACTIVE);
                } else {
                    service.create("orders", 1);
                    assertThat(consumers(service)).isEmpty();
                }
            }
        }.cutAtEachStep(directory);
    }

    private static void register(Service service) {
        service.streams.registerStreamConsumer(
                Service.CALLER,
                RegisterStreamConsumerRequest.builder()
                        .streamARN(STREAM)
                        .consumerName("billing")
                        .tags(Map.of("team", "money"))
                        .build());
    }

    private static List<Consumer> consumers(Service service) {
        return service.streams
                .listStreamConsumers(
                        Service.CALLER,
                        ListStreamConsumersRequest.builder().streamARN(STREAM).build())
                .consumers();
    }

    @Test
    void forgetsExpiredShardsWholeOrNotAtAll() throws Exception {
        new CrashStory() {
            @Override
            public void prepare(Service service) {
                service.create("orders", 1);
                service.put("orders", "key", "old");
                service.streams.splitShard(Service.CALLER, split("shardId-0", HALF));
                service.settle();
                service.clock.advance(Duration.ofHours(25));
                service.put("orders", "key", "new");
            }

            @Override
            public void act(Service service) {
                service.streams.trim();
            }

            @Override
            public void check(Service service) {
                service.streams.trim();
                assertCoversTheSpace(service);
                assertThat(everything(service)).containsExactly("new");
                assertThat(service.log.shardCount()).isEqualTo(2);
            }
        }.cutAtEachStep(directory);
    }

    @Test
    void neverLetsTheLogForgetWhatTheCatalogPromises() throws Exception {
        new CrashStory() {
            @Override
            public void prepare(Service service) {
                service.create("orders", 3);
            }

            @Override
            public void act(Service service) {
                service.streams.increaseStreamRetentionPeriod(
                        Service.CALLER,
                        IncreaseStreamRetentionPeriodRequest.builder()
                                .streamName("orders")
                                .retentionPeriodHours(48)
                                .build());
            }

            @Override
            public void check(Service service) {
                var promised = Duration.ofHours(service.describe("orders").retentionPeriodHours());
                for (int i = 0; i < 3; i++) {
                    assertThat(service.log.retention(new ShardKey(i)).orElseThrow())
                            .isGreaterThanOrEqualTo(promised);
                }
            }
        }.cutAtEachStep(directory);
    }

    private static boolean exists(Service service) {
        try {
            service.describe("orders");
            return true;
        } catch (ResourceNotFoundException _) {
            return false;
        }
    }

    private static void put(Service service, List<String> acknowledged, String data) {
        Stored stored = service.put("orders", "key", data);
        assertThat(stored.sequenceNumber()).isNotEmpty();
        acknowledged.add(data);
    }

    private static List<String> everything(Service service) {
        return service.shards("orders").stream()
                .flatMap(shard -> service.contents("orders", shard.shardId()).stream())
                .toList();
    }

    private static void assertCoversTheSpace(Service service) {
        var open = service.streams
                .listShards(
                        Service.CALLER,
                        ListShardsRequest.builder()
                                .streamName("orders")
                                .shardFilter(ShardFilter.builder()
                                        .type(ShardFilterType.AT_LATEST)
                                        .build())
                                .build())
                .shards();
        Covers.assertComplete(open.stream().map(Shard::hashKeyRange).toList());
    }

    private static SplitShardRequest split(String shard, String key) {
        return SplitShardRequest.builder()
                .streamName("orders")
                .shardToSplit(shard)
                .newStartingHashKey(key)
                .build();
    }
}
