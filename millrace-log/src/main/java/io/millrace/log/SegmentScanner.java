package io.millrace.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Walks the batches of a segment as they lie on disk, believing nothing that does not fit its checksum. */
final class SegmentScanner {
    private static final int CHUNK_BYTES = 1024 * 1024;

    private final Store store;
    private final long fileBytes;
    private ByteBuffer buffer = ByteBuffer.allocate(256 * 1024);
    private long position;

    SegmentScanner(Store store) throws IOException {
        this.store = store;
        this.fileBytes = store.file().size();
    }

    /** Where the next batch would begin. */
    long position() {
        return position;
    }

    /** A whole batch, in memory until the next one is read. */
    record Batch(BatchHeader header, ByteBuffer bytes, long position) {}

    /** Goes to the next batch; null, without moving, if no whole one is there. */
    @Nullable Batch next() throws IOException {
        var batch = readAt(position);
        if (batch != null) {
            position += batch.header.paddedBytes();
        }
        return batch;
    }

    void backTo(long earlier) {
        position = earlier;
    }

    /**
     * Looks behind a hole for a batch that was written when the missing one was already durable.
     *
     * @param withinBytes how far to look
     * @return where it is, or -1
     */
    long proofOfLoss(long missingSequence, long withinBytes) throws IOException {
        long end = Math.min(fileBytes, position + Math.min(withinBytes, fileBytes));
        var chunk = ByteBuffer.allocate(CHUNK_BYTES);
        for (long from = position; from < end; from += CHUNK_BYTES) {
            int bytes = store.file().read(chunk.clear(), from);
            for (int at = 0; at + Format.BLOCK_BYTES <= bytes; at += Format.BLOCK_BYTES) {
                if (chunk.getInt(at) == Format.BATCH_MAGIC && isWrittenAfter(missingSequence, from + at)) {
                    return from + at;
                }
            }
        }
        return -1;
    }

    private boolean isWrittenAfter(long sequence, long at) throws IOException {
        var batch = readAt(at);
        return batch != null && batch.header.durableSequence() >= sequence;
    }

    private @Nullable Batch readAt(long at) throws IOException {
        if (at + Format.BATCH_HEADER_BYTES > fileBytes) {
            return null;
        }
        fill(at, Format.BATCH_HEADER_BYTES);
        var header = BatchHeader.read(buffer, 0, store.stamp());
        if (header == null || at + header.bytes() > fileBytes) {
            return null;
        }
        fill(at, header.bytes());
        return header.isWhole(buffer, 0) ? new Batch(header, buffer, at) : null;
    }

    private void fill(long at, int bytes) throws IOException {
        if (bytes > buffer.capacity()) {
            buffer = ByteBuffer.allocate(Format.padded(bytes, Format.BLOCK_BYTES));
        }
        buffer.clear().limit(bytes);
        if (store.file().read(buffer, at) < bytes) {
            throw store.corruptAt(at, "the file became shorter while it was read");
        }
        buffer.flip();
    }
}
