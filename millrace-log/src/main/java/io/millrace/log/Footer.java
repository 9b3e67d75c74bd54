package io.millrace.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What a file holds of which shard, written behind its last batch.
 *
 * <p>Layout: magic:4 version:1 zero:3 crc:4 shards:4 extents:4 zero:4 generation:8, then the shards in order of their
 * keys (one may be there twice, with a gap between its pieces), then their extents. The checksum covers what follows it up to the end of the shards; each shard's extents have
 * their own, because they are read one shard at a time.
 */
final class Footer {
    private static final int HEADER_BYTES = 32;
    private static final int CHECKED_FROM = 12;

    /** Layout: key:8 firstOffset:8 nextOffset:8 lastArrivalMillis:8 bytes:4 extentsAt:4 extentCount:4 extentsCrc:4. */
    private static final int SHARD_BYTES = 48;

    private Footer() {}

    /** A shard's piece as the footer has it. */
    record Entry(ShardKey shard, SealedPiece piece) {}

    /** What goes into a footer for one shard: its extents have been gathered. */
    record Content(ShardKey shard, long firstOffset, long nextOffset, long lastArrivalMillis, Extents extents) {}

    /** Writes the footer at the store's end, which it does not sync; returns the pieces as they now are. */
    static List<Entry> write(Store store, long end, List<Content> contents) throws IOException {
        int extents =
                contents.stream().mapToInt(content -> content.extents.count()).sum();
        int tableBytes = HEADER_BYTES + contents.size() * SHARD_BYTES;
        int bytes = Format.padded(tableBytes + extents * Extents.BYTES_PER_EXTENT, Format.BLOCK_BYTES);
        var page = Format.blockAligned(bytes);
        page.putInt(Format.FOOTER_MAGIC).put(Format.VERSION).position(CHECKED_FROM);
        page.putInt(contents.size())
                .putInt(extents)
                .putInt(0)
                .putLong(store.stamp().generation());

        var entries = new ArrayList<Entry>(contents.size());
        int extentsAt = tableBytes;
        for (var content : contents) {
            int extentsEnd = putExtents(page, extentsAt, content.extents);
            var piece = new SealedPiece(
                    store,
                    content.firstOffset,
                    content.nextOffset,
                    content.lastArrivalMillis,
                    totalBytes(content.extents),
                    Math.toIntExact(end + extentsAt),
                    content.extents.count(),
                    Format.crc(page, extentsAt, extentsEnd));
            putShard(page, content.shard, piece);
            entries.add(new Entry(content.shard, piece));
            extentsAt = extentsEnd;
        }
        page.putInt(8, Format.crc(page, CHECKED_FROM, tableBytes));
        store.file().write(page.clear(), end);
        return entries;
    }

    private static int putExtents(ByteBuffer page, int at, Extents extents) {
        int longs = extents.count() * Extents.LONGS_PER_EXTENT;
        page.slice(at, longs * Long.BYTES).asLongBuffer().put(extents.slots(), 0, longs);
        return at + longs * Long.BYTES;
    }

    private static void putShard(ByteBuffer page, ShardKey shard, SealedPiece piece) {
        page.putLong(shard.id()).putLong(piece.firstOffset()).putLong(piece.nextOffset());
        page.putLong(piece.lastArrivalMillis()).putInt((int) piece.bytes()).putInt(piece.extentsAt());
        page.putInt(piece.extentCount()).putInt(piece.extentsCrc());
    }

    private static long totalBytes(Extents extents) {
        long total = 0;
        for (int extent = 0; extent < extents.count(); extent++) {
            total += extents.bytes(extent);
        }
        return total;
    }

    /**
     * Reads the table of shards, not their extents.
     *
     * @throws CorruptLogException if it is not there or not as it was written
     */
    static List<Entry> read(Store store) throws IOException {
        long end = store.end();
        var head = ByteBuffer.allocate(HEADER_BYTES);
        store.file().read(head, end);
        int shards = head.getInt(12);
        if (head.hasRemaining()
                || head.getInt(0) != Format.FOOTER_MAGIC
                || head.get(4) != Format.VERSION
                || head.getLong(24) != store.stamp().generation()
                || shards < 0
                || (long) shards * SHARD_BYTES > store.file().size() - end) {
            throw store.corruptAt(end, "there is no footer of this file here");
        }
        var page = ByteBuffer.allocate(HEADER_BYTES + shards * SHARD_BYTES);
        store.file().read(page, end);
        page.flip();
        if (page.limit() < page.capacity() || page.getInt(8) != Format.crc(page, CHECKED_FROM, page.limit())) {
            throw store.corruptAt(end, "the footer does not fit its checksum");
        }
        page.position(HEADER_BYTES);
        var entries = new ArrayList<Entry>(shards);
        for (int shard = 0; shard < shards; shard++) {
            entries.add(readShard(page, store));
        }
        return entries;
    }

    private static Entry readShard(ByteBuffer page, Store store) {
        var key = new ShardKey(page.getLong());
        return new Entry(
                key,
                new SealedPiece(
                        store,
                        page.getLong(),
                        page.getLong(),
                        page.getLong(),
                        page.getInt(),
                        page.getInt(),
                        page.getInt(),
                        page.getInt()));
    }
}
