package io.millrace.streams;

import io.millrace.log.AppendResult;
import io.millrace.log.SpreadAppend;
import io.millrace.model.ProvisionedThroughputExceededException;
import io.millrace.model.PutRecordsOutcome.Failed;
import io.millrace.model.PutRecordsOutcome.RecordOutcome;
import io.millrace.model.PutRecordsOutcome.Stored;
import io.millrace.streams.sequence.SequenceNumber;
import io.millrace.streams.shard.Shard;
import io.millrace.streams.shard.ShardId;
import io.millrace.streams.shard.ShardMap;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.kinesis.model.EncryptionType;

/**
 * A batch whose records are grouped by the shard they go to, without those that their shard has no capacity for.
 */
final class RoutedBatch {
    /** The place of a record that is not appended. */
    static final int REFUSED = -1;

    private static final int NO_PART = -1;

    /** Told of each shard that gets something. */
    interface Gains {
        void of(Shard shard, int records, long bytes);
    }

    private final StreamAddress address;
    private final ShardMap shards;
    private final int[] positions;
    // What the answer needs of each group's shard: gathered from the map's arrays when the batch is routed, many at
    // once, because with thousands of shards these places are in no cache, and while an answer is written each would be
    // waited for by itself.
    private final int[] indexes;
    private final long[] creationSeconds;
    private final Optional<SpreadAppend> append;
    private final int[] partOfGroup;
    private final int[] groups;
    private final int[] places;
    private final int refused;
    private final long refusedBytes;
    private final EncryptionType encryptionType;

    /**
     * @param address the stream's, for refusals
     * @param shards the stream's, when the batch was routed
     * @param positions for each group the position of its shard among the open ones
     * @param append what to append: a part for each group that is not empty, in their order; absent if all are
     * @param counts for each group how many of its records are appended
     * @param groups for each record its group
     * @param places for each record its place among those of its group that are appended, from zero, or
     *     {@link #REFUSED}
     * @param refusedBytes keys and data of the refused records
     * @param encryptionType of the records
     */
    RoutedBatch(
            StreamAddress address,
            ShardMap shards,
            int[] positions,
            int groupCount,
            Optional<SpreadAppend> append,
            int[] counts,
            int[] groups,
            int[] places,
            long refusedBytes,
            EncryptionType encryptionType) {
        assert groupCount <= positions.length && groups.length == places.length;
        this.address = address;
        this.shards = shards;
        this.positions = positions;
        this.append = append;
        this.groups = groups;
        this.places = places;
        this.refusedBytes = refusedBytes;
        this.encryptionType = encryptionType;
        indexes = new int[groupCount];
        creationSeconds = new long[groupCount];
        for (int group = 0; group < groupCount; group++) {
            indexes[group] = shards.indexAt(positions[group]);
            creationSeconds[group] = shards.creationSecondAt(positions[group]);
        }
        partOfGroup = new int[groupCount];
        int parts = 0;
        int appended = 0;
        for (int group = 0; group < groupCount; group++) {
            partOfGroup[group] = counts[group] > 0 ? parts++ : NO_PART;
            appended += counts[group];
        }
        refused = groups.length - appended;
    }

    Optional<SpreadAppend> append() {
        return append;
    }

    int count() {
        return groups.length;
    }

    /** How many records are left out. */
    int refused() {
        return refused;
    }

    long refusedBytes() {
        return refusedBytes;
    }

    EncryptionType encryptionType() {
        return encryptionType;
    }

    /** Whether a record took up capacity of a shard, as one that is not refused does. */
    boolean charged(int record, Shard shard) {
        return places[record] != REFUSED && shardOf(record).index() == shard.index();
    }

    /** Counts what each shard got, and what it had no capacity for. */
    void count(ShardMeters meters) {
        forEachShard((shard, records, bytes) -> meters.incoming(shard.index(), records, bytes));
        for (int record = 0; refused > 0 && record < places.length; record++) {
            if (places[record] == REFUSED) {
                meters.writeThrottled(shardOf(record).index());
            }
        }
    }

    /** Tells what each shard gets, once for each that gets something. */
    void forEachShard(Gains gains) {
        if (append.isEmpty()) {
            return;
        }
        var parts = append.get();
        for (int group = 0; group < partOfGroup.length; group++) {
            int part = partOfGroup[group];
            if (part != NO_PART) {
                gains.of(
                        shards.openAt(positions[group]),
                        parts.to(part) - parts.from(part),
                        RecordSizes.sum(parts.batch(part), parts.from(part), parts.to(part)));
            }
        }
    }

    private Shard shardOf(int record) {
        return shards.openAt(positions[groups[record]]);
    }

    /** What became of a record, given where the groups went. */
    RecordOutcome outcome(int record, List<AppendResult> results) {
        if (places[record] == REFUSED) {
            var shard = shardOf(record);
            return new Failed(ProvisionedThroughputExceededException.CODE, address.rateExceededText(shard.id()));
        }
        int group = groups[record];
        var result = results.get(partOfGroup[group]);
        long offset = result.firstOffset() + places[record];
        var number = SequenceNumber.of(creationSeconds[group], indexes[group], offset, result.arrivalMillis());
        return new Stored(ShardId.of(indexes[group]), number.toString(), encryptionType);
    }
}
