package io.millrace.wire;

import io.millrace.model.PutRecordsBatch;
import org.jspecify.annotations.Nullable;

/** A batch whose values are copied together, record by record, into one array. */
final class BatchBuilder {
    private static final int EXPECTED_RECORDS = 8;

    private final BodyWriter bytes;
    private final BatchIndex index = new BatchIndex(EXPECTED_RECORDS);

    BatchBuilder(int expectedBytes) {
        bytes = new BodyWriter(expectedBytes);
    }

    void beginRecord() {
        index.beginRecord();
    }

    /** Adds a value of the present record: one of the places that {@link BatchIndex} names. */
    void add(int value, byte[] source) {
        index.put(value, bytes.length(), source.length);
        bytes.write(source, 0, source.length);
    }

    PutRecordsBatch finish(@Nullable String name, @Nullable String arn, @Nullable String sequenceNumberForOrdering) {
        return index.batch(bytes.array(), name, arn, sequenceNumberForOrdering);
    }
}
