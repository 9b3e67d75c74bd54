package io.millrace.log;

import java.util.Arrays;

/** Where the groups of the batch at hand lie in it; arrays that serve every batch. */
final class PlacedGroups {
    private long[] nextOffsets = new long[1024];
    private long[] places = new long[1024];
    private int count;

    void clear() {
        count = 0;
    }

    void add(long nextOffset, int position, int bytes) {
        if (count == places.length) {
            nextOffsets = Arrays.copyOf(nextOffsets, 2 * count);
            places = Arrays.copyOf(places, 2 * count);
        }
        nextOffsets[count] = nextOffset;
        places[count] = Extents.place(position, bytes);
        count++;
    }

    long nextOffset(int group) {
        return nextOffsets[group];
    }

    int position(int group) {
        return (int) (places[group] >>> Integer.SIZE);
    }

    int bytes(int group) {
        return (int) places[group];
    }
}
