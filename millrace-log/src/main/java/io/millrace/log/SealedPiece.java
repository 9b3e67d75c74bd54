package io.millrace.log;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * One shard's records in a file with a footer; where its extents are, they stay on disk until somebody reads.
 *
 * @param extentsAt where in the file the shard's extents begin
 */
record SealedPiece(
        Store store,
        long firstOffset,
        long nextOffset,
        long lastArrivalMillis,
        long bytes,
        int extentsAt,
        int extentCount,
        int extentsCrc)
        implements Piece {

    @Override
    public Extents extents() throws IOException {
        var buffer = ByteBuffer.allocate(extentCount * Extents.BYTES_PER_EXTENT);
        store.file().read(buffer, extentsAt);
        buffer.flip();
        if (buffer.limit() < buffer.capacity() || Format.crc(buffer, 0, buffer.limit()) != extentsCrc) {
            throw store.corruptAt(extentsAt, "the footer's extents do not fit their checksum");
        }
        var slots = new long[extentCount * Extents.LONGS_PER_EXTENT];
        buffer.asLongBuffer().get(slots);
        return new Extents(slots, extentCount);
    }
}
