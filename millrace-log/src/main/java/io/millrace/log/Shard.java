package io.millrace.log;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One shard: what is durable of it, for anybody to read without a lock, and what the committer is about to make durable.
 */
final class Shard {
    private static final Piece[] NO_PIECES = {};
    private static final AtomicLongFieldUpdater<Shard> NEXT_OFFSET =
            AtomicLongFieldUpdater.newUpdater(Shard.class, "nextOffset");
    private static final AtomicLongFieldUpdater<Shard> LAST_ARRIVAL_MILLIS =
            AtomicLongFieldUpdater.newUpdater(Shard.class, "lastArrivalMillis");

    private final ShardKey key;

    private volatile long retentionMillis;
    private volatile long trimOffset;
    private volatile long lastArrivalMillis;
    private volatile boolean sealed;
    private volatile boolean deleted;
    private volatile Piece[] pieces = NO_PIECES;

    /** Written after the pieces that lead to it: who reads it first sees them. */
    private volatile long nextOffset;

    /** Made when somebody first waits; most shards have nobody waiting most of the time. */
    private volatile @Nullable Queue<Thread> waiting;

    // The committer's view: what the shard will be once the batch at hand is durable. Here and not in an object of its
    // own, because a batch goes to hundreds of shards that are in no cache, and each object more is a line of memory
    // more.
    long draftNextOffset;
    long draftRetentionMillis;
    boolean draftSealed;
    boolean draftDeleted;

    /** The last piece, if it can grow; written under this monitor, read by the committer, who finds it without the others. */
    private @Nullable OpenPiece openPiece;
    /** How many extents the last piece had when its file was full. */
    private int extentsOfLastPiece;

    Shard(ShardKey key, long retentionMillis) {
        this.key = key;
        this.retentionMillis = retentionMillis;
        this.draftRetentionMillis = retentionMillis;
    }

    ShardKey key() {
        return key;
    }

    long retentionMillis() {
        return retentionMillis;
    }

    long trimOffset() {
        return trimOffset;
    }

    long nextOffset() {
        return nextOffset;
    }

    long lastArrivalMillis() {
        return lastArrivalMillis;
    }

    boolean isSealed() {
        return sealed;
    }

    boolean isDeleted() {
        return deleted;
    }

    ShardBounds bounds() {
        long next = nextOffset;
        return new ShardBounds(Math.min(trimOffset, next), next, lastArrivalMillis, sealed);
    }

    /** In offset order. */
    Piece[] pieces() {
        return pieces;
    }

    // Below: what became durable. The committer's, and recovery's before there is one.

    void retain(long millis) {
        retentionMillis = millis;
    }

    /** Ordered but not fenced, as in {@link OpenPiece}: a fence must follow before {@link #wakeTail}. */
    void advanceTo(long offset, long arrivalMillis) {
        LAST_ARRIVAL_MILLIS.lazySet(this, Math.max(lastArrivalMillis, arrivalMillis));
        NEXT_OFFSET.lazySet(this, Math.max(nextOffset, offset));
    }

    void trimTo(long offset) {
        trimOffset = Math.max(trimOffset, offset);
    }

    void seal() {
        sealed = true;
    }

    void delete() {
        deleted = true;
        synchronized (this) {
            pieces = NO_PIECES;
            openPiece = null;
        }
    }

    /** Takes up so many offsets; returns the first. */
    long draft(int records) {
        long first = draftNextOffset;
        draftNextOffset = first + records;
        return first;
    }

    /** Forgets what was drafted and not made durable. */
    void resetDraft() {
        draftNextOffset = nextOffset;
        draftRetentionMillis = retentionMillis;
        draftSealed = sealed;
        draftDeleted = deleted;
    }

    @Nullable OpenPiece openPieceIn(Store store) {
        var present = openPiece;
        return present != null && present.store() == store ? present : null;
    }

    // Pieces come from the committer and are exchanged by housekeeping: short locks, never across a disk operation.

    /** Begins a piece in a segment that is being filled, with room for as many extents as the last one had. */
    OpenPiece beginPiece(Store store) {
        synchronized (this) {
            int expected =
                    openPiece == null ? extentsOfLastPiece : openPiece.extents().count();
            openPiece = new OpenPiece(this, store, expected);
            return openPiece;
        }
    }

    synchronized void addPiece(Piece piece) {
        if (!deleted) {
            var longer = Arrays.copyOf(pieces, pieces.length + 1);
            longer[pieces.length] = piece;
            pieces = longer;
        }
    }

    /** Sorts by offset what recovery found in any order. */
    void sortPieces() {
        changePieces(present -> {
            present.sort((one, other) -> Long.compare(one.firstOffset(), other.firstOffset()));
            return present;
        });
    }

    /** Puts pieces in the place of those that hold the same records elsewhere; drops what was trimmed meanwhile. */
    void exchange(List<? extends Piece> old, List<? extends Piece> fresh) {
        synchronized (this) {
            if (openPiece != null && old.contains(openPiece)) {
                endOpenPiece(openPiece);
            }
        }
        changePieces(present -> {
            if (!present.removeAll(old)) {
                return present;
            }
            present.addAll(fresh);
            present.sort((one, other) -> Long.compare(one.firstOffset(), other.firstOffset()));
            return present;
        });
    }

    /** The same for one piece and one other of the same records: what thousands of shards do whenever a segment gets its footer. */
    synchronized void exchange(OpenPiece old, SealedPiece fresh) {
        if (openPiece == old) {
            endOpenPiece(old);
        }
        int at = Arrays.asList(pieces).indexOf(old);
        if (at >= 0) {
            var changed = pieces.clone();
            changed[at] = fresh;
            pieces = changed;
        }
    }

    /** Drops the pieces of ended files that hold only trimmed records. */
    void dropDeadPieces(Predicate<Store> ended) {
        if (pieces.length > 0 && pieces[0].nextOffset() <= trimOffset) {
            Predicate<Piece> dead = piece -> piece.nextOffset() <= trimOffset && ended.test(piece.store());
            synchronized (this) {
                // Its file goes without ever having had a footer.
                if (openPiece != null && dead.test(openPiece)) {
                    endOpenPiece(openPiece);
                }
            }
            changePieces(present -> {
                present.removeIf(dead);
                return present;
            });
        }
    }

    private void endOpenPiece(OpenPiece ended) {
        assert Thread.holdsLock(this);
        extentsOfLastPiece = ended.extents().count();
        openPiece = null;
    }

    private synchronized void changePieces(UnaryOperator<List<Piece>> change) {
        if (!deleted) {
            pieces = change.apply(new ArrayList<>(List.of(pieces))).toArray(NO_PIECES);
        }
    }

    // Waiting at the tail.

    Queue<Thread> waiting() {
        var present = waiting;
        if (present != null) {
            return present;
        }
        synchronized (this) {
            if (waiting == null) {
                waiting = new ConcurrentLinkedQueue<>();
            }
            return waiting;
        }
    }

    void wakeTail() {
        var present = waiting;
        if (present != null) {
            present.forEach(LockSupport::unpark);
        }
    }
}
