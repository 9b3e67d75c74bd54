package io.millrace.log;

/**
 * Records for one shard, in order, as slices of one array. The log reads the array until the append completes.
 *
 * <p>A record is three byte strings: key, hash key (may be absent, length -1) and data.
 */
public final class RecordBatch {
    /** The ints that describe a record: key offset and length, hash key offset and length, data offset and length. */
    public static final int INTS_PER_RECORD = 6;

    private final byte[] bytes;
    private final int[] index;
    private final int count;

    public RecordBatch(byte[] bytes, int[] index, int count) {
        assert count > 0 && index.length >= count * INTS_PER_RECORD : count;
        this.bytes = bytes;
        this.index = index;
        this.count = count;
    }

    public int count() {
        return count;
    }

    /** The array all offsets point into; read only. */
    public byte[] bytes() {
        return bytes;
    }

    /** {@link #INTS_PER_RECORD} ints a record; read only. */
    public int[] index() {
        return index;
    }
}
