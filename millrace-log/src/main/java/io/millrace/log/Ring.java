package io.millrace.log;

import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The newest batches, in the memory they were written to disk from. The committer fills pages and takes the oldest one
 * back when it needs room; readers copy out of a page and then look whether it was taken back meanwhile.
 */
final class Ring {
    private static final int PAGE_MAX_BYTES = 4 * 1024 * 1024;
    private static final int PAGES_MIN_COUNT = 4;

    private final int pageBytes;
    private final IntFunction<ByteBuffer> memory;
    private final Deque<Page> oldestFirst = new ArrayDeque<>();
    private int maxBytes;
    private int bytes;
    private volatile Page[] pages = {};

    /** A stretch of one segment. */
    private static final class Page {
        private final ByteBuffer buffer;
        private final Store store;
        private final long position;
        private int used;
        private volatile boolean takenBack;

        Page(ByteBuffer buffer, Store store, long position) {
            this.buffer = buffer;
            this.store = store;
            this.position = position;
        }

        boolean holds(Store wanted, long at) {
            return store == wanted && at >= position && at < position + buffer.capacity();
        }
    }

    Ring(int maxBytes) {
        this(maxBytes, Format::blockAligned);
    }

    /** @param memory gives so many bytes of it, or fails with an {@link OutOfMemoryError} */
    Ring(int maxBytes, IntFunction<ByteBuffer> memory) {
        this.maxBytes = maxBytes;
        this.memory = memory;
        this.pageBytes = Math.min(PAGE_MAX_BYTES, maxBytes / PAGES_MIN_COUNT & -Format.BLOCK_BYTES);
    }

    /** What a batch may have to share a page with others; a larger one gets a page for itself. */
    int pageBytes() {
        return pageBytes;
    }

    /**
     * Where to put a batch.
     *
     * @param start where in the buffer
     */
    record Room(ByteBuffer buffer, int start) {}

    /** Finds room for a batch that is to lie at this place of the segment. The committer's alone. */
    Room roomFor(int paddedBytes, Store segment, long position) {
        var newest = oldestFirst.peekLast();
        if (newest == null
                || newest.store != segment
                || newest.position + newest.used != position
                || newest.used + paddedBytes > newest.buffer.capacity()) {
            newest = turnPage(paddedBytes, segment, position);
        }
        return new Room(newest.buffer, newest.used);
    }

    /** The batch for which room was found is written. */
    void keep(int paddedBytes) {
        oldestFirst.getLast().used += paddedBytes;
    }

    private Page turnPage(int paddedBytes, Store segment, long position) {
        int wanted = Math.max(pageBytes, paddedBytes);
        ByteBuffer reused = null;
        while (!oldestFirst.isEmpty() && bytes + wanted > maxBytes) {
            var oldest = takeBackOldest();
            if (oldest.capacity() == wanted) {
                reused = oldest;
            }
        }
        var buffer = reused == null ? newBuffer(wanted) : reused;
        // Readers must see that the page is taken before they can see it change.
        VarHandle.fullFence();
        var page = new Page(buffer, segment, position);
        bytes += wanted;
        oldestFirst.add(page);
        pages = oldestFirst.toArray(new Page[0]);
        return page;
    }

    private ByteBuffer takeBackOldest() {
        var oldest = oldestFirst.remove();
        oldest.takenBack = true;
        bytes -= oldest.buffer.capacity();
        return oldest.buffer;
    }

    /**
     * New memory, or that of an older page if the Java virtual machine was given less than was thought: then the ring stays
     * as small as it is, because appends must go on.
     */
    private ByteBuffer newBuffer(int wanted) {
        try {
            return memory.apply(wanted);
        } catch (OutOfMemoryError _) {
            while (!oldestFirst.isEmpty()) {
                var oldest = takeBackOldest();
                if (oldest.capacity() == wanted) {
                    maxBytes = bytes + wanted;
                    return oldest;
                }
            }
            // None was as large as this one. What they had comes back when nobody can find it any more.
            pages = new Page[0];
            return memory.apply(wanted);
        }
    }

    /** Whether durable bytes of the segment are here at present. */
    boolean holds(Store store, int position) {
        for (var page : pages) {
            if (page.holds(store, position)) {
                return !page.takenBack;
            }
        }
        return false;
    }

    /** Copies durable bytes of the segment, or returns null if they are not here any more. */
    @Nullable ByteBuffer copy(Store store, int position, int length, ReadMemory memory) {
        var present = pages;
        for (int newest = present.length - 1; newest >= 0; newest--) {
            var page = present[newest];
            if (page.holds(store, position)) {
                var copy = memory.take(length);
                copy.put(0, page.buffer, (int) (position - page.position), length);
                VarHandle.acquireFence();
                return page.takenBack ? null : copy;
            }
        }
        return null;
    }
}
