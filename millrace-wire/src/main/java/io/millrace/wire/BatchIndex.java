package io.millrace.wire;

import io.millrace.model.PutRecordsBatch;
import io.millrace.model.StreamRef;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Where the values of a batch's records lie in an array; grows record by record. A record's values may come in any order. */
final class BatchIndex {
    private static final int ABSENT = -1;

    // The places of a value's offset and length among a record's ints.
    static final int PARTITION_KEY = 0;
    static final int EXPLICIT_HASH_KEY = 2;
    static final int DATA = 4;

    private int[] index;
    private int records;

    BatchIndex(int expectedRecords) {
        index = new int[expectedRecords * PutRecordsBatch.INTS_PER_RECORD];
    }

    void beginRecord() {
        int from = records * PutRecordsBatch.INTS_PER_RECORD;
        if (index.length == from) {
            index = Arrays.copyOf(index, index.length * 4);
        }
        index[from + EXPLICIT_HASH_KEY + 1] = ABSENT;
        records++;
    }

    int records() {
        return records;
    }

    /** Notes where a value of the present record lies. */
    void put(int value, int offset, int bytes) {
        put(records - 1, value, offset, bytes);
    }

    void put(int record, int value, int offset, int bytes) {
        int at = record * PutRecordsBatch.INTS_PER_RECORD + value;
        index[at] = offset;
        index[at + 1] = bytes;
    }

    int offset(int record, int value) {
        return index[record * PutRecordsBatch.INTS_PER_RECORD + value];
    }

    int bytes(int record, int value) {
        return index[record * PutRecordsBatch.INTS_PER_RECORD + value + 1];
    }

    /** The batch whose values lie in that array. */
    PutRecordsBatch batch(
            byte[] bytes, @Nullable String name, @Nullable String arn, @Nullable String sequenceNumberForOrdering) {
        return new PutRecordsBatch(new StreamRef(name, arn), bytes, index, records, sequenceNumberForOrdering);
    }
}
