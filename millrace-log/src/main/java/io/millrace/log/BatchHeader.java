package io.millrace.log;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The head of a batch: what one write and one sync made durable.
 *
 * <p>Layout: magic:4 version:1 zero:3 crc:4 bytes:4 groups:4 zero:4 generation:8 epoch:8 sequence:8 durableSequence:8
 * salt:8. The checksum covers the head from {@code bytes} on and then the checksums of the groups, which cover the rest.
 *
 * @param bytes the whole batch without its padding
 * @param sequence counts the batches of a log's life, across segments
 * @param durableSequence the newest batch known to be on the device when this one was written: proof that a hole before
 *     this batch is damage and not a torn tail
 */
record BatchHeader(int bytes, int groups, Stamp stamp, long sequence, long durableSequence) {

    /**
     * What tells a batch of this use of a file from those of earlier uses, which still lie there with good checksums.
     *
     * @param generation a number each use of a segment file has for itself
     * @param epoch counts the times a log was opened or went on after a failure
     * @param salt drawn when the log was made, so that no record's data can pose as a batch
     */
    record Stamp(long generation, long epoch, long salt) {}

    int paddedBytes() {
        return Format.padded(bytes, Format.BLOCK_BYTES);
    }

    /** Writes the head in front of groups that are already there. */
    void write(ByteBuffer into, int at) {
        into.putInt(at, Format.BATCH_MAGIC);
        into.put(at + 4, Format.VERSION);
        Format.zero(into, at + 5, at + 8);
        into.putInt(at + 12, bytes);
        into.putInt(at + 16, groups);
        into.putInt(at + 20, 0);
        into.putLong(at + 24, stamp.generation());
        into.putLong(at + 32, stamp.epoch());
        into.putLong(at + 40, sequence);
        into.putLong(at + 48, durableSequence);
        into.putLong(at + 56, stamp.salt());
        into.putInt(at + 8, checksum(into, at));
    }

    /** Reads the head without looking at its checksum; null if this is no batch of this use of the file. */
    static @Nullable BatchHeader read(ByteBuffer from, int at, Stamp expected) {
        if (from.getInt(at) != Format.BATCH_MAGIC || from.get(at + 4) != Format.VERSION) {
            return null;
        }
        var stamp = new Stamp(from.getLong(at + 24), from.getLong(at + 32), from.getLong(at + 56));
        int bytes = from.getInt(at + 12);
        if (!stamp.equals(expected) || bytes < Format.BATCH_HEADER_BYTES || bytes > Format.BATCH_MAX_BYTES) {
            return null;
        }
        return new BatchHeader(bytes, from.getInt(at + 16), stamp, from.getLong(at + 40), from.getLong(at + 48));
    }

    /** Whether the batch at this place is whole: each group fits its checksum, and together they fit the head's. */
    boolean isWhole(ByteBuffer batch, int at) {
        int next = at + Format.BATCH_HEADER_BYTES;
        for (int group = 0; group < groups; group++) {
            var header = next < at + bytes ? GroupHeader.verified(batch, next) : null;
            if (header == null) {
                return false;
            }
            next += header.paddedBytes();
        }
        return next == at + bytes && batch.getInt(at + 8) == checksum(batch, at);
    }

    private int checksum(ByteBuffer batch, int at) {
        var crc = new CRC32C();
        crc.update(batch.duplicate().limit(at + Format.BATCH_HEADER_BYTES).position(at + 12));
        var groupCrc = ByteBuffer.allocate(Integer.BYTES);
        int next = at + Format.BATCH_HEADER_BYTES;
        for (int group = 0; group < groups; group++) {
            groupCrc.putInt(0, batch.getInt(next));
            crc.update(groupCrc.array());
            next += GroupHeader.paddedBytes(batch.getInt(next + 8));
        }
        return (int) crc.getValue();
    }
}
