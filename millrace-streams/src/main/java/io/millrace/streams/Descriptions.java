package io.millrace.streams;

import io.millrace.streams.shard.HashRange;
import io.millrace.streams.shard.Shard;
import io.millrace.streams.shard.ShardId;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import software.amazon.awssdk.services.kinesis.model.ChildShard;
import software.amazon.awssdk.services.kinesis.model.EncryptionType;
import software.amazon.awssdk.services.kinesis.model.EnhancedMetrics;
import software.amazon.awssdk.services.kinesis.model.HashKeyRange;
import software.amazon.awssdk.services.kinesis.model.SequenceNumberRange;
import software.amazon.awssdk.services.kinesis.model.StreamDescription;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;
import software.amazon.awssdk.services.kinesis.model.StreamModeDetails;
import software.amazon.awssdk.services.kinesis.model.StreamSummary;

/** How streams and shards look in answers. */
final class Descriptions {
    private Descriptions() {}

    static StreamDescription describe(StreamState stream, List<Shard> page, boolean more) {
        return StreamDescription.builder()
                .streamName(stream.address().name())
                .streamARN(stream.address().arn())
                .streamStatus(stream.status())
                .streamModeDetails(modeOf(stream))
                .shards(page.stream().map(Descriptions::shard).toList())
                .hasMoreShards(more)
                .retentionPeriodHours((int) stream.settings().retention().toHours())
                .streamCreationTimestamp(creationTimestamp(stream))
                .enhancedMonitoring(EnhancedMetrics.builder()
                        .shardLevelMetrics(
                                EnhancedMonitoring.inOrder(stream.settings().shardLevelMetrics()))
                        .build())
                .encryptionType(encryptionTypeOf(stream))
                .keyId(stream.settings().encryptionKeyId().orElse(null))
                .build();
    }

    static StreamDescriptionSummary summarize(StreamState stream, int consumers) {
        return StreamDescriptionSummary.builder()
                .streamName(stream.address().name())
                .streamARN(stream.address().arn())
                .streamStatus(stream.status())
                .streamModeDetails(modeOf(stream))
                .retentionPeriodHours((int) stream.settings().retention().toHours())
                .streamCreationTimestamp(creationTimestamp(stream))
                .enhancedMonitoring(EnhancedMetrics.builder()
                        .shardLevelMetrics(
                                EnhancedMonitoring.inOrder(stream.settings().shardLevelMetrics()))
                        .build())
                .encryptionType(encryptionTypeOf(stream))
                .keyId(stream.settings().encryptionKeyId().orElse(null))
                .openShardCount(stream.shards().openCount())
                .consumerCount(consumers)
                .maxRecordSizeInKiB(stream.settings().maxRecordKib())
                .build();
    }

    static StreamSummary listed(StreamState stream) {
        return StreamSummary.builder()
                .streamName(stream.address().name())
                .streamARN(stream.address().arn())
                .streamStatus(stream.status())
                .streamModeDetails(modeOf(stream))
                .streamCreationTimestamp(creationTimestamp(stream))
                .build();
    }

    static software.amazon.awssdk.services.kinesis.model.Shard shard(Shard shard) {
        var numbers = SequenceNumberRange.builder()
                .startingSequenceNumber(shard.startingNumber().toString());
        shard.endingNumber().ifPresent(number -> numbers.endingSequenceNumber(number.toString()));
        var description = software.amazon.awssdk.services.kinesis.model.Shard.builder()
                .shardId(shard.id())
                .hashKeyRange(range(shard.range()))
                .sequenceNumberRange(numbers.build());
        shard.parents().stream().findFirst().ifPresent(index -> description.parentShardId(ShardId.of(index)));
        shard.parents().stream()
                .skip(1)
                .findFirst()
                .ifPresent(index -> description.adjacentParentShardId(ShardId.of(index)));
        return description.build();
    }

    static ChildShard child(Shard shard) {
        return ChildShard.builder()
                .shardId(shard.id())
                .parentShards(shard.parents().stream().map(ShardId::of).toList())
                .hashKeyRange(range(shard.range()))
                .build();
    }

    /** In whole seconds, as AWS gives it: clients that keep it as a number must be able to send it back. */
    static Instant creationTimestamp(StreamState stream) {
        return Instant.ofEpochMilli(stream.createdMillis()).truncatedTo(ChronoUnit.SECONDS);
    }

    static EncryptionType encryptionTypeOf(StreamState stream) {
        return RecordFlags.encryptionType(RecordFlags.of(stream.settings()));
    }

    private static StreamModeDetails modeOf(StreamState stream) {
        return StreamModeDetails.builder().streamMode(stream.settings().mode()).build();
    }

    private static HashKeyRange range(HashRange range) {
        return HashKeyRange.builder()
                .startingHashKey(range.start().toString())
                .endingHashKey(range.end().toString())
                .build();
    }
}
