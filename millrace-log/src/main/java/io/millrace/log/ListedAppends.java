package io.millrace.log;

import java.util.List;

/** Appends that were given one by one. */
record ListedAppends(List<ShardAppend> appends) implements AppendParts {

    @Override
    public int count() {
        return appends.size();
    }

    @Override
    public long shard(int part) {
        return appends.get(part).shard().id();
    }

    @Override
    public RecordBatch batch(int part) {
        return appends.get(part).batch();
    }

    @Override
    public int from(int part) {
        return 0;
    }

    @Override
    public int to(int part) {
        return batch(part).count();
    }
}
