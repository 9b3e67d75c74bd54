package io.millrace.firehose.source;

import java.util.Collection;
import java.util.Set;

/** What a delivery stream reads from. Each delivery stream has a source of its own: no two share a position. */
public interface Source extends AutoCloseable {

    /**
     * The shards that may be read now and are not finished. A shard's parents come first: children are not given before
     * their parents are among the finished. Asked again and again, which is how resharding is followed.
     *
     * @param finished ids of shards that were delivered to their end
     * @throws SourceUnavailableException when the source can't be asked at present
     */
    Collection<SourceShard> shards(Set<String> finished);

    @Override
    void close();
}
