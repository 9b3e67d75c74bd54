package io.millrace.log;

/**
 * Where one shard's groups lie in one file, in offset order. An extent is a stretch of groups of that shard without
 * anything between them.
 * <p>Three longs an extent: first offset, arrival time of its first group, position and bytes as two ints.
 */
final class Extents {
    static final int LONGS_PER_EXTENT = 3;
    static final int BYTES_PER_EXTENT = LONGS_PER_EXTENT * Long.BYTES;

    private final long[] slots;
    private final int count;

    Extents(long[] slots, int count) {
        this.slots = slots;
        this.count = count;
    }

    int count() {
        return count;
    }

    /** The array itself; what is in it up to the count does not change. */
    long[] slots() {
        return slots;
    }

    long firstOffset(int extent) {
        return slots[extent * LONGS_PER_EXTENT];
    }

    long arrivalMillis(int extent) {
        return slots[extent * LONGS_PER_EXTENT + 1];
    }

    int position(int extent) {
        return (int) (slots[extent * LONGS_PER_EXTENT + 2] >>> Integer.SIZE);
    }

    int bytes(int extent) {
        return (int) slots[extent * LONGS_PER_EXTENT + 2];
    }

    static long place(int position, int bytes) {
        return ((long) position << Integer.SIZE) | bytes;
    }

    /** The last extent that begins at or before the offset; the first one if there is none. */
    int holding(long offset) {
        int low = 0;
        int high = count - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (firstOffset(middle) <= offset) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /** The last extent whose first group arrived before the time; the first one if there is none. */
    int lastBegunBefore(long epochMillis) {
        int low = 0;
        int high = count - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (arrivalMillis(middle) < epochMillis) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }
}
