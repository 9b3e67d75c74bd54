package io.millrace.firehose.source;

import io.millrace.log.Log;
import io.millrace.log.ShardKey;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;

/** The source of a delivery stream that records are put into: one shard, which never ends. */
final class DirectPutSource implements Source {
    private final Log log;
    private final ShardKey key;
    private final Semaphore turns;

    /** @param turns how many may read at the same time, of all delivery streams */
    DirectPutSource(Log log, ShardKey key, Semaphore turns) {
        this.log = log;
        this.key = key;
        this.turns = turns;
    }

    @Override
    public Collection<SourceShard> shards(Set<String> finished) {
        return List.of(new DirectPutShard(log, key, turns));
    }

    @Override
    public void close() {
        // The log is closed by whoever opened it.
    }
}
