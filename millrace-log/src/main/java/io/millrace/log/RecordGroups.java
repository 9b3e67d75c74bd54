package io.millrace.log;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a batch's records are cut into groups, and how they come back out of one. */
final class RecordGroups {
    /** Nobody's key or data is this long; the bound keeps a sum of three lengths within an int. */
    private static final int FIELD_MAX_BYTES = 64 * 1024 * 1024;

    private RecordGroups() {}

    /** The record after the last one of the group that begins with {@code from}; {@code to} at the latest. */
    static int groupEnd(RecordBatch batch, int from, int to) {
        int bytes = 0;
        int record = from;
        while (record < to && bytes < Format.GROUP_MAX_BYTES) {
            bytes += recordBytes(batch, record);
            record++;
        }
        return record;
    }

    /** How many bytes the groups of some of the batch's records take. */
    static long encodedBytes(RecordBatch batch, int from, int to) {
        long total = 0;
        int groupBytes = 0;
        for (int record = from; record < to; record++) {
            groupBytes += recordBytes(batch, record);
            if (groupBytes >= Format.GROUP_MAX_BYTES || record == to - 1) {
                total += GroupHeader.paddedBytes(groupBytes);
                groupBytes = 0;
            }
        }
        return total;
    }

    private static int recordBytes(RecordBatch batch, int record) {
        var index = batch.index();
        int slot = batch.slot(record);
        assert index[slot + 1] >= 0 && index[slot + 3] < Format.NO_HASH_KEY && index[slot + 5] >= 0 : record;
        assert index[slot + 1] <= FIELD_MAX_BYTES && index[slot + 5] <= FIELD_MAX_BYTES : record;
        return Format.RECORD_HEADER_BYTES + index[slot + 1] + Math.max(0, index[slot + 3]) + index[slot + 5];
    }

    /** What a read may still take. */
    static final class Allowance {
        private int records;
        private long bytes;
        private boolean first = true;

        Allowance(ReadLimits limits) {
            this.records = limits.maxRecords();
            this.bytes = limits.maxBytes();
        }

        boolean take(int recordBytes) {
            if (!first && (records == 0 || recordBytes > bytes)) {
                records = 0;
                return false;
            }
            first = false;
            records--;
            bytes -= recordBytes;
            return true;
        }

        void useUp() {
            records = 0;
        }

        boolean isUsedUp() {
            return records <= 0 || bytes <= 0;
        }
    }

    /** Adds the group's records from {@code fromOffset} up to {@code endOffset}, as far as the allowance goes. */
    static void decode(
            ByteBuffer buffer,
            int at,
            GroupHeader group,
            long fromOffset,
            long endOffset,
            Allowance allowance,
            List<RecordRun.StoredRecord> into) {
        int next = at + Format.GROUP_HEADER_BYTES;
        for (int record = 0; record < group.count() && !allowance.isUsedUp(); record++) {
            long offset = group.value() + record;
            int dataBytes = buffer.getInt(next);
            int keyBytes = buffer.getInt(next + 4);
            int hashKeyField = Short.toUnsignedInt(buffer.getShort(next + 10));
            int hashKeyBytes = hashKeyField == Format.NO_HASH_KEY ? 0 : hashKeyField;
            short flags = buffer.getShort(next + 8);
            int key = next + Format.RECORD_HEADER_BYTES;
            int hashKey = key + keyBytes;
            int data = hashKey + hashKeyBytes;
            next = data + dataBytes;
            if (offset < fromOffset) {
                continue;
            }
            if (offset >= endOffset || !allowance.take(keyBytes + dataBytes)) {
                return;
            }
            into.add(new RecordRun.StoredRecord(
                    offset,
                    group.arrivalMillis(),
                    flags,
                    buffer.slice(key, keyBytes),
                    hashKeySlice(buffer, hashKey, hashKeyField),
                    buffer.slice(data, dataBytes)));
        }
    }

    private static @Nullable ByteBuffer hashKeySlice(ByteBuffer buffer, int at, int field) {
        return field == Format.NO_HASH_KEY ? null : buffer.slice(at, field);
    }
}
