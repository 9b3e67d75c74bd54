package io.millrace.log;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What was read from disk and will likely be asked for again: groups of which a reader used only a part, and where a
 * shard's extents lie. Bounded by bytes; the oldest goes first. No locks.
 */
final class ReadCache {
    private final long maxBytes;
    private final Map<Key, Entry> entries = new ConcurrentHashMap<>();
    private final Queue<Key> oldestFirst = new ConcurrentLinkedQueue<>();
    private final AtomicLong bytes = new AtomicLong();

    /** A place in one use of a file: generations are never given twice. */
    private record Key(long generation, int position) {}

    private sealed interface Entry {
        long bytes();

        record Groups(ByteBuffer buffer) implements Entry {
            @Override
            public long bytes() {
                return buffer.capacity();
            }
        }

        record Places(Extents extents) implements Entry {
            @Override
            public long bytes() {
                return (long) extents.count() * Extents.BYTES_PER_EXTENT;
            }
        }
    }

    ReadCache(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    @Nullable ByteBuffer groups(Store store, int position) {
        return entries.get(key(store, position)) instanceof Entry.Groups(var buffer) ? buffer : null;
    }

    void keep(Store store, int position, ByteBuffer groups) {
        keep(key(store, position), new Entry.Groups(groups));
    }

    @Nullable Extents extents(SealedPiece piece) {
        return entries.get(key(piece.store(), piece.extentsAt())) instanceof Entry.Places(var extents) ? extents : null;
    }

    void keep(SealedPiece piece, Extents extents) {
        keep(key(piece.store(), piece.extentsAt()), new Entry.Places(extents));
    }

    private static Key key(Store store, int position) {
        return new Key(store.stamp().generation(), position);
    }

    private void keep(Key key, Entry entry) {
        if (entry.bytes() > maxBytes || entries.putIfAbsent(key, entry) != null) {
            return;
        }
        oldestFirst.add(key);
        long total = bytes.addAndGet(entry.bytes());
        while (total > maxBytes) {
            var oldest = oldestFirst.poll();
            var gone = oldest == null ? null : entries.remove(oldest);
            if (gone == null) {
                return;
            }
            total = bytes.addAndGet(-gone.bytes());
        }
    }
}
