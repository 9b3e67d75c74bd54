package io.millrace.wire;

import io.millrace.model.PutRecordsBatch;
import io.millrace.model.StreamRef;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A batch that grows record by record: values are appended to one array, and an index says where. A record's values
 * may come in any order.
 */
final class BatchBuilder {
    private static final int INITIAL_RECORDS = 8;
    private static final int ABSENT = -1;

    // The places of a value's offset and length among a record's ints.
    static final int PARTITION_KEY = 0;
    static final int EXPLICIT_HASH_KEY = 2;
    static final int DATA = 4;

    private final BodyWriter bytes;
    private int[] index = new int[INITIAL_RECORDS * PutRecordsBatch.INTS_PER_RECORD];
    private int records;

    BatchBuilder(int expectedBytes) {
        bytes = new BodyWriter(expectedBytes);
    }

    void beginRecord() {
        int from = records * PutRecordsBatch.INTS_PER_RECORD;
        if (index.length == from) {
            index = Arrays.copyOf(index, index.length * 2);
        }
        index[from + EXPLICIT_HASH_KEY + 1] = ABSENT;
        records++;
    }

    int records() {
        return records;
    }

    /** Where the next value goes; {@link #end} says which one it was. */
    BodyWriter bytes() {
        return bytes;
    }

    /** Notes that the bytes since {@code offset} are a value of the present record. */
    void end(int value, int offset) {
        int at = (records - 1) * PutRecordsBatch.INTS_PER_RECORD + value;
        index[at] = offset;
        index[at + 1] = bytes.length() - offset;
    }

    void add(int value, byte[] source, int from, int to) {
        int offset = bytes.length();
        bytes.write(source, from, to - from);
        end(value, offset);
    }

    PutRecordsBatch finish(@Nullable String name, @Nullable String arn, @Nullable String sequenceNumberForOrdering) {
        return new PutRecordsBatch(new StreamRef(name, arn), bytes.array(), index, records, sequenceNumberForOrdering);
    }
}
