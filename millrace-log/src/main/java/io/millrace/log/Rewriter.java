package io.millrace.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Regroups sealed files: takes some of them into one run per retention, each shard's records contiguous, without what was
 * given up. A crash at any moment leaves the old files or the runs.
 */
final class Rewriter {
    /** What most extents fit into. */
    private static final int SCRATCH_BYTES = 64 * 1024;

    private final Layout layout;
    private final Collection<Shard> shards;
    private final Pace pace;
    /** What an extent is read into and copied from: there are millions, and each is used up at once. */
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(SCRATCH_BYTES);

    Rewriter(Layout layout, Collection<Shard> shards, Pace pace) {
        this.layout = layout;
        this.shards = shards;
        this.pace = pace;
    }

    /** A file holds records that do not fit their checksum; the others can be rewritten without it. */
    static final class DamagedException extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient Store store;

        private DamagedException(Store store, CorruptLogException cause) {
            super(cause.getMessage(), cause);
            this.store = store;
        }

        Store store() {
            return store;
        }
    }

    /** What one shard has in the files that are rewritten, and what it has in the run. */
    private record Move(Shard shard, List<Piece> old, List<Piece> fresh) {}

    /**
     * Rewrites the files; returns when the runs are in their place.
     *
     * @throws DamagedException if a record in one of them is damaged; then nothing was changed
     */
    void rewrite(RewriteChoice.Chosen chosen) throws IOException, DamagedException {
        for (var store : chosen.scattered()) {
            warm(store);
        }
        var old = chosen.stores();
        var runs = new ArrayList<Store>();
        var moves = new ArrayList<Move>();
        try {
            for (var sameRetention : shardsByRetention(old).values()) {
                writeRun(sameRetention, old, runs, moves);
            }
        } catch (IOException | DamagedException e) {
            for (var run : runs) {
                discard(run);
            }
            throw e;
        }
        layout.replace(old, runs);
        for (var move : moves) {
            move.shard.exchange(move.old, move.fresh);
        }
        layout.retire(old);
    }

    /**
     * Reads a file once from front to back, so that gathering its scattered groups finds them in the page cache. Long stretches
     * are read as well without the dead between them.
     */
    private void warm(Store store) throws IOException {
        var chunk = ByteBuffer.allocateDirect(Pace.STEP_BYTES);
        for (long position = 0; position < store.end(); position += Pace.STEP_BYTES) {
            store.file().read(chunk.clear(), position);
            pace.breathe();
        }
    }

    private Map<Long, List<Shard>> shardsByRetention(Set<Store> old) {
        var byRetention = new TreeMap<Long, List<Shard>>();
        for (var shard : shards) {
            if (!piecesIn(old, shard).isEmpty()) {
                byRetention
                        .computeIfAbsent(shard.retentionMillis(), _ -> new ArrayList<>())
                        .add(shard);
            }
        }
        for (var same : byRetention.values()) {
            same.sort((one, other) -> Long.compare(one.key().id(), other.key().id()));
        }
        return byRetention;
    }

    private static List<Piece> piecesIn(Set<Store> old, Shard shard) {
        var pieces = new ArrayList<Piece>();
        for (var piece : shard.pieces()) {
            if (old.contains(piece.store())) {
                pieces.add(piece);
            }
        }
        return pieces;
    }

    private void writeRun(List<Shard> sameRetention, Set<Store> old, List<Store> runs, List<Move> moves)
            throws IOException, DamagedException {
        var run = layout.newRun();
        runs.add(run);
        var writer = new RunWriter(run, pace);
        for (var shard : sameRetention) {
            var move = new Move(shard, piecesIn(old, shard), new ArrayList<>());
            moves.add(move);
            for (var piece : move.old) {
                try {
                    copy(piece, shard, writer);
                } catch (CorruptLogException e) {
                    throw new DamagedException(piece.store(), e);
                }
            }
            writer.endPiece(shard.key());
        }
        if (writer.isEmpty()) {
            // All of it was given up while we came.
            runs.remove(run);
            discard(run);
            return;
        }
        var fresh = new HashMap<ShardKey, List<Piece>>();
        for (var entry : writer.finish()) {
            fresh.computeIfAbsent(entry.shard(), _ -> new ArrayList<>()).add(entry.piece());
        }
        for (var move : moves) {
            move.fresh.addAll(fresh.getOrDefault(move.shard.key(), List.of()));
        }
    }

    private void discard(Store run) throws IOException {
        run.close();
        layout.discard(Store.Kind.RUN, run.number());
    }

    private ByteBuffer roomFor(int bytes) {
        return bytes <= SCRATCH_BYTES ? scratch.slice(0, bytes) : ByteBuffer.allocateDirect(bytes);
    }

    private void copy(Piece piece, Shard shard, RunWriter writer) throws IOException {
        var extents = piece.extents();
        for (int extent = 0; extent < extents.count(); extent++) {
            var groups = StoreReader.readVerified(
                    piece.store(), shard.key(), extents.position(extent), roomFor(extents.bytes(extent)));
            int at = 0;
            while (at < groups.limit()) {
                var group = GroupHeader.read(groups, at);
                if (group.nextOffset() > shard.trimOffset()) {
                    writer.add(shard.key(), groups, at, group);
                }
                at += group.paddedBytes();
            }
        }
    }
}
