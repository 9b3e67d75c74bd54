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
        return enabling(ShardMap.of(Stream.of(shard(0, List.of()))), metrics);
    }

    private static Shard shard(int index, List<Integer> parents) {
        return new Shard(
                index, new ShardKey(index), HashRange.tiles(1).getFirst(), parents, 1, 1_000, Optional.empty());
    }

    private static StreamState enabling(ShardMap shards, MetricsName... metrics) {
        return new StreamState(
                1,
                new StreamAddress(new Namespace("000000000000", "us-east-1"), "orders"),
                StreamStatus.ACTIVE,
                StreamSettings.of(StreamMode.PROVISIONED, 1024).withShardLevelMetrics(Set.of(metrics)),
                0,
                0,
                0,
                1,
                shards,
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

    @Test
    void countsOfAClosedShardOnlyWhatStillCanCome() {
        var parent = shard(0, List.of());
        meters.follow(enabling(ShardMap.of(Stream.of(parent)), MetricsName.INCOMING_BYTES, MetricsName.OUTGOING_BYTES));
        meters.outgoing(0, 1, 10, 0);
        var closed = parent.closed(new Shard.Closing(2, 2_000, 1));

        meters.follow(enabling(
                ShardMap.of(Stream.of(closed, shard(1, List.of(0)))),
                MetricsName.INCOMING_BYTES,
                MetricsName.OUTGOING_BYTES));
        meters.outgoing(0, 1, 10, 0);
        meters.incoming(1, 1, 5);

        assertThat(count("Shard.OutgoingBytes")).isEqualTo(20);
        assertThat(registry.find("Shard.IncomingBytes").counters()).hasSize(1);
        assertThat(registry.get("Shard.IncomingBytes")
                        .tag("ShardId", "shardId-000000000001")
                        .counter()
                        .count())
                .isEqualTo(5);
    }
}
