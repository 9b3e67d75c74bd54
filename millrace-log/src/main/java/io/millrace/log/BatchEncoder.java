package io.millrace.log;

import java.nio.ByteBuffer;

/** Writes groups one after another into memory that goes to the disk as it is: the one copy a record's bytes make. */
final class BatchEncoder {
    private final ByteBuffer buffer;
    private final int start;
    private int next;
    private int groups;

    /** Begins a batch at this place, a multiple of the block. */
    BatchEncoder(ByteBuffer buffer, int start) {
        this.buffer = buffer;
        this.start = start;
        this.next = start + Format.BATCH_HEADER_BYTES;
    }

    /** Where the next group will be, counted from the batch's beginning. */
    int bytes() {
        return next - start;
    }

    void step(GroupKind kind, long shard, long value, long arrivalMillis) {
        finishGroup(kind, 0, 0, shard, value, arrivalMillis);
    }

    void records(long shard, long firstOffset, long arrivalMillis, RecordBatch batch, int fromRecord, int toRecord) {
        int at = next + Format.GROUP_HEADER_BYTES;
        var bytes = batch.bytes();
        var index = batch.index();
        for (int record = fromRecord; record < toRecord; record++) {
            int slot = batch.slot(record);
            int keyBytes = index[slot + 1];
            int hashKeyBytes = Math.max(0, index[slot + 3]);
            int dataBytes = index[slot + 5];
            buffer.putInt(at, dataBytes);
            buffer.putInt(at + 4, keyBytes);
            buffer.putShort(at + 8, batch.flags());
            buffer.putShort(at + 10, (short) (index[slot + 3] < 0 ? Format.NO_HASH_KEY : hashKeyBytes));
            at += Format.RECORD_HEADER_BYTES;
            buffer.put(at, bytes, index[slot], keyBytes);
            at += keyBytes;
            buffer.put(at, bytes, index[slot + 2], hashKeyBytes);
            at += hashKeyBytes;
            buffer.put(at, bytes, index[slot + 4], dataBytes);
            at += dataBytes;
        }
        int bodyBytes = at - next - Format.GROUP_HEADER_BYTES;
        finishGroup(GroupKind.RECORDS, bodyBytes, toRecord - fromRecord, shard, firstOffset, arrivalMillis);
    }

    private void finishGroup(GroupKind kind, int bodyBytes, int count, long shard, long value, long arrivalMillis) {
        int end = next + Format.GROUP_HEADER_BYTES + bodyBytes;
        int padded = next + GroupHeader.paddedBytes(bodyBytes);
        Format.zero(buffer, end, padded);
        new GroupHeader(0, kind, bodyBytes, count, shard, value, arrivalMillis).write(buffer, next);
        buffer.putInt(next, GroupHeader.checksum(buffer, next, bodyBytes));
        next = padded;
        groups++;
    }

    /** Puts the head in front and returns the whole, padded to the block, ready for writing. */
    ByteBuffer finish(BatchHeader.Stamp stamp, long sequence, long durableSequence) {
        var header = new BatchHeader(bytes(), groups, stamp, sequence, durableSequence);
        header.write(buffer, start);
        int end = start + header.paddedBytes();
        Format.zero(buffer, next, end);
        return buffer.duplicate().limit(end).position(start);
    }
}
