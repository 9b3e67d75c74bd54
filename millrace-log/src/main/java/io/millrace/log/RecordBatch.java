package io.millrace.log;

/**
 * Records for one shard, in order, as slices of one array. The log reads the array until the append completes.
 *
 * <p>A record is three byte strings: key, hash key (may be absent, length -1) and data. With each the log keeps the
 * batch's flags, sixteen bits that mean nothing to it.
 */
public final class RecordBatch {
    /** The ints that describe a record: key offset and length, hash key offset and length, data offset and length. */
    public static final int INTS_PER_RECORD = 6;

    private final byte[] bytes;
    private final int[] index;
    private final int first;
    private final int count;
    private final short flags;

    /** Records without flags. */
    public RecordBatch(byte[] bytes, int[] index, int count) {
        this(bytes, index, count, (short) 0);
    }

    public RecordBatch(byte[] bytes, int[] index, int count, short flags) {
        this(bytes, index, 0, count, flags);
    }

    /**
     * Some of the records in an index that several batches share.
     *
     * @param first how many records stand before these
     */
    public RecordBatch(byte[] bytes, int[] index, int first, int count, short flags) {
        assert count > 0 && index.length >= (first + count) * INTS_PER_RECORD : first + " and " + count;
        this.bytes = bytes;
        this.index = index;
        this.first = first;
        this.count = count;
        this.flags = flags;
    }

    public int count() {
        return count;
    }

    /** What comes back with each record of the batch. */
    public short flags() {
        return flags;
    }

    /** The array all offsets point into; read only. */
    public byte[] bytes() {
        return bytes;
    }

    /** {@link #INTS_PER_RECORD} ints a record, from {@link #slot} on; read only. */
    public int[] index() {
        return index;
    }

    /** Where in the index a record's ints begin. */
    public int slot(int record) {
        return (first + record) * INTS_PER_RECORD;
    }
}
