package io.millrace.model;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The records of one PutRecord or PutRecords call, flat: all keys and payloads lie in one array, usually that of the
 * request's body, with an index of where each begins. Nothing is allocated per record, and a payload is copied once more
 * only: into the log's block.
 *
 * <p>Valid by construction: whoever builds one has checked the model's constraints. Immutable after it is built; the
 * array must not be written to until the call has been answered.
 */
public final class PutRecordsBatch {
    /** The ints that describe one record: key offset and length, hash key offset and length, data offset and length. */
    public static final int INTS_PER_RECORD = 6;

    private final StreamRef stream;
    private final byte[] bytes;
    private final int[] index;
    private final int count;
    private final @Nullable String sequenceNumberForOrdering;

    /**
     * @param bytes partition keys (UTF-8), explicit hash keys (decimal digits) and payloads, in any order
     * @param index {@link #INTS_PER_RECORD} ints a record; a hash key length of -1 means that there is none
     */
    public PutRecordsBatch(
            StreamRef stream, byte[] bytes, int[] index, int count, @Nullable String sequenceNumberForOrdering) {
        assert index.length >= count * INTS_PER_RECORD : index.length;
        this.stream = stream;
        this.bytes = bytes;
        this.index = index;
        this.count = count;
        this.sequenceNumberForOrdering = sequenceNumberForOrdering;
    }

    public StreamRef stream() {
        return stream;
    }

    public int count() {
        return count;
    }

    /** The array all offsets point into; read only. */
    public byte[] bytes() {
        return bytes;
    }

    /** Copies the ints that describe a record. */
    public void copyIndex(int record, int[] into, int at) {
        System.arraycopy(index, record * INTS_PER_RECORD, into, at, INTS_PER_RECORD);
    }

    public int partitionKeyOffset(int record) {
        return index[record * INTS_PER_RECORD];
    }

    public int partitionKeyBytes(int record) {
        return index[record * INTS_PER_RECORD + 1];
    }

    public boolean hasExplicitHashKey(int record) {
        return index[record * INTS_PER_RECORD + 3] >= 0;
    }

    public int explicitHashKeyOffset(int record) {
        return index[record * INTS_PER_RECORD + 2];
    }

    /** The number of the explicit hash key's digits, or -1 if there is none. */
    public int explicitHashKeyBytes(int record) {
        return index[record * INTS_PER_RECORD + 3];
    }

    /** The explicit hash key's decimal digits; ask {@link #hasExplicitHashKey} first. */
    public String explicitHashKey(int record) {
        int at = record * INTS_PER_RECORD;
        return new String(bytes, index[at + 2], index[at + 3], StandardCharsets.US_ASCII);
    }

    public int dataOffset(int record) {
        return index[record * INTS_PER_RECORD + 4];
    }

    public int dataBytes(int record) {
        return index[record * INTS_PER_RECORD + 5];
    }

    /** What counts of a record: its partition key and its data. */
    public int bytes(int record) {
        return partitionKeyBytes(record) + dataBytes(record);
    }

    /** PutRecord's SequenceNumberForOrdering as given; always absent for PutRecords. */
    public @Nullable String sequenceNumberForOrdering() {
        return sequenceNumberForOrdering;
    }
}
