package io.millrace.log;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/**
 * One shard's records in a segment that has no footer yet. The committer adds, anybody reads: slots are written before
 * the count that shows them.
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
    /** How many slots are written, shown or not; the committer's alone. */
    private int written;

    /** @param expectedExtents how many there may be, as far as is known: room that grows later is garbage first */
    OpenPiece(Shard shard, Store store, int expectedExtents) {
        this.shard = shard;
        this.store = store;
        // Half as many more, because of shards that get equally much on average half get more than the last time.
        int room = expectedExtents + expectedExtents / 2;
        this.slots = new long[Math.clamp(room, 1, EXPECTED_EXTENTS_MAX) * Extents.LONGS_PER_EXTENT];
    }

    /** Writes where a group lies, for nobody to see before it is {@linkplain #show shown}. The committer's alone. */
    void write(long firstOffset, long arrivalMillis, int position, int bytes) {
        int slot = written * Extents.LONGS_PER_EXTENT;
        var room = slots;
        if (slot == room.length) {
            room = Arrays.copyOf(room, 2 * room.length);
            slots = room;
        }
        room[slot] = firstOffset;
        room[slot + 1] = arrivalMillis;
        room[slot + 2] = Extents.place(position, bytes);
        written++;
    }

    /** Shows all that is written. The committer's alone. */
    void show(long nextOffset, long arrivalMillis) {
        NEXT_OFFSET.lazySet(this, nextOffset);
        LAST_ARRIVAL_MILLIS.lazySet(this, arrivalMillis);
        COUNT.lazySet(this, written);
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
