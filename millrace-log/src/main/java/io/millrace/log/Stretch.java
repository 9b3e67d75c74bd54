package io.millrace.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Extents of a shard that lie one behind the other in a file, read with one request: a run's are short, and the disk likes
 * to be asked for more. Owned by the thread that fills the span.
 */
final class Stretch {
    /** As much is read at once: of such reads two fit in a block, with what lies around them. */
    private static final int READ_MAX_BYTES = 1024 * 1024 - 2 * Format.BLOCK_BYTES;

    private final ReadAhead.Span span;
    private final ShardKey shard;
    private @Nullable Store store;
    private int position;
    private int bytes;
    private int[] extentBytes = new int[16];
    private int extents;
    private long firstOffset;

    Stretch(ReadAhead.Span span, ShardKey shard) {
        this.span = span;
        this.shard = shard;
    }

    /**
     * Adds an extent, and reads those before if it does not lie behind them; false if there is no room for more.
     *
     * @param offset where its records begin
     */
    boolean add(Store in, long offset, int at, int length) throws IOException {
        int maxBytes = Math.min(READ_MAX_BYTES, span.wantedBytes());
        boolean fits = in == store && at == position + bytes && bytes + length <= maxBytes;
        if (!fits) {
            if (!read()) {
                return false;
            }
            store = in;
            firstOffset = offset;
            position = at;
        }
        if (extents == extentBytes.length) {
            extentBytes = Arrays.copyOf(extentBytes, 2 * extents);
        }
        extentBytes[extents++] = length;
        bytes += length;
        return true;
    }

    /** Reads what was added; false if there is no room for it. */
    boolean read() throws IOException {
        var from = store;
        if (from == null || extents == 0) {
            return true;
        }
        var read = new DiskRead(from, position, bytes);
        var room = span.room(read.roomBytes());
        if (room == null) {
            span.endsAt(firstOffset);
            return false;
        }
        split(from, read.into(room));
        bytes = 0;
        extents = 0;
        return true;
    }

    private void split(Store from, ByteBuffer read) {
        int at = 0;
        for (int extent = 0; extent < extents; extent++) {
            var groups = read.slice(at, extentBytes[extent]);
            StoreReader.verify(from, shard, position + at, groups);
            span.put(from, position + at, groups);
            at += extentBytes[extent];
        }
    }
}
