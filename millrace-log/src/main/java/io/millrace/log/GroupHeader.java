package io.millrace.log;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The head of a group: the records that one append gave one shard, or a step in a shard's life.
 *
 * <p>Layout: crc:4 kind:1 zero:3 bodyBytes:4 count:4 shard:8 value:8 arrivalMillis:8. The checksum covers all that
 * follows it up to the end of the body, so a group stays whole wherever it is copied.
 *
 * @param value the first record's offset; the retention in milliseconds (open); the first kept offset (trim)
 */
record GroupHeader(int crc, GroupKind kind, int bodyBytes, int count, long shard, long value, long arrivalMillis) {

    void write(ByteBuffer into, int at) {
        into.putInt(at, crc);
        into.put(at + 4, kind.code());
        Format.zero(into, at + 5, at + 8);
        into.putInt(at + 8, bodyBytes);
        into.putInt(at + 12, count);
        into.putLong(at + 16, shard);
        into.putLong(at + 24, value);
        into.putLong(at + 32, arrivalMillis);
    }

    /** Returns the head, or null if there is none at this place or its checksum does not fit it and its body. */
    static @Nullable GroupHeader verified(ByteBuffer from, int at) {
        if (from.limit() - at < Format.GROUP_HEADER_BYTES) {
            return null;
        }
        byte kind = from.get(at + 4);
        int bodyBytes = from.getInt(at + 8);
        if (!GroupKind.isKnown(kind) || bodyBytes < 0 || bodyBytes > from.limit() - at - Format.GROUP_HEADER_BYTES) {
            return null;
        }
        var header = read(from, at);
        return header.crc == checksum(from, at, bodyBytes) ? header : null;
    }

    /** Returns the head of a group that was verified before. */
    static GroupHeader read(ByteBuffer from, int at) {
        return new GroupHeader(
                from.getInt(at),
                GroupKind.of(from.get(at + 4)),
                from.getInt(at + 8),
                from.getInt(at + 12),
                from.getLong(at + 16),
                from.getLong(at + 24),
                from.getLong(at + 32));
    }

    static int checksum(ByteBuffer buffer, int at, int bodyBytes) {
        return Format.crc(buffer, at + 4, at + Format.GROUP_HEADER_BYTES + bodyBytes);
    }

    /** How far it is to the next group. */
    int paddedBytes() {
        return paddedBytes(bodyBytes);
    }

    static int paddedBytes(int bodyBytes) {
        return Format.padded(Format.GROUP_HEADER_BYTES + bodyBytes, Format.GROUP_ALIGNMENT_BYTES);
    }

    long nextOffset() {
        return value + count;
    }
}
