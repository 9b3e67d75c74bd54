package io.millrace.log;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the log does behind the committer's back: gives ended segments their footers, has segments ready, takes back files
 * whose records are all given up, and has those rewritten that are read badly.
 *
 * <p>A failure here loses nothing: the work is found again in the next round. One thread at a time.
 */
final class Housekeeping {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

    /** How many empty segments are ready while the log grows. */
    private static final int READY_COUNT = 2;

    /** Regrouping takes no more than one in so many bytes that are free. */
    private static final int USABLE_SHARE = 2;

    private final LogConfig config;
    private final Collection<Shard> shards;
    private final Layout layout;
    /** Of what takes long; segments get their footers meanwhile. */
    private final Pace pace;

    private final RewriteChoice choice;
    private final Rewriter rewriter;
    /** Files with damage that the rewriter met; reads of what is damaged say so, the rest is still read. */
    private final Set<Store> damaged = new HashSet<>();

    private boolean logGrows;
    /** Whether a segment has got its footer since what is dead was looked for. */
    private boolean sealedSince;
    /** Files that the rewriter reads from: they stay, whatever becomes of their records. */
    private Set<Store> rewriting = Set.of();

    /**
     * @param pace of what the log itself needs
     * @param patience the pace of what only its readers gain by
     */
    Housekeeping(LogConfig config, Collection<Shard> shards, Layout layout, Pace pace, Pace patience) {
        this.config = config;
        this.shards = shards;
        this.layout = layout;
        this.pace = () -> {
            pace.breathe();
            // Segments end while this goes on, and what has no footer makes the next start slow.
            sealEnded();
        };
        this.choice = new RewriteChoice(config.regroupBytes());
        this.rewriter = new Rewriter(layout, shards, () -> {
            patience.breathe();
            sealEnded();
            keepUp();
        });
    }

    /** Whether more waits for regrouping than should: then it goes on also while the log is busy. */
    boolean isBehind() {
        return choice.isBehind();
    }

    /** Whether the committer can go on with an empty segment without having to wait for one. */
    boolean hasReady() {
        return layout.readyCount() > 0;
    }

    /** One round: as long as there is something to do. */
    void run() throws IOException {
        boolean madeReady;
        boolean rewritten;
        do {
            // First, because on a full disk all else must wait for it.
            retireDead();
            sealEnded();
            madeReady = logGrows && makeOneReady();
            rewritten = rewriteSome();
        } while (madeReady || rewritten);
    }

    /** Only what makes the next start quick. */
    void sealEnded() throws IOException {
        for (var store : layout.inPhase(Store.Phase.ENDED)) {
            logGrows |= store.end() > config.segmentMaxBytes() / 2;
            seal(store);
        }
    }

    /**
     * One at a time: the committer may use them up faster than they are written, and what is dead meanwhile must become
     * spares, or the log grows for as long as the load lasts.
     */
    private boolean makeOneReady() throws IOException {
        if (layout.readyCount() >= READY_COUNT) {
            return false;
        }
        if (!layout.hasSpare()) {
            layout.adoptSpare(zeroedFile());
        }
        layout.makeReady();
        return true;
    }

    /** Writes a file full, so that writing it again changes no metadata and a sync costs only the data. */
    private int zeroedFile() throws IOException {
        var spare = layout.newSpare();
        try (var file = spare.file()) {
            var zeros = Format.blockAligned(Pace.STEP_BYTES);
            for (int position = 0; position < config.segmentMaxBytes(); position += Pace.STEP_BYTES) {
                file.write(
                        zeros.clear().limit(Math.min(Pace.STEP_BYTES, config.segmentMaxBytes() - position)), position);
                pace.breathe();
            }
            file.sync();
            return spare.number();
        } catch (IOException e) {
            layout.discard(Store.Kind.SEGMENT, spare.number());
            throw e;
        }
    }

    private boolean rewriteSome() throws IOException {
        var sealed = new ArrayList<>(layout.inPhase(Store.Phase.SEALED));
        damaged.retainAll(sealed);
        sealed.removeAll(damaged);
        // The old files stay until the new ones stand; appends must not run out of space meanwhile.
        var chosen = choice.among(sealed, shards, layout.usableBytes() / USABLE_SHARE);
        if (chosen.isEmpty()) {
            return false;
        }
        rewriting = chosen.stores();
        try {
            rewriter.rewrite(chosen);
            LOG.info("Regrouped {} files of the log by shard", chosen.stores().size());
        } catch (Rewriter.DamagedException e) {
            LOG.error("The log cannot regroup one of its files: {}", e.getMessage());
            damaged.add(e.store());
        } finally {
            rewriting = Set.of();
        }
        return true;
    }

    /**
     * What cannot wait for the end of a pass that may take half a minute: what died meanwhile becomes spares, so that the
     * log does not grow, and those are used. No file is zeroed for it: a busy log would use it up before it is ready.
     */
    private void keepUp() throws IOException {
        if (sealedSince) {
            retireDead();
        }
        if (logGrows && layout.hasSpare() && layout.readyCount() < READY_COUNT) {
            layout.makeReady();
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
        sealedSince = true;
    }

    private static boolean isAlive(OpenPiece piece) {
        return !piece.shard().isDeleted() && piece.nextOffset() > piece.shard().trimOffset();
    }

    private static void exchange(List<OpenPiece> open, List<Footer.Entry> entries) {
        var sealed = new HashMap<ShardKey, SealedPiece>();
        entries.forEach(entry -> sealed.put(entry.shard(), entry.piece()));
        for (var piece : open) {
            var fresh = sealed.get(piece.shard().key());
            if (fresh == null) {
                piece.shard().exchange(List.of(piece), List.of());
            } else {
                piece.shard().exchange(piece, fresh);
            }
        }
    }

    private void retireDead() throws IOException {
        sealedSince = false;
        var closed = new HashSet<>(layout.inPhase(Store.Phase.SEALED));
        closed.addAll(layout.inPhase(Store.Phase.ENDED));
        closed.removeAll(rewriting);
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
