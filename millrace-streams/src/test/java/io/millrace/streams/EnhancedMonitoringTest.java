package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.Meter;
import io.millrace.model.ResourceInUseException;
import io.millrace.streams.Service.Entry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kinesis.model.DeleteStreamRequest;
import software.amazon.awssdk.services.kinesis.model.DisableEnhancedMonitoringRequest;
import software.amazon.awssdk.services.kinesis.model.DisableEnhancedMonitoringResponse;
import software.amazon.awssdk.services.kinesis.model.EnableEnhancedMonitoringRequest;
import software.amazon.awssdk.services.kinesis.model.EnableEnhancedMonitoringResponse;
import software.amazon.awssdk.services.kinesis.model.MetricsName;
import software.amazon.awssdk.services.kinesis.model.SplitShardRequest;

class EnhancedMonitoringTest {
    private static final String HALF = "170141183460469231731687303715884105728";
    private static final String FIRST = "shardId-000000000000";
    private static final String SECOND = "shardId-000000000001";

    @TempDir
    Path directory;

    private Service service;

    @BeforeEach
    void open() {
        service = Service.in(directory);
        service.create("orders", 2);
    }

    @AfterEach
    void close() {
        service.close();
    }

    private EnableEnhancedMonitoringResponse enable(MetricsName... metrics) {
        return service.streams.enableEnhancedMonitoring(
                Service.CALLER,
                EnableEnhancedMonitoringRequest.builder()
                        .streamName("orders")
                        .shardLevelMetrics(metrics)
                        .build());
    }

    private DisableEnhancedMonitoringResponse disable(MetricsName... metrics) {
        return service.streams.disableEnhancedMonitoring(
                Service.CALLER,
                DisableEnhancedMonitoringRequest.builder()
                        .streamName("orders")
                        .shardLevelMetrics(metrics)
                        .build());
    }

    private List<MetricsName> described() {
        return service.describe("orders").enhancedMonitoring().getFirst().shardLevelMetrics();
    }

    private List<Meter> shardMeters() {
        return service.meters.getMeters().stream()
                .filter(meter -> meter.getId().getTag("ShardId") != null)
                .toList();
    }

    private double count(String meter, String shard) {
        return service.meters.get(meter).tag("ShardId", shard).counter().count();
    }

    @Test
    void tellsWhatWasOnBeforeAndIsAfter() {
        var first = enable(MetricsName.OUTGOING_BYTES, MetricsName.INCOMING_BYTES);
        assertThat(first.currentShardLevelMetrics()).isEmpty();
        assertThat(first.desiredShardLevelMetrics())
                .containsExactly(MetricsName.INCOMING_BYTES, MetricsName.OUTGOING_BYTES);
        assertThat(first.streamName()).isEqualTo("orders");
        assertThat(first.streamARN()).isEqualTo("arn:aws:kinesis:us-east-1:000000000000:stream/orders");

        var all = enable(MetricsName.ALL);
        assertThat(all.currentShardLevelMetrics()).hasSize(2);
        assertThat(all.desiredShardLevelMetrics()).hasSize(7).doesNotContain(MetricsName.ALL);

        var less = disable(MetricsName.INCOMING_BYTES);
        assertThat(less.currentShardLevelMetrics()).hasSize(7);
        assertThat(less.desiredShardLevelMetrics()).hasSize(6).doesNotContain(MetricsName.INCOMING_BYTES);
        service.restart();
        assertThat(described()).hasSize(6);

        assertThat(disable(MetricsName.ALL).desiredShardLevelMetrics()).isEmpty();
        assertThat(described()).isEmpty();
    }

    @Test
    void countsByShardWhileItIsEnabledAndNotOtherwise() {
        service.put("orders", List.of(new Entry("key", "0", "unseen")));
        assertThat(shardMeters()).isEmpty();

        enable(MetricsName.INCOMING_BYTES, MetricsName.INCOMING_RECORDS);
        service.put(
                "orders", List.of(new Entry("k", "0", "ab"), new Entry("kk", HALF, "abc"), new Entry("k", "1", "")));
        assertThat(count("Shard.IncomingRecords", FIRST)).isEqualTo(2);
        assertThat(count("Shard.IncomingBytes", FIRST)).isEqualTo(4);
        assertThat(count("Shard.IncomingRecords", SECOND)).isEqualTo(1);
        assertThat(count("Shard.IncomingBytes", SECOND)).isEqualTo(5);
        assertThat(shardMeters()).hasSize(4);

        disable(MetricsName.INCOMING_BYTES);
        assertThat(shardMeters()).hasSize(2);
        service.put("orders", List.of(new Entry("k", "0", "ab")));
        assertThat(count("Shard.IncomingRecords", FIRST)).isEqualTo(3);
        disable(MetricsName.ALL);
        assertThat(shardMeters()).isEmpty();
    }

    @Test
    void countsReadsAndTheAgeOfWhatTheyFound() {
        enable(MetricsName.ALL);
        service.put("orders", List.of(new Entry("k", "0", "abc"), new Entry("k", "0", "de")));
        service.clock.advance(Duration.ofSeconds(3));
        service.contents("orders", FIRST);
        assertThat(count("Shard.OutgoingRecords", FIRST)).isEqualTo(2);
        assertThat(count("Shard.OutgoingBytes", FIRST)).isEqualTo(5);
        assertThat(service.meters
                        .get("Shard.IteratorAgeMilliseconds")
                        .tag("ShardId", FIRST)
                        .summary()
                        .count())
                .isEqualTo(2);
        assertThat(count("Shard.WriteProvisionedThroughputExceeded", FIRST)).isZero();
        assertThat(count("Shard.ReadProvisionedThroughputExceeded", FIRST)).isZero();
    }

    @Test
    void newShardsAreCountedAndADeletedStreamsAreForgotten() {
        enable(MetricsName.INCOMING_RECORDS);
        service.streams.splitShard(
                Service.CALLER,
                SplitShardRequest.builder()
                        .streamName("orders")
                        .shardToSplit(FIRST)
                        .newStartingHashKey("100")
                        .build());
        service.settle();
        service.put("orders", List.of(new Entry("k", "0", "abc")));
        assertThat(count("Shard.IncomingRecords", "shardId-000000000002")).isEqualTo(1);
        service.restart();
        service.put("orders", List.of(new Entry("k", "0", "abc")));
        assertThat(count("Shard.IncomingRecords", "shardId-000000000002")).isEqualTo(2);

        service.streams.deleteStream(
                Service.CALLER,
                DeleteStreamRequest.builder().streamName("orders").build());
        assertThatThrownBy(() -> enable(MetricsName.ALL)).isInstanceOf(ResourceInUseException.class);
        service.settle();
        assertThat(shardMeters()).isEmpty();
    }
}
