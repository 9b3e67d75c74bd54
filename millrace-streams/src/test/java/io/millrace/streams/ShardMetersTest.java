package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.log.ShardKey;
import io.millrace.model.Namespace;
import io.millrace.streams.shard.HashRange;
import io.millrace.streams.shard.Shard;
import io.millrace.streams.shard.ShardMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kinesis.model.MetricsName;
import software.amazon.awssdk.services.kinesis.model.StreamMode;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

class ShardMetersTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ShardMeters meters = new ShardMeters(registry, Tags.of("StreamName", "orders"));

    private static StreamState enabling(MetricsName... metrics) {
        var shard = new Shard(0, new ShardKey(0), HashRange.tiles(1).getFirst(), List.of(), 1, 1_000, Optional.empty());
        return new StreamState(
                1,
                new StreamAddress(new Namespace("000000000000", "us-east-1"), "orders"),
                StreamStatus.ACTIVE,
                StreamSettings.of(StreamMode.PROVISIONED, 1024).withShardLevelMetrics(Set.of(metrics)),
                0,
                0,
                0,
                1,
                ShardMap.of(Stream.of(shard)),
                List.of());
    }

    private double count(String meter) {
        return registry.get(meter)
                .tag("ShardId", "shardId-000000000000")
                .counter()
                .count();
    }

    @Test
    void countsWhatLimitsRefuse() {
        meters.follow(enabling(
                MetricsName.WRITE_PROVISIONED_THROUGHPUT_EXCEEDED, MetricsName.READ_PROVISIONED_THROUGHPUT_EXCEEDED));
        meters.writeThrottled(0);
        meters.writeThrottled(0);
        meters.readThrottled(0);
        meters.incoming(0, 1, 1);

        assertThat(count("Shard.WriteProvisionedThroughputExceeded")).isEqualTo(2);
        assertThat(count("Shard.ReadProvisionedThroughputExceeded")).isEqualTo(1);
        assertThat(registry.getMeters()).hasSize(2);
    }

    @Test
    void keepsItsCountsThroughChangesThatDoNotConcernThem() {
        meters.follow(enabling(MetricsName.INCOMING_RECORDS));
        meters.incoming(0, 5, 50);
        meters.follow(enabling(MetricsName.INCOMING_RECORDS, MetricsName.INCOMING_BYTES));
        meters.incoming(0, 1, 10);

        assertThat(count("Shard.IncomingRecords")).isEqualTo(6);
        assertThat(count("Shard.IncomingBytes")).isEqualTo(10);
    }

    @Test
    void isSilentUntilSomethingIsEnabledAndAfterAllIsDisabled() {
        assertThat(meters.enabled()).isFalse();
        meters.follow(enabling());
        meters.incoming(0, 1, 1);
        meters.outgoing(0, 1, 1, 1);
        assertThat(registry.getMeters()).isEmpty();

        meters.follow(enabling(MetricsName.INCOMING_RECORDS));
        assertThat(meters.enabled()).isTrue();
        meters.follow(enabling());
        assertThat(meters.enabled()).isFalse();
        assertThat(registry.getMeters()).isEmpty();
    }
}
