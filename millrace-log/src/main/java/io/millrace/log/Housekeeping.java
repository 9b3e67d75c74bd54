package io.millrace.log;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the log does behind the committer's back: gives ended segments their footers, takes back files whose records are
 * all given up.
 *
 * <p>A failure here loses nothing: the work is found again in the next round.
 */
final class Housekeeping {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

    private final Collection<Shard> shards;
    private final Layout layout;

    Housekeeping(Collection<Shard> shards, Layout layout) {
        this.shards = shards;
        this.layout = layout;
    }

    /** One round; returns whether all went well. */
    boolean run() {
        try {
            for (var store : layout.inPhase(Store.Phase.ENDED)) {
                seal(store);
            }
            retireDead();
            return true;
        } catch (IOException e) {
            LOG.warn("Housekeeping of the log failed and will be tried again: {}", e.toString());
            return false;
        }
    }

    private void seal(Store store) throws IOException {
        var contents = new ArrayList<Footer.Content>();
        for (var piece : store.openPieces()) {
            if (isAlive(piece)) {
                contents.add(new Footer.Content(
                        piece.shard().key(),
                        piece.firstOffset(),
                        piece.nextOffset(),
                        piece.lastArrivalMillis(),
                        piece.extents()));
            }
        }
        contents.sort(Comparator.comparingLong(content -> content.shard().id()));
        var entries = Footer.write(store, store.end(), contents);
        store.file().sync();
        layout.seal(store);
        exchange(store.openPieces(), entries);
        store.forgetOpenPieces();
    }

    private static boolean isAlive(OpenPiece piece) {
        return !piece.shard().isDeleted() && piece.nextOffset() > piece.shard().trimOffset();
    }

    private static void exchange(List<OpenPiece> open, List<Footer.Entry> entries) {
        var sealed = new HashMap<ShardKey, SealedPiece>();
        entries.forEach(entry -> sealed.put(entry.shard(), entry.piece()));
        for (var piece : open) {
            var fresh = sealed.get(piece.shard().key());
            piece.shard().exchange(List.of(piece), fresh == null ? List.of() : List.of(fresh));
        }
    }

    private void retireDead() throws IOException {
        var closed = new HashSet<>(layout.inPhase(Store.Phase.SEALED));
        var dead = new HashSet<>(closed);
        for (var shard : shards) {
            shard.dropDeadPieces(closed::contains);
            for (var piece : shard.pieces()) {
                dead.remove(piece.store());
            }
        }
        if (!dead.isEmpty()) {
            layout.retire(dead);
        }
    }
}
