package io.millrace.streams.iterator;

/**
 * The next record to read.
 *
 * @param streamId the stream's incarnation: a stream that was deleted and made again is another one
 * @param account 12 digits; with the name, what an error says about a stream that is gone
 * @param offset counts records in one shard's log, from zero
 */
public record ShardPosition(long streamId, String account, String streamName, int shardIndex, long offset) {
    public ShardPosition {
        assert shardIndex >= 0 : shardIndex;
        assert offset >= 0 : offset;
    }

    /** The same shard, read on to another record. */
    public ShardPosition at(long nextOffset) {
        return new ShardPosition(streamId, account, streamName, shardIndex, nextOffset);
    }
}
