package io.millrace.streams;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.kinesis.model.MetricsName;
import software.amazon.awssdk.services.kinesis.model.StreamMode;

/**
 * What an owner sets of a stream.
 *
 * @param retention how old a record may become
 * @param maxRecordKib the largest record, data and partition key together
 * @param encryptionKeyId the key that new records are encrypted under, as it was given; absent while there is none
 * @param shardLevelMetrics the enhanced metrics that are on; never {@code ALL}
 * @param warmThroughputMib what an on-demand stream is kept ready for, in MiB a second; absent if never asked for
 */
record StreamSettings(
        StreamMode mode,
        Duration retention,
        int maxRecordKib,
        Optional<String> encryptionKeyId,
        Set<MetricsName> shardLevelMetrics,
        Optional<Integer> warmThroughputMib) {
    StreamSettings {
        shardLevelMetrics = Set.copyOf(shardLevelMetrics);
    }

    static StreamSettings of(StreamMode mode, int maxRecordKib) {
        return new StreamSettings(
                mode,
                Duration.ofHours(StreamLimits.RETENTION_MIN_HOURS),
                maxRecordKib,
                Optional.empty(),
                Set.of(),
                Optional.empty());
    }

    StreamSettings withMaxRecordKib(int kib) {
        return new StreamSettings(mode, retention, kib, encryptionKeyId, shardLevelMetrics, warmThroughputMib);
    }

    StreamSettings withEncryptionKeyId(Optional<String> keyId) {
        return new StreamSettings(mode, retention, maxRecordKib, keyId, shardLevelMetrics, warmThroughputMib);
    }

    StreamSettings withShardLevelMetrics(Set<MetricsName> metrics) {
        return new StreamSettings(mode, retention, maxRecordKib, encryptionKeyId, metrics, warmThroughputMib);
    }

    StreamSettings withMode(StreamMode newMode) {
        return new StreamSettings(
                newMode, retention, maxRecordKib, encryptionKeyId, shardLevelMetrics, warmThroughputMib);
    }

    StreamSettings withWarmThroughput(Optional<Integer> mib) {
        return new StreamSettings(mode, retention, maxRecordKib, encryptionKeyId, shardLevelMetrics, mib);
    }

    StreamSettings withRetention(Duration period) {
        return new StreamSettings(mode, period, maxRecordKib, encryptionKeyId, shardLevelMetrics, warmThroughputMib);
    }
}
