package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.catalog.SqliteCatalog;
import io.millrace.model.PutRecordsOutcome.Stored;
import io.millrace.streams.Service.Entry;
import io.millrace.streams.limits.ThroughputLimits;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kinesis.model.CreateStreamRequest;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamSummaryRequest;
import software.amazon.awssdk.services.kinesis.model.GetRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardFilter;
import software.amazon.awssdk.services.kinesis.model.ShardFilterType;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.SplitShardRequest;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/** The room as the server runs it: with its threads, on the real clock. */
@Timeout(60)
class StreamsTest {
    private static final long POLL_INTERVAL_NANOS = 1_000_000;
    private static final StreamsConfig CONFIG =
            new StreamsConfig(Duration.ZERO, Duration.ofMillis(5), 10_000, 50, ThroughputLimits.OFF);

    @TempDir
    Path directory;

    private final MemoryLog log = new MemoryLog(InstantSource.system());
    private SqliteCatalog catalog;
    private Streams streams;

    @BeforeEach
    void open() {
        catalog = SqliteCatalog.open(directory.resolve("catalog.db"));
        streams = new Streams(
                CONFIG, log, catalog, InstantSource.system(), new SplittableRandom(1), new SimpleMeterRegistry());
    }

    @AfterEach
    void close() {
        streams.close();
        catalog.close();
    }

    @Test
    void isHealthyWhileItsThreadsRun() {
        assertThat(streams.healthy()).isFalse();
        streams.start();
        assertThat(streams.healthy()).isTrue();
        log.refuse(true);
        assertThat(streams.healthy()).isFalse();
        log.refuse(false);
        streams.close();
        assertThat(streams.healthy()).isFalse();
    }

    @Test
    void completesAfterAStartWhatWasAskedForBefore() {
        create("orders");
        streams.start();
        awaitActive("orders");
    }

    @Test
    void losesAndReordersNothingWhileShardsAreSplitUnderLoad() throws Exception {
        streams.start();
        create("orders");
        awaitActive("orders");
        int writers = 8;
        int recordsPerWriter = 400;
        var go = new CountDownLatch(1);
        var futures = new ArrayList<Future<Integer>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int writer = 0; writer < writers; writer++) {
                futures.add(threads.submit(writing("key-" + writer, recordsPerWriter, go)));
            }
            go.countDown();
            splitTheWidest();
            splitTheWidest();
            for (var future : futures) {
                assertThat(future.get()).isEqualTo(recordsPerWriter);
            }
        }
        var all = new ArrayList<String>();
        for (var shard : list(ShardFilterType.FROM_TRIM_HORIZON)) {
            all.addAll(read(shard.shardId()));
        }
        for (int writer = 0; writer < writers; writer++) {
            var prefix = "key-" + writer + ":";
            var expected = new ArrayList<String>();
            for (int i = 0; i < recordsPerWriter; i++) {
                expected.add(prefix + i);
            }
            assertThat(all.stream().filter(data -> data.startsWith(prefix))).containsExactlyElementsOf(expected);
        }
        assertThat(list(ShardFilterType.AT_LATEST)).hasSize(3);
    }

    @Test
    void refusesSettingsOutOfRangeByTheirNames() {
        assertThatThrownBy(() ->
                        new StreamsConfig(Duration.ofMillis(-1), Duration.ofMillis(5), 1, 1, ThroughputLimits.OFF))
                .hasMessageContaining("streams.transition-delay (PT-0.001S)");
        assertThatThrownBy(() -> new StreamsConfig(Duration.ZERO, Duration.ZERO, 1, 1, ThroughputLimits.OFF))
                .hasMessageContaining("streams.trim-interval");
        assertThatThrownBy(() -> new StreamsConfig(Duration.ZERO, Duration.ofMillis(5), 0, 1, ThroughputLimits.OFF))
                .hasMessageContaining("streams.shard-limit (0)");
        assertThatThrownBy(() -> new StreamsConfig(Duration.ZERO, Duration.ofMillis(5), 1, -1, ThroughputLimits.OFF))
                .hasMessageContaining("streams.on-demand-stream-limit (-1)");
        assertThat(StreamsConfig.defaults().transitionDelay()).isEqualTo(Duration.ofMillis(500));
    }

    private Callable<Integer> writing(String key, int records, CountDownLatch go) {
        return () -> {
            go.await();
            int stored = 0;
            for (int i = 0; i < records; i++) {
                var batch = Service.batch("orders", List.of(new Entry(key, null, key + ":" + i)));
                var outcome = Service.await(streams.putRecords(Service.CALLER, batch, Runnable::run));
                stored += outcome.records().getFirst() instanceof Stored ? 1 : 0;
            }
            return stored;
        };
    }

    private void splitTheWidest() {
        var shard = list(ShardFilterType.AT_LATEST).getFirst();
        var middle = new BigInteger(shard.hashKeyRange().startingHashKey())
                .add(new BigInteger(shard.hashKeyRange().endingHashKey()))
                .shiftRight(1);
        streams.splitShard(
                Service.CALLER,
                SplitShardRequest.builder()
                        .streamName("orders")
                        .shardToSplit(shard.shardId())
                        .newStartingHashKey(middle.toString())
                        .build());
        awaitActive("orders");
    }

    private void create(String name) {
        streams.createStream(
                Service.CALLER,
                CreateStreamRequest.builder().streamName(name).shardCount(1).build());
    }

    /** Asks until it is so, as every client does. */
    private void awaitActive(String name) {
        var request = DescribeStreamSummaryRequest.builder().streamName(name).build();
        while (streams.describeStreamSummary(Service.CALLER, request)
                        .streamDescriptionSummary()
                        .streamStatus()
                != StreamStatus.ACTIVE) {
            LockSupport.parkNanos(POLL_INTERVAL_NANOS);
        }
    }

    private List<Shard> list(ShardFilterType type) {
        return streams.listShards(
                        Service.CALLER,
                        ListShardsRequest.builder()
                                .streamName("orders")
                                .shardFilter(ShardFilter.builder().type(type).build())
                                .build())
                .shards();
    }

    private List<String> read(String shardId) {
        var data = new ArrayList<String>();
        var iterator = streams.getShardIterator(
                        Service.CALLER,
                        GetShardIteratorRequest.builder()
                                .streamName("orders")
                                .shardId(shardId)
                                .shardIteratorType(ShardIteratorType.TRIM_HORIZON)
                                .build())
                .shardIterator();
        var page = streams.getRecords(
                Service.CALLER,
                GetRecordsRequest.builder().shardIterator(iterator).build());
        page.records().forEach(record -> data.add(Service.text(record.data())));
        return data;
    }
}
