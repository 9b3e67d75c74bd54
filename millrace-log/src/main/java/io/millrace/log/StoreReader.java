package io.millrace.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Gets a shard's groups from memory, or from the disk and then not without looking at their checksums. */
final class StoreReader {
    private final Ring ring;
    private final ReadCache cache;

    StoreReader(Ring ring, int cacheMaxBytes) {
        this.ring = ring;
        this.cache = new ReadCache(cacheMaxBytes);
    }

    /** Where the piece's extents are. */
    Extents extents(Piece piece) throws IOException {
        return switch (piece) {
            case OpenPiece open -> open.extents();
            case SealedPiece sealed -> {
                var known = cache.extents(sealed);
                if (known == null) {
                    known = sealed.extents();
                    cache.keep(sealed, known);
                }
                yield known;
            }
        };
    }

    /** The groups of one extent, read-only, if they are in memory. */
    @Nullable ByteBuffer atHand(Store store, int position, int bytes, ReadMemory memory) {
        var remembered = ring.copy(store, position, bytes, memory);
        return remembered != null ? remembered.asReadOnlyBuffer() : cache.groups(store, position);
    }

    /** Whether the groups of an extent are among the newest, and those behind them then too. */
    boolean isAmongNewest(Store store, int position) {
        return ring.holds(store, position);
    }

    /** Whether the groups of an extent were kept for the next read. */
    boolean isKept(Store store, int position) {
        return cache.groups(store, position) != null;
    }

    /** The reader used up only a part: keeps the rest in memory for the next read. */
    void keep(Store store, int position, ByteBuffer groups) {
        if (groups.isDirect() && cache.groups(store, position) == null) {
            // Lent, and soon another's.
            var kept = ByteBuffer.allocate(groups.limit());
            kept.put(0, groups, 0, groups.limit());
            cache.keep(store, position, kept.asReadOnlyBuffer());
        } else {
            cache.keep(store, position, groups);
        }
    }

    /** Reads from the disk until the buffer is full, and believes only what fits its checksum. */
    static ByteBuffer readVerified(Store store, ShardKey shard, int position, ByteBuffer buffer) throws IOException {
        int wanted = buffer.remaining();
        if (store.file().read(buffer, position) < wanted) {
            throw store.corruptAt(position, "the file ends within records");
        }
        buffer.flip();
        verify(store, shard, position, buffer);
        return buffer.asReadOnlyBuffer();
    }

    /** Reads from the disk into memory of the reader's, and believes only what fits its checksum. */
    static ByteBuffer readVerified(DiskRead read, ShardKey shard, ReadMemory memory) throws IOException {
        var groups = read.into(memory.take(read.roomBytes()));
        verify(read.store(), shard, read.position(), groups);
        return groups.asReadOnlyBuffer();
    }

    /** Believes only what fits its checksum. */
    static void verify(Store store, ShardKey shard, int position, ByteBuffer buffer) {
        int at = 0;
        while (at < buffer.limit()) {
            var group = GroupHeader.verified(buffer, at);
            if (group == null || group.shard() != shard.id()) {
                throw store.corruptAt(position + at, "records of shard " + shard.id() + " do not fit their checksum");
            }
            at += group.paddedBytes();
        }
    }
}
