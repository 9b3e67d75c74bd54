package io.millrace.streams;

import io.millrace.log.AppendResult;
import io.millrace.log.ShardAppend;
import io.millrace.model.PutRecordsOutcome.Stored;
import io.millrace.streams.shard.Shard;
import java.util.List;

/** A batch whose records are grouped by the shard they go to. */
final class RoutedBatch {
    private final List<ShardAppend> appends;
    private final List<Shard> shards;
    private final int[] groups;
    private final int[] places;

    /**
     * @param appends what to append, a group each
     * @param shards the shard of each group
     * @param groups for each record its group
     * @param places for each record its place in its group, from zero
     */
    RoutedBatch(List<ShardAppend> appends, List<Shard> shards, int[] groups, int[] places) {
        assert appends.size() == shards.size() && groups.length == places.length;
        this.appends = appends;
        this.shards = shards;
        this.groups = groups;
        this.places = places;
    }

    List<ShardAppend> appends() {
        return appends;
    }

    int count() {
        return groups.length;
    }

    Shard shardOf(int record) {
        return shards.get(groups[record]);
    }

    /** What became of a record, given where the groups went. */
    Stored stored(int record, List<AppendResult> results) {
        var shard = shardOf(record);
        var result = results.get(groups[record]);
        var number = shard.numberOf(result.firstOffset() + places[record], result.arrivalMillis());
        return new Stored(shard.id(), number.toString());
    }
}
