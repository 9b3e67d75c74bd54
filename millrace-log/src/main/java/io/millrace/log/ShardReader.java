package io.millrace.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads a shard's durable records, in order, without a lock.
 *
 * <p>A file may be recycled or regrouped while it is read from. Then what came back does not fit its checksum, or the file
 * is closed; the shard has other pieces by that time, and the read begins again with those.
 */
final class ShardReader {
    private final ConcurrentMap<ShardKey, Shard> shards;
    private final StoreReader stores;
    private final ReadBlocks blocks;
    private final ReadAhead ahead;

    ShardReader(ConcurrentMap<ShardKey, Shard> shards, StoreReader stores, ReadBlocks blocks, ReadAhead ahead) {
        this.shards = shards;
        this.stores = stores;
        this.blocks = blocks;
        this.ahead = ahead;
    }

    Shard find(ShardKey key) {
        var shard = shards.get(key);
        if (shard == null) {
            throw new UnknownShardException("the log holds no shard " + key.id());
        }
        return shard;
    }

    Set<ShardKey> keys() {
        return Set.copyOf(shards.keySet());
    }

    RecordRun read(ShardKey key, long fromOffset, ReadLimits limits) {
        try (var source = new GroupSource(stores, key, new ReadMemory.Heap())) {
            return read(source, fromOffset, limits, () -> {});
        }
    }

    /** What the run holds is the blocks' again when it is closed. */
    RecordRun lend(ShardKey key, long fromOffset, ReadLimits limits) {
        var loan = new Loan(blocks);
        try (var source = new GroupSource(stores, key, loan)) {
            return read(source, fromOffset, limits, loan::close);
        } catch (Throwable e) {
            loan.close();
            throw e;
        }
    }

    private RecordRun read(GroupSource source, long fromOffset, ReadLimits limits, Runnable returning) {
        var shard = find(source.shard());
        source.use(ahead.take(source.shard(), fromOffset));
        var run = withPieces(shard, (_, pieces) -> read(shard, pieces, source, fromOffset, limits, returning));
        var used = source.span();
        if (source.bytesFromAfar() > 0 && !run.atTail()) {
            // Who took all that was there would have taken more.
            boolean tookAll = run.nextOffset() == source.endOffset();
            int wanted = tookAll ? Integer.MAX_VALUE : source.bytesFromAfar();
            ahead.begin(source.shard(), run.nextOffset(), wanted, used, span -> fill(span, shard));
        } else if (used != null) {
            ahead.end(used);
        }
        return run;
    }

    /** Reads what follows, up to where the newest batches begin that are in memory anyway. */
    private void fill(ReadAhead.Span span, Shard shard) throws IOException {
        long fromOffset = span.fromOffset();
        var pieces = shard.pieces();
        var stretch = new Stretch(span, shard.key());
        for (int piece = pieces.length == 0 ? 0 : holding(pieces, fromOffset); piece < pieces.length; piece++) {
            var store = pieces[piece].store();
            var extents = stores.extents(pieces[piece]);
            for (int extent = extents.holding(fromOffset); extent < extents.count(); extent++) {
                int position = extents.position(extent);
                if (stores.isAmongNewest(store, position)) {
                    stretch.read();
                    return;
                }
                if (!stores.isKept(store, position)
                        && !stretch.add(store, extents.firstOffset(extent), position, extents.bytes(extent))) {
                    return;
                }
            }
        }
        stretch.read();
    }

    long firstOffsetAtOrAfter(ShardKey key, long epochMillis) {
        return withPieces(find(key), (shard, pieces) -> seek(shard, pieces, epochMillis));
    }

    private interface Lookup<T> {
        T in(Shard shard, Piece[] pieces) throws IOException;
    }

    @SuppressWarnings("ReferenceEquality") // any change makes a new array, and any change is worth another try
    private <T> T withPieces(Shard shard, Lookup<T> lookup) {
        while (true) {
            var pieces = shard.pieces();
            try {
                return lookup.in(shard, pieces);
            } catch (IOException | CorruptLogException e) {
                if (shard.isDeleted()) {
                    throw new UnknownShardException(
                            "the log holds no shard " + shard.key().id() + " any more");
                }
                if (shard.pieces() != pieces) {
                    continue;
                }
                throw asFault(e);
            }
        }
    }

    private static RuntimeException asFault(Exception e) {
        return switch (e) {
            case CorruptLogException corrupt -> corrupt;
            case IOException failed -> new UncheckedIOException(failed);
            default -> throw new AssertionError(e);
        };
    }

    private RecordRun read(
            Shard shard, Piece[] pieces, GroupSource source, long fromOffset, ReadLimits limits, Runnable returning)
            throws IOException {
        // The shard may have grown since its pieces were looked at; this read sees what they reach.
        long end = pieces.length == 0
                ? 0
                : Math.min(shard.nextOffset(), last(pieces).nextOffset());
        long start = Math.max(fromOffset, shard.trimOffset());
        var records = new ArrayList<RecordRun.StoredRecord>();
        if (start < end) {
            var allowance = new RecordGroups.Allowance(limits);
            for (int piece = holding(pieces, start); piece < pieces.length && !allowance.isUsedUp(); piece++) {
                read(pieces[piece], source, start, end, allowance, records);
            }
        }
        long next = records.isEmpty() ? start : records.getLast().offset() + 1;
        return new RecordRun(records, next, next >= end, returning);
    }

    private void read(
            Piece piece,
            GroupSource source,
            long start,
            long end,
            RecordGroups.Allowance allowance,
            List<RecordRun.StoredRecord> records)
            throws IOException {
        var extents = stores.extents(piece);
        for (int extent = extents.holding(start);
                extent < extents.count() && extents.firstOffset(extent) < end && !allowance.isUsedUp();
                extent++) {
            boolean isEnough = source.isShort() || extents.firstOffset(extent) >= source.endOffset();
            if (isEnough && !records.isEmpty()) {
                allowance.useUp();
                return;
            }
            var groups = source.groups(piece.store(), extents.position(extent), extents.bytes(extent));
            int at = 0;
            while (at < groups.limit() && !allowance.isUsedUp()) {
                var group = GroupHeader.read(groups, at);
                if (group.nextOffset() > start) {
                    RecordGroups.decode(groups, at, group, start, end, allowance, records);
                }
                at += group.paddedBytes();
            }
            if (allowance.isUsedUp()) {
                stores.keep(piece.store(), extents.position(extent), groups);
            }
        }
    }

    private static int holding(Piece[] pieces, long offset) {
        int low = 0;
        int high = pieces.length - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (pieces[middle].firstOffset() <= offset) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    private static Piece last(Piece[] pieces) {
        return pieces[pieces.length - 1];
    }

    private long seek(Shard shard, Piece[] pieces, long epochMillis) throws IOException {
        long end = shard.nextOffset();
        var piece = firstReaching(pieces, epochMillis);
        if (piece == null) {
            return end;
        }
        var extents = stores.extents(piece);
        for (int extent = extents.lastBegunBefore(epochMillis); extent < extents.count(); extent++) {
            if (extents.arrivalMillis(extent) >= epochMillis) {
                return Math.clamp(extents.firstOffset(extent), shard.trimOffset(), end);
            }
            long found = seek(piece.store(), shard.key(), extents, extent, epochMillis);
            if (found >= 0) {
                return Math.clamp(found, shard.trimOffset(), end);
            }
        }
        return end;
    }

    /** The first group of the extent that arrived in time, or -1. */
    private long seek(Store store, ShardKey key, Extents extents, int extent, long epochMillis) throws IOException {
        var source = new GroupSource(stores, key, new ReadMemory.Heap());
        var groups = source.groups(store, extents.position(extent), extents.bytes(extent));
        int at = 0;
        while (at < groups.limit()) {
            var group = GroupHeader.read(groups, at);
            if (group.arrivalMillis() >= epochMillis) {
                return group.value();
            }
            at += group.paddedBytes();
        }
        return -1;
    }

    private static @Nullable Piece firstReaching(Piece[] pieces, long epochMillis) {
        for (var piece : pieces) {
            if (piece.lastArrivalMillis() >= epochMillis) {
                return piece;
            }
        }
        return null;
    }
}
