package io.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.Millrace;
import io.millrace.server.MillraceConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;
import software.amazon.awssdk.services.kinesis.model.StreamMode;

/** An on-demand stream under more load than its shards are counted on to take. */
class OnDemandGrowthTest {
    private static final int KEYS = 50;
    private static final int BATCH = 500;
    /** Some 10,000 records a second if the machine keeps up, of which a third is enough. */
    private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Map<String, Integer> puts = new HashMap<>();

    @Test
    @Timeout(120)
    void growsUnderLoadAndKeepsAllRecordsInTheOrderOfTheirKeys() {
        var config = MillraceConfig.ephemeral().with("streams.on-demand-window", "2s");
        try (var millrace = Millrace.start(config);
                var client = SdkClient.APACHE.connect(millrace)) {
            var kinesis = new Kinesis(client);
            var stream = kinesis.newStream(
                    request -> request.streamModeDetails(mode -> mode.streamMode(StreamMode.ON_DEMAND)));
            assertThat(summary(client, stream).openShardCount()).isEqualTo(4);

            while (summary(client, stream).openShardCount() < 8) {
                long begin = System.nanoTime();
                put(client, stream);
                LockSupport.parkNanos(begin + INTERVAL_NANOS - System.nanoTime());
            }
            // The grown stream takes records as well.
            for (int call = 0; call < 10; call++) {
                put(client, stream);
            }
            kinesis.awaitActive(stream);

            var shards = kinesis.shards(stream);
            assertThat(shards.stream()
                            .filter(shard -> shard.sequenceNumberRange().endingSequenceNumber() == null))
                    .hasSize(summary(client, stream).openShardCount())
                    .allSatisfy(shard -> assertThat(shard.parentShardId()).isNotNull());
            assertThat(summary(client, stream).streamModeDetails().streamMode()).isEqualTo(StreamMode.ON_DEMAND);
            var read = new HashMap<String, Integer>();
            // Parents have lower indexes than their children, and are read before them.
            for (var shard : shards) {
                for (var record : kinesis.read(stream, shard.shardId()).records()) {
                    assertThat(Integer.parseInt(record.data().asUtf8String()))
                            .as("what comes next of %s", record.partitionKey())
                            .isEqualTo(read.merge(record.partitionKey(), 1, Integer::sum));
                }
            }
            assertThat(read).isEqualTo(puts);
        }
    }

    private static StreamDescriptionSummary summary(KinesisClient client, String stream) {
        return client.describeStreamSummary(request -> request.streamName(stream))
                .streamDescriptionSummary();
    }

    /** Puts a batch in which each key's records are numbered on. */
    private void put(KinesisClient client, String stream) {
        var reply = client.putRecords(request -> request.streamName(stream).records(batch()));
        assertThat(reply.failedRecordCount()).isZero();
    }

    private List<PutRecordsRequestEntry> batch() {
        var entries = new ArrayList<PutRecordsRequestEntry>(BATCH);
        for (int i = 0; i < BATCH; i++) {
            var key = "key-" + i % KEYS;
            entries.add(PutRecordsRequestEntry.builder()
                    .partitionKey(key)
                    .data(SdkBytes.fromUtf8String(Integer.toString(puts.merge(key, 1, Integer::sum))))
                    .build());
        }
        return entries;
    }
}
