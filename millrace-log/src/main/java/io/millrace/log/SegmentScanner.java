package io.millrace.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Walks the batches of a segment as they lie on disk, believing nothing that does not fit its checksum. */
final class SegmentScanner {
    private static final int CHUNK_BYTES = 1024 * 1024;

    private final Store store;
    private final long fileBytes;
    /** What was read at once, of which a batch is often no more than a block. */
    private ByteBuffer window = Format.blockAligned(CHUNK_BYTES).limit(0);

    private long windowAt;
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
        var chunk = Format.blockAligned(CHUNK_BYTES);
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
        var header = BatchHeader.read(bytesAt(at, Format.BATCH_HEADER_BYTES), 0, store.stamp());
        if (header == null || at + header.bytes() > fileBytes) {
            return null;
        }
        var bytes = bytesAt(at, header.bytes());
        return header.isWhole(bytes, 0) ? new Batch(header, bytes, at) : null;
    }

    private ByteBuffer bytesAt(long at, int bytes) throws IOException {
        if (at < windowAt || at + bytes > windowAt + window.limit()) {
            moveWindow(at, bytes);
        }
        return window.slice((int) (at - windowAt), bytes);
    }

    private void moveWindow(long at, int bytes) throws IOException {
        if (bytes > window.capacity()) {
            window = Format.blockAligned(Format.padded(bytes, Format.BLOCK_BYTES));
        }
        store.file().read(window.clear(), at);
        windowAt = at;
        if (window.flip().limit() < bytes) {
            throw store.corruptAt(at, "the file became shorter while it was read");
        }
    }
}
