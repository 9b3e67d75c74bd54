package io.millrace.log;

import java.util.Arrays;

/**
 * One shard's records in a segment that has no footer yet. The committer adds, anybody reads: a slot is written before
 * the count that shows it.
 */
final class OpenPiece implements Piece {
    private final Shard shard;
    private final Store store;
    private volatile long[] slots = new long[Extents.LONGS_PER_EXTENT];
    private volatile int count;
    private volatile long nextOffset;
    private volatile long lastArrivalMillis;

    OpenPiece(Shard shard, Store store) {
        this.shard = shard;
        this.store = store;
    }

    /** The committer's alone. */
    void add(long firstOffset, long nextOffset, long arrivalMillis, int position, int bytes) {
        int present = count;
        int slot = present * Extents.LONGS_PER_EXTENT;
        var room = slots;
        if (slot == room.length) {
            room = Arrays.copyOf(room, 2 * room.length);
        }
        room[slot] = firstOffset;
        room[slot + 1] = arrivalMillis;
        room[slot + 2] = Extents.place(position, bytes);
        slots = room;
        this.nextOffset = nextOffset;
        this.lastArrivalMillis = arrivalMillis;
        count = present + 1;
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
