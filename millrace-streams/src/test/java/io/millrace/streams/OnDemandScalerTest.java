package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.streams.Service.Entry;
import io.millrace.streams.limits.ThroughputLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kinesis.model.CreateStreamRequest;
import software.amazon.awssdk.services.kinesis.model.IncreaseStreamRetentionPeriodRequest;
import software.amazon.awssdk.services.kinesis.model.MinimumThroughputBillingCommitmentInputStatus;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.StreamMode;
import software.amazon.awssdk.services.kinesis.model.UpdateAccountSettingsRequest;
import software.amazon.awssdk.services.kinesis.model.UpdateStreamModeRequest;
import software.amazon.awssdk.services.kinesis.model.UpdateStreamWarmThroughputRequest;

class OnDemandScalerTest {
    private static final Duration SAMPLE_INTERVAL = OnDemandScaling.sampleInterval(Service.CONFIG.onDemandWindow());
    private static final int KEYS = 50;
    private static final int BATCH = 500;

    @TempDir
    Path directory;

    private Service service;
    private final Map<String, Integer> puts = new HashMap<>();

    @BeforeEach
    void open() {
        service = Service.in(directory);
        create(0);
        sample();
    }

    @AfterEach
    void close() {
        service.close();
    }

    @Test
    void leavesAStreamAloneThatHasRoomForItsLoad() {
        for (int i = 0; i < 12; i++) {
            load(2_000, OnDemandScalerTest::evenly);
        }
        assertThat(openShards()).isEqualTo(4);
    }

    @Test
    void growsUnderALastingLoadAndShrinksLongAfterwardsAndKeepsEachKeysOrder() {
        for (int i = 0; i < 6; i++) {
            assertThat(openShards()).isEqualTo(4);
            load(4_000, OnDemandScalerTest::evenly);
        }
        assertThat(openShards()).isEqualTo(8);
        for (int i = 0; i < 8; i++) {
            load(4_000, OnDemandScalerTest::evenly);
        }
        assertThat(openShards()).isEqualTo(8);
        increaseRetention();

        for (int day = 1; day <= 29; day++) {
            idle(Duration.ofDays(1));
            assertThat(openShards()).isEqualTo(8);
        }
        idle(Duration.ofDays(2));

        assertThat(openShards()).isEqualTo(4);
        load(500, OnDemandScalerTest::evenly);
        idle(Duration.ofDays(31));
        assertThat(openShards()).isEqualTo(4);
        assertReadsInOrder();
    }

    @Test
    void growsByBytesToo() {
        var megabyte = "x".repeat(1_000_000);
        for (int i = 0; i < 6; i++) {
            // A sample's worth of 3.4 MB/s; what is big enough to count need not be many.
            for (int put = 0; put < 34; put++) {
                service.put("orders", "key-" + put, megabyte);
            }
            elapse();
        }
        assertThat(openShards()).isEqualTo(8);
    }

    @Test
    void doesNotMistakeABurstForALoad() {
        // Three times what the stream can take, but a sixth of a minute long.
        load(12_000, OnDemandScalerTest::evenly);
        for (int i = 0; i < 12; i++) {
            idle(SAMPLE_INTERVAL);
        }
        assertThat(openShards()).isEqualTo(4);
    }

    @Test
    void splitsAHotShardAloneButNotForEver() {
        for (int i = 0; i < 60; i++) {
            load(900, _ -> "one-key");
        }
        // Splitting does not help against a single key, so it ends.
        assertThat(openShards()).isEqualTo(8);
        assertReadsInOrder();
    }

    @Test
    void splittingAHotShardMakesADaysPeakNoSmaller() {
        commit();
        increaseRetention();
        for (int i = 0; i < 7; i++) {
            // Three shards' worth, a third of it from one key.
            load(3_000, put -> put < 150 ? "one-key" : evenly(put));
        }
        assertThat(openShards()).as("one was split").isEqualTo(5);
        service.streams.updateStreamWarmThroughput(
                Service.CALLER,
                UpdateStreamWarmThroughputRequest.builder()
                        .streamName("orders")
                        .warmThroughputMiBps(10)
                        .build());
        service.settle();
        commit(MinimumThroughputBillingCommitmentInputStatus.DISABLED);
        service.clock.advance(Duration.ofDays(1));
        service.restart();
        idle(Duration.ofHours(2));
        idle(Duration.ofHours(2));

        // Twice the peak is six, and ten are not twice that; of the five that the split was good for they would be.
        assertThat(openShards()).isEqualTo(10);
    }

    @Test
    void remembersPeaksOverARestart() {
        for (int i = 0; i < 6; i++) {
            load(4_000, OnDemandScalerTest::evenly);
        }
        assertThat(openShards()).isEqualTo(8);

        service.restart();
        idle(Duration.ofDays(20));
        idle(Duration.ofDays(1));
        assertThat(openShards()).isEqualTo(8);

        idle(Duration.ofDays(10));
        assertThat(openShards()).isEqualTo(4);
    }

    @Test
    void keepsForAMonthWhatAProvisionedStreamHad() {
        service.create("fixed", 20);
        switchTo("fixed", StreamMode.ON_DEMAND);
        service.settle();
        idle(Duration.ofDays(29));
        idle(Duration.ofDays(1));
        assertThat(openShards("fixed")).isEqualTo(20);

        idle(Duration.ofDays(2));
        assertThat(openShards("fixed")).isEqualTo(10);
        idle(Duration.ofMinutes(2));
        assertThat(openShards("fixed")).as("an hour between steps").isEqualTo(10);
        idle(Duration.ofHours(1));
        assertThat(openShards("fixed")).isEqualTo(5);
        idle(Duration.ofHours(1));
        assertThat(openShards("fixed")).isEqualTo(5);
    }

    @Test
    void leavesProvisionedStreamsAlone() {
        service.create("fixed", 1);
        for (int i = 0; i < 8; i++) {
            for (int put = 0; put < 20; put++) {
                service.put("fixed", batch(OnDemandScalerTest::evenly));
            }
            elapse();
        }
        assertThat(openShards("fixed")).isEqualTo(1);
    }

    @Test
    void neverShrinksBelowWarmThroughput() {
        commit();
        service.streams.createStream(
                Service.CALLER,
                CreateStreamRequest.builder()
                        .streamName("warm")
                        .warmThroughputMiBps(12)
                        .build());
        service.settle();
        for (int day = 0; day < 40; day++) {
            idle(Duration.ofDays(1));
        }
        assertThat(openShards("warm")).isEqualTo(12);
    }

    @Test
    void growsOnlyAsFarAsTheQuotaAllows(@TempDir Path elsewhere) {
        service.close();
        service = Service.in(
                elsewhere, new StreamsConfig(Duration.ZERO, Duration.ofSeconds(30), 5, 1, ThroughputLimits.OFF));
        create(0);
        sample();
        for (int i = 0; i < 14; i++) {
            load(4_000, OnDemandScalerTest::evenly);
        }
        assertThat(openShards()).isEqualTo(5);
    }

    private void create(int warmMib) {
        service.streams.createStream(
                Service.CALLER,
                CreateStreamRequest.builder()
                        .streamName("orders")
                        .warmThroughputMiBps(warmMib)
                        .build());
        service.settle();
    }

    private void commit() {
        commit(MinimumThroughputBillingCommitmentInputStatus.ENABLED);
    }

    private void commit(MinimumThroughputBillingCommitmentInputStatus status) {
        service.streams.updateAccountSettings(
                Service.CALLER,
                UpdateAccountSettingsRequest.builder()
                        .minimumThroughputBillingCommitment(commitment -> commitment.status(status))
                        .build());
    }

    private void switchTo(String stream, StreamMode mode) {
        service.streams.updateStreamMode(
                Service.CALLER,
                UpdateStreamModeRequest.builder()
                        .streamARN("arn:aws:kinesis:us-east-1:000000000000:stream/" + stream)
                        .streamModeDetails(details -> details.streamMode(mode))
                        .build());
    }

    private void increaseRetention() {
        service.streams.increaseStreamRetentionPeriod(
                Service.CALLER,
                IncreaseStreamRetentionPeriodRequest.builder()
                        .streamName("orders")
                        .retentionPeriodHours(StreamLimits.RETENTION_MAX_HOURS)
                        .build());
    }

    private static String evenly(int put) {
        return "key-" + put % KEYS;
    }

    /** So many records a second until the next sample. */
    private void load(int recordsPerSecond, IntFunction<String> keys) {
        long records = recordsPerSecond * SAMPLE_INTERVAL.toSeconds();
        for (long put = 0; put < records; put += BATCH) {
            service.put("orders", batch(keys));
        }
        elapse();
    }

    private List<Entry> batch(IntFunction<String> keys) {
        var entries = new ArrayList<Entry>(BATCH);
        for (int i = 0; i < BATCH; i++) {
            var key = keys.apply(i);
            entries.add(new Entry(key, null, key + "/" + puts.merge(key, 1, Integer::sum)));
        }
        return entries;
    }

    private void elapse() {
        service.clock.advance(SAMPLE_INTERVAL);
        sample();
    }

    /** Time without puts; sampled at its start and end, and often enough to fill the window. */
    private void idle(Duration time) {
        sample();
        service.clock.advance(time);
        sample();
    }

    private void sample() {
        service.streams.sample();
        service.settle();
    }

    private int openShards() {
        return openShards("orders");
    }

    private int openShards(String stream) {
        return (int) service.shards(stream).stream()
                .filter(shard -> shard.sequenceNumberRange().endingSequenceNumber() == null)
                .count();
    }

    /** Parents come before their children in the order of indexes, as a reader must read them. */
    private void assertReadsInOrder() {
        var read = new HashMap<String, Integer>();
        for (Shard shard : service.shards("orders")) {
            for (var record : service.contents("orders", shard.shardId())) {
                int slash = record.indexOf('/');
                var key = record.substring(0, slash);
                assertThat(Integer.parseInt(record.substring(slash + 1))).isEqualTo(read.merge(key, 1, Integer::sum));
            }
        }
        assertThat(read).isEqualTo(puts);
    }
}
