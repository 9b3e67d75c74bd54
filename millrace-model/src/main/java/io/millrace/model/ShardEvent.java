package io.millrace.model;

import io.millrace.model.GetRecordsPage.DeliveredRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.model.ChildShard;

/**
 * What SubscribeToShard delivers at a time. Subscribers that are at the same place of a shard are given records in the very
 * same instance, so identity tells that the bytes on the wire are the same too and need to be made only once. An event
 * without records, which only says that all is well, is each subscriber's own.
 *
 * @param continuationSequenceNumber where to go on after this event; absent exactly when the shard has ended
 * @param childShards non-empty exactly when the shard has ended
 */
public record ShardEvent(
        List<DeliveredRecord> records,
        @Nullable String continuationSequenceNumber,
        long millisBehindLatest,
        List<ChildShard> childShards) {}
