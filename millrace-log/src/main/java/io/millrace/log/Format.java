package io.millrace.log;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** The numbers of the format on disk; docs/storage-format.md tells them as a story. All integers are big-endian. */
final class Format {
    static final byte VERSION = 1;

    /** Batches and footers begin at multiples of this and are padded to it with zeros: what direct writes need. */
    static final int BLOCK_BYTES = 4096;

    static final int BATCH_MAGIC = 0x4D424154; // "MBAT"
    static final int BATCH_HEADER_BYTES = 64;

    static final int GROUP_HEADER_BYTES = 40;
    static final int GROUP_ALIGNMENT_BYTES = 8;
    static final int RECORD_HEADER_BYTES = 12;
    static final int NO_HASH_KEY = 0xFFFF;

    /** A group is closed once it holds this much, so that a reader of one record need not read megabytes around it. */
    static final int GROUP_MAX_BYTES = 256 * 1024;

    /** The largest batch: what one append may hold, and the most recovery believes a length field. */
    static final int BATCH_MAX_BYTES = 64 * 1024 * 1024;

    static final int FOOTER_MAGIC = 0x4D465452; // "MFTR"
    static final int MANIFEST_MAGIC = 0x4D4D414E; // "MMAN"

    private Format() {}

    static int padded(int bytes, int alignment) {
        return (bytes + alignment - 1) & -alignment;
    }

    static ByteBuffer blockAligned(int bytes) {
        return ByteBuffer.allocateDirect(bytes + BLOCK_BYTES)
                .alignedSlice(BLOCK_BYTES)
                .slice(0, bytes);
    }

    static int crc(ByteBuffer buffer, int from, int to) {
        var crc = new CRC32C();
        crc.update(buffer.duplicate().limit(to).position(from));
        return (int) crc.getValue();
    }

    /** Overwrites what an earlier use of the buffer left in a gap. */
    static void zero(ByteBuffer buffer, int from, int to) {
        for (int at = from; at < to; at++) {
            buffer.put(at, (byte) 0);
        }
    }
}
