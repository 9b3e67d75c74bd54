package io.millrace.streams;

import io.millrace.log.AppendResult;
import io.millrace.log.RecordBatch;
import io.millrace.log.ShardAppend;
import io.millrace.model.PutRecordsOutcome.Stored;
import io.millrace.streams.shard.Shard;
import java.util.List;
import software.amazon.awssdk.services.kinesis.model.EncryptionType;

/** A batch whose records are grouped by the shard they go to. */
final class RoutedBatch {
    private final List<ShardAppend> appends;
    private final List<Shard> shards;
    private final int[] groups;
    private final int[] places;
    private final short flags;

    /**
     * @param appends what to append, a group each
     * @param shards the shard of each group
     * @param groups for each record its group
     * @param places for each record its place in its group, from zero
     * @param flags what the log keeps with the records
     */
    RoutedBatch(List<ShardAppend> appends, List<Shard> shards, int[] groups, int[] places, short flags) {
        assert appends.size() == shards.size() && groups.length == places.length;
        this.appends = appends;
        this.shards = shards;
        this.groups = groups;
        this.places = places;
        this.flags = flags;
    }

    List<ShardAppend> appends() {
        return appends;
    }

    int count() {
        return groups.length;
    }

    EncryptionType encryptionType() {
        return RecordFlags.encryptionType(flags);
    }

    Shard shardOf(int record) {
        return shards.get(groups[record]);
    }

    /** Counts what each shard got. */
    void count(ShardMeters meters) {
        for (int group = 0; group < shards.size(); group++) {
            var batch = appends.get(group).batch();
            var index = batch.index();
            long bytes = 0;
            for (int slot = 0; slot < index.length; slot += RecordBatch.INTS_PER_RECORD) {
                bytes += index[slot + 1] + index[slot + 5];
            }
            meters.incoming(shards.get(group).index(), batch.count(), bytes);
        }
    }

    /** What became of a record, given where the groups went. */
    Stored stored(int record, List<AppendResult> results) {
        var shard = shardOf(record);
        var result = results.get(groups[record]);
        var number = shard.numberOf(result.firstOffset() + places[record], result.arrivalMillis());
        return new Stored(shard.id(), number.toString(), encryptionType());
    }
}
