package io.millrace.log;

import java.io.IOException;
import java.nio.ByteBuffer;

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

    /** The groups of one extent, read-only; checked if they come from the disk. */
    ByteBuffer groups(Store store, ShardKey shard, int position, int bytes) throws IOException {
        var remembered = ring.copy(store, position, bytes);
        if (remembered != null) {
            return remembered.asReadOnlyBuffer();
        }
        var cached = cache.groups(store, position);
        if (cached != null) {
            return cached;
        }
        return readVerified(store, shard, position, bytes);
    }

    /** The reader used up only a part: keeps the rest in memory for the next read. */
    void keep(Store store, int position, ByteBuffer groups) {
        cache.keep(store, position, groups);
    }

    /** Reads from the disk, and believes only what fits its checksum. */
    static ByteBuffer readVerified(Store store, ShardKey shard, int position, int bytes) throws IOException {
        var buffer = ByteBuffer.allocate(bytes);
        if (store.file().read(buffer, position) < bytes) {
            throw store.corruptAt(position, "the file ends within records");
        }
        buffer.flip();
        int at = 0;
        while (at < bytes) {
            var group = GroupHeader.verified(buffer, at);
            if (group == null || group.shard() != shard.id()) {
                throw store.corruptAt(position + at, "records of shard " + shard.id() + " do not fit their checksum");
            }
            at += group.paddedBytes();
        }
        return buffer.asReadOnlyBuffer();
    }
}
