package io.millrace.log;

import java.util.Arrays;

/**
 * Records for many shards, as slices of one array: what a list of {@link ShardAppend} says too, but without an object for
 * each shard. The log reads the arrays until the append completes.
 */
public final class SpreadAppend implements AppendParts {
    private final long[] shards;
    private final int[] ends;
    private final int count;
    private final RecordBatch records;

    /**
     * @param shards the id of each part's shard
     * @param ends for each part the record after its last one, which is where the next part begins
     * @param count how many parts there are
     * @param records all of them, in the order of the parts
     */
    public SpreadAppend(long[] shards, int[] ends, int count, RecordBatch records) {
        assert count > 0 && ends[count - 1] == records.count() : Arrays.toString(ends);
        this.shards = shards;
        this.ends = ends;
        this.count = count;
        this.records = records;
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public long shard(int part) {
        return shards[part];
    }

    @Override
    public RecordBatch batch(int part) {
        return records;
    }

    @Override
    public int from(int part) {
        return part == 0 ? 0 : ends[part - 1];
    }

    @Override
    public int to(int part) {
        return ends[part];
    }
}
