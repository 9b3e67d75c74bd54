package io.millrace.log;

import java.util.BitSet;

/**
 * Marks where a file was read. Reading turns them: a stretch that was marked is unmarked again, since the system that was to
 * keep it in memory from then on forgets too. Only whole parts of 16 KiB are marked: less than one at each of its ends is left
 * to the neighbours. Whether it was marked is asked of the first whole part alone. Thread-safe.
 */
final class ReadMarks {
    private static final int PART_BYTES = 16 * 1024;

    /** Stretches from this length on have whole parts in them wherever they begin. */
    static final int ALWAYS_MARKED_BYTES = 4 * PART_BYTES;

    private final BitSet marked = new BitSet(0);

    /** Marks a stretch, or unmarks it; returns whether it was marked. */
    synchronized boolean turn(int position, int bytes) {
        int first = Math.ceilDiv(position, PART_BYTES);
        int end = (position + bytes) / PART_BYTES;
        boolean before = marked.get(first);
        marked.set(first, end, !before);
        return before;
    }
}
