package io.millrace.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Writes a run: one shard's groups after another's, as they were in the segments, checksums and all. */
final class RunWriter {
    /** Synced this often, so that the last sync does not hold up everybody else's. */
    private static final int SYNC_EVERY_BYTES = 16 * 1024 * 1024;

    /** What a reader gets at once; also what one entry of the index stands for. */
    private static final int EXTENT_BYTES = 64 * 1024;

    private final Store run;
    private final Pace pace;
    private final ByteBuffer chunk = Format.blockAligned(Pace.STEP_BYTES);
    private final List<Footer.Content> contents = new ArrayList<>();
    private int position;
    private int syncedPosition;

    private final Growing piece = new Growing();

    /** The piece to which groups are being added. */
    private static final class Growing {
        long[] slots = new long[16 * Extents.LONGS_PER_EXTENT];
        int count;
        long firstOffset;
        long nextOffset;
        long lastArrivalMillis;

        void add(GroupHeader group, int position) {
            int last = (count - 1) * Extents.LONGS_PER_EXTENT;
            int bytes = group.paddedBytes();
            if (count > 0 && (int) slots[last + 2] + bytes <= EXTENT_BYTES) {
                slots[last + 2] += bytes;
            } else {
                addExtent(group, position, bytes);
            }
            nextOffset = group.nextOffset();
            lastArrivalMillis = group.arrivalMillis();
        }

        private void addExtent(GroupHeader group, int position, int bytes) {
            int slot = count * Extents.LONGS_PER_EXTENT;
            if (slot == slots.length) {
                slots = Arrays.copyOf(slots, 2 * slots.length);
            }
            if (count == 0) {
                firstOffset = group.value();
            }
            slots[slot] = group.value();
            slots[slot + 1] = group.arrivalMillis();
            slots[slot + 2] = Extents.place(position, bytes);
            count++;
        }
    }

    RunWriter(Store run, Pace pace) {
        this.run = run;
        this.pace = pace;
    }

    /** Adds a group of the shard at hand, in offset order; what lies in other files may be missing in between. */
    void add(ShardKey key, ByteBuffer groups, int at, GroupHeader group) throws IOException {
        if (piece.count > 0 && group.value() != piece.nextOffset) {
            endPiece(key);
        }
        piece.add(group, position + chunk.position());
        var bytes = groups.duplicate().limit(at + group.paddedBytes()).position(at);
        while (bytes.hasRemaining()) {
            int fitting = Math.min(bytes.remaining(), chunk.remaining());
            chunk.put(bytes.slice(bytes.position(), fitting));
            bytes.position(bytes.position() + fitting);
            if (!chunk.hasRemaining()) {
                flush();
            }
        }
    }

    /** All of the shard's groups were added, up to a gap; shards come in order of their keys. */
    void endPiece(ShardKey key) {
        if (piece.count > 0) {
            var slots = Arrays.copyOf(piece.slots, piece.count * Extents.LONGS_PER_EXTENT);
            var extents = new Extents(slots, piece.count);
            contents.add(
                    new Footer.Content(key, piece.firstOffset, piece.nextOffset, piece.lastArrivalMillis, extents));
            piece.count = 0;
        }
    }

    boolean isEmpty() {
        return contents.isEmpty();
    }

    /** Makes the run whole and durable. */
    List<Footer.Entry> finish() throws IOException {
        int padded = Format.padded(chunk.position(), Format.BLOCK_BYTES);
        Format.zero(chunk, chunk.position(), padded);
        chunk.position(padded);
        flush();
        var entries = Footer.write(run, position, contents);
        run.file().sync();
        run.reach(Store.Phase.SEALED, position);
        return entries;
    }

    private void flush() throws IOException {
        chunk.flip();
        position += chunk.limit();
        run.file().write(chunk, position - chunk.limit());
        chunk.clear();
        if (position - syncedPosition >= SYNC_EVERY_BYTES) {
            run.file().sync();
            syncedPosition = position;
        }
        pace.breathe();
    }
}
