package io.millrace.log;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/**
 * One shard's records in a segment that has no footer yet. The committer adds, anybody reads: a slot is written before
 * the count that shows it.
 *
 * <p>Writes are ordered but not fenced. A batch goes to hundreds of these, most of which are in no cache, and a fence would
 * have the committer wait for each of them in turn.
 */
final class OpenPiece implements Piece {
    private static final AtomicIntegerFieldUpdater<OpenPiece> COUNT =
            AtomicIntegerFieldUpdater.newUpdater(OpenPiece.class, "count");
    private static final AtomicLongFieldUpdater<OpenPiece> NEXT_OFFSET =
            AtomicLongFieldUpdater.newUpdater(OpenPiece.class, "nextOffset");
    private static final AtomicLongFieldUpdater<OpenPiece> LAST_ARRIVAL_MILLIS =
            AtomicLongFieldUpdater.newUpdater(OpenPiece.class, "lastArrivalMillis");

    /** More are expected of nobody: a shard that had many may have few from now on. */
    private static final int EXPECTED_EXTENTS_MAX = 256;

    private final Shard shard;
    private final Store store;
    private volatile long[] slots;
    private volatile int count;
    private volatile long nextOffset;
    private volatile long lastArrivalMillis;

    /** @param expectedExtents how many there may be, as far as is known: room that grows later is garbage first */
    OpenPiece(Shard shard, Store store, int expectedExtents) {
        this.shard = shard;
        this.store = store;
        this.slots = new long[Math.clamp(expectedExtents, 1, EXPECTED_EXTENTS_MAX) * Extents.LONGS_PER_EXTENT];
    }

    /** The committer's alone. */
    void add(long firstOffset, long nextOffset, long arrivalMillis, int position, int bytes) {
        int present = count;
        int slot = present * Extents.LONGS_PER_EXTENT;
        var room = slots;
        if (slot == room.length) {
            room = Arrays.copyOf(room, 2 * room.length);
            slots = room;
        }
        room[slot] = firstOffset;
        room[slot + 1] = arrivalMillis;
        room[slot + 2] = Extents.place(position, bytes);
        NEXT_OFFSET.lazySet(this, nextOffset);
        LAST_ARRIVAL_MILLIS.lazySet(this, arrivalMillis);
        COUNT.lazySet(this, present + 1);
    }

    Shard shard() {
        return shard;
    }

    @Override
    public Store store() {
        return store;
    }

    @Override
    public long firstOffset() {
        return slots[0];
    }

    @Override
    public long nextOffset() {
        return nextOffset;
    }

    @Override
    public long lastArrivalMillis() {
        return lastArrivalMillis;
    }

    @Override
    public Extents extents() {
        int shown = count;
        return new Extents(slots, shown);
    }
}
