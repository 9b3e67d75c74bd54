package io.millrace.firehose.engine;

import io.millrace.firehose.source.Source;
import io.millrace.firehose.source.SourceShard;
import io.millrace.firehose.source.SourceUnavailableException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** A source that can't be asked until it is told otherwise. A shard's child is given when the shard is done. */
final class ShardsOnCommand implements Source {
    private final KeptShard shard;
    private boolean available;
    private boolean parent;
    private int answers;

    ShardsOnCommand(KeptShard shard) {
        this.shard = shard;
    }

    synchronized void comeBack() {
        available = true;
    }

    /** Whether the shard has a child that waits behind it. */
    synchronized void hideChild(boolean hides) {
        parent = hides;
        answers = 0;
    }

    synchronized int answers() {
        return answers;
    }

    @Override
    public synchronized Collection<SourceShard> shards(Set<String> finished) {
        if (!available) {
            throw new SourceUnavailableException("it can't be asked now", new IllegalStateException("told so"));
        }
        answers++;
        var given = new ArrayList<SourceShard>();
        if (!finished.contains(shard.id())) {
            given.add(shard);
        } else if (parent) {
            given.add(shard);
        }
        return List.copyOf(given);
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
