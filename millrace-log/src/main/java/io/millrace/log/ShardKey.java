package io.millrace.log;

/**
 * A shard's name in the log, given out by the log's user and never used twice, not even after deletion.
 *
 * @param id any number from 0 to 2^63 - 1
 */
public record ShardKey(long id) {
    public ShardKey {
        assert id >= 0 : id;
    }
}
