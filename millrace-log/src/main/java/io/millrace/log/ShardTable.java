package io.millrace.log;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The shards by id, for the committer alone. A batch asks for hundreds of thousands in no order, so a question costs one
 * look into an array of ids and one into an array of shards, and leads through no nodes and keys in between.
 */
final class ShardTable {
    private static final long NONE = -1;
    private static final int SLOTS_MIN_COUNT = 64;
    /** 2^64 divided by the golden ratio: ids in sequence land far from each other. */
    private static final long SPREAD = 0x9E37_79B9_7F4A_7C15L;

    private long[] ids = emptySlots(SLOTS_MIN_COUNT);
    private @Nullable Shard[] shards = new Shard[SLOTS_MIN_COUNT];
    private int count;

    private static long[] emptySlots(int slots) {
        var ids = new long[slots];
        Arrays.fill(ids, NONE);
        return ids;
    }

    @Nullable Shard get(long id) {
        return shards[slotOf(id)];
    }

    /** Where the id is, or the empty slot where it would be. */
    private int slotOf(long id) {
        int slot = home(id);
        while (ids[slot] != NONE && ids[slot] != id) {
            slot = (slot + 1) & (ids.length - 1);
        }
        return slot;
    }

    private int home(long id) {
        return (int) ((id * SPREAD) >>> (Long.numberOfLeadingZeros(ids.length) + 1));
    }

    void put(Shard shard) {
        if (2 * (count + 1) > ids.length) {
            grow();
        }
        int slot = slotOf(shard.key().id());
        count += ids[slot] == NONE ? 1 : 0;
        ids[slot] = shard.key().id();
        shards[slot] = shard;
    }

    private void grow() {
        var present = shards;
        ids = emptySlots(2 * present.length);
        shards = new Shard[2 * present.length];
        count = 0;
        for (var shard : present) {
            if (shard != null) {
                put(shard);
            }
        }
    }

    /** Forgets a shard; those behind it move up, so that no look-up ends early at the hole. */
    void remove(long id) {
        int hole = slotOf(id);
        if (ids[hole] == NONE) {
            return;
        }
        count--;
        int mask = ids.length - 1;
        for (int slot = (hole + 1) & mask; ids[slot] != NONE; slot = (slot + 1) & mask) {
            // One whose home lies behind the hole stays where it is.
            if (((slot - home(ids[slot])) & mask) >= ((slot - hole) & mask)) {
                ids[hole] = ids[slot];
                shards[hole] = shards[slot];
                hole = slot;
            }
        }
        ids[hole] = NONE;
        shards[hole] = null;
    }
}
