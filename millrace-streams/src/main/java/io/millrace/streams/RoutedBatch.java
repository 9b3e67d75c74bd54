package io.millrace.streams;

import io.millrace.log.AppendResult;
import io.millrace.log.ShardAppend;
import io.millrace.model.ProvisionedThroughputExceededException;
import io.millrace.model.PutRecordsOutcome.Failed;
import io.millrace.model.PutRecordsOutcome.RecordOutcome;
import io.millrace.model.PutRecordsOutcome.Stored;
import io.millrace.streams.shard.Shard;
import java.util.List;
import software.amazon.awssdk.services.kinesis.model.EncryptionType;

/**
 * A batch whose records are grouped by the shard they go to, without those that their shard has no capacity for.
 */
final class RoutedBatch {
    /** The place of a record that is not appended. */
    static final int REFUSED = -1;

    private static final int NO_APPEND = -1;

    private final StreamAddress address;
    private final List<ShardAppend> appends;
    private final List<Shard> shards;
    private final int[] appendOfGroup;
    private final int[] groups;
    private final int[] places;
    private final int refused;
    private final long refusedBytes;
    private final EncryptionType encryptionType;

    /**
     * @param address the stream's, for refusals
     * @param appends what to append, for each group that is not empty
     * @param shards the shard of each group
     * @param counts for each group how many of its records are appended
     * @param groups for each record its group
     * @param places for each record its place among those of its group that are appended, from zero, or {@link #REFUSED}
     * @param refusedBytes keys and data of the refused records
     * @param encryptionType of the records
     */
    RoutedBatch(
            StreamAddress address,
            List<ShardAppend> appends,
            List<Shard> shards,
            int[] counts,
            int[] groups,
            int[] places,
            long refusedBytes,
            EncryptionType encryptionType) {
        assert appends.size() <= shards.size() && groups.length == places.length;
        this.address = address;
        this.appends = appends;
        this.shards = shards;
        this.groups = groups;
        this.places = places;
        this.refusedBytes = refusedBytes;
        this.encryptionType = encryptionType;
        appendOfGroup = new int[shards.size()];
        int appendCount = 0;
        int appended = 0;
        for (int group = 0; group < appendOfGroup.length; group++) {
            appendOfGroup[group] = counts[group] > 0 ? appendCount++ : NO_APPEND;
            appended += counts[group];
        }
        refused = groups.length - appended;
    }

    List<ShardAppend> appends() {
        return appends;
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
        return places[record] != REFUSED && shards.get(groups[record]).index() == shard.index();
    }

    /** Counts what each shard got, and what it had no capacity for. */
    void count(ShardMeters meters) {
        for (int group = 0; group < appendOfGroup.length; group++) {
            if (appendOfGroup[group] != NO_APPEND) {
                var batch = appends.get(appendOfGroup[group]).batch();
                meters.incoming(shards.get(group).index(), batch.count(), RecordSizes.sum(batch));
            }
        }
        for (int record = 0; refused > 0 && record < places.length; record++) {
            if (places[record] == REFUSED) {
                meters.writeThrottled(shards.get(groups[record]).index());
            }
        }
    }

    /** What became of a record, given where the groups went. */
    RecordOutcome outcome(int record, List<AppendResult> results) {
        var shard = shards.get(groups[record]);
        if (places[record] == REFUSED) {
            return new Failed(ProvisionedThroughputExceededException.CODE, address.rateExceededText(shard.id()));
        }
        var result = results.get(appendOfGroup[groups[record]]);
        var number = shard.numberOf(result.firstOffset() + places[record], result.arrivalMillis());
        return new Stored(shard.id(), number.toString(), encryptionType);
    }
}
