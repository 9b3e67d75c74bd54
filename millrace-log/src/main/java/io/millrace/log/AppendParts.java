package io.millrace.log;

/** What one append gives to each of its shards: a stretch of a batch's records. */
sealed interface AppendParts permits ListedAppends, SpreadAppend {

    int count();

    /** The id of the part's shard. */
    long shard(int part);

    RecordBatch batch(int part);

    /** The part's first record in its batch. */
    int from(int part);

    /** The record after its last one. */
    int to(int part);

    /** How many bytes the groups of all parts take. */
    default long encodedBytes() {
        long bytes = 0;
        for (int part = 0; part < count(); part++) {
            bytes += RecordGroups.encodedBytes(batch(part), from(part), to(part));
        }
        return bytes;
    }
}
