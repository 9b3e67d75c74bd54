package io.millrace.streams;

import io.millrace.log.RecordBatch;
import io.millrace.model.InvalidArgumentException;
import io.millrace.model.PutRecordsBatch;
import io.millrace.model.ValidationException;
import java.util.ArrayList;
import java.util.List;

/** The size checks of PutRecord and PutRecords, with their texts. A record's size is its data and its partition key. */
final class RecordSizes {
    private static final int KIB = 1_024;
    private static final int DEFAULT_MAX_BYTES = StreamLimits.RECORD_DEFAULT_KIB * KIB;
    private static final int REPORTED_MAX_ERRORS = 10;

    /** How a call names its records' data in errors. */
    enum Path {
        PUT_RECORD {
            @Override
            String of(int record) {
                return "data";
            }
        },
        PUT_RECORDS {
            @Override
            String of(int record) {
                return "records." + (record + 1) + ".member.data";
            }
        };

        abstract String of(int record);
    }

    private RecordSizes() {}

    /** Refuses what is too large by default; asked when there is no stream whose limit could be known. */
    static void requireDefault(PutRecordsBatch batch, Path path) {
        List<String> errors = new ArrayList<>();
        for (int record = 0; record < batch.count() && errors.size() < REPORTED_MAX_ERRORS; record++) {
            int bytes = batch.dataBytes(record);
            if (bytes > DEFAULT_MAX_BYTES) {
                errors.add("Value 'java.nio.HeapByteBuffer[pos=0 lim=" + bytes + " cap=" + bytes + "]' at '"
                        + path.of(record) + "' " + mustHaveLength(DEFAULT_MAX_BYTES));
            }
        }
        if (!errors.isEmpty()) {
            throw new ValidationException(errors.size() + " validation error" + (errors.size() == 1 ? "" : "s")
                    + " detected: " + String.join("; ", errors));
        }
    }

    /** Refuses what is too large for the stream; returns the bytes of all records together. */
    static long require(PutRecordsBatch batch, Path path, int maxRecordKib) {
        long total = 0;
        int firstTooLarge = -1;
        for (int record = batch.count() - 1; record >= 0; record--) {
            int bytes = batch.bytes(record);
            total += bytes;
            if (bytes > maxRecordKib * KIB) {
                firstTooLarge = record;
            }
        }
        if (path == Path.PUT_RECORDS && total > StreamLimits.PUT_RECORDS_MAX_BYTES) {
            throw new InvalidArgumentException("Records size exceeds 10 MB limit");
        }
        if (firstTooLarge >= 0) {
            throw new ValidationException("1 validation error detected: Value at '" + path.of(firstTooLarge) + "' "
                    + mustHaveLength(maxRecordKib * KIB));
        }
        return total;
    }

    /** The bytes of records that were checked before. */
    static long sum(RecordBatch records, int from, int to) {
        var index = records.index();
        long total = 0;
        for (int record = from; record < to; record++) {
            int at = records.slot(record);
            total += index[at + 1] + index[at + 5];
        }
        return total;
    }

    private static String mustHaveLength(int maxBytes) {
        return "failed to satisfy constraint: Member must have length less than or equal to " + maxBytes;
    }
}
