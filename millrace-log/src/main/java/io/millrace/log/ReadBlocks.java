package io.millrace.log;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Memory outside of the heap for what is read, block by block, so that readers of many megabytes a second leave the heap
 * alone. Bounded: who finds none left reads less. Thread-safe.
 */
final class ReadBlocks {
    private static final int BLOCK_MAX_BYTES = 2 * 1024 * 1024;
    private static final int BLOCKS_MIN_COUNT = 4;

    private final int blockBytes;
    private final IntFunction<ByteBuffer> memory;

    // Guarded by this, which is held for moments only.
    private final Deque<ByteBuffer> free = new ArrayDeque<>();
    private int maxCount;
    private int madeCount;

    ReadBlocks(int maxBytes) {
        this(maxBytes, Format::blockAligned);
    }

    /** @param memory gives so many bytes of it, or fails with an {@link OutOfMemoryError} */
    ReadBlocks(int maxBytes, IntFunction<ByteBuffer> memory) {
        this.memory = memory;
        blockBytes = Math.min(BLOCK_MAX_BYTES, maxBytes / BLOCKS_MIN_COUNT & -Format.BLOCK_BYTES);
        maxCount = maxBytes / blockBytes;
    }

    int blockBytes() {
        return blockBytes;
    }

    /** A block of nobody's, or null if all there may be are lent. */
    @Nullable ByteBuffer take() {
        synchronized (this) {
            // The one that came back last: it is likelier to be in the processor's cache.
            var block = free.pollFirst();
            if (block != null) {
                return block;
            }
            if (madeCount == maxCount) {
                return null;
            }
            madeCount++;
        }
        try {
            return memory.apply(blockBytes);
        } catch (OutOfMemoryError _) {
            // The Java virtual machine was given less than was thought, and it takes long to say so: it is not asked
            // again.
            synchronized (this) {
                madeCount--;
                maxCount = madeCount;
            }
            return null;
        }
    }

    void giveBack(ByteBuffer block) {
        assert isSpoilt(block);
        synchronized (this) {
            free.addFirst(block);
        }
    }

    /** Overwrites what was returned, so that tests see who looks at it still. */
    private static boolean isSpoilt(ByteBuffer block) {
        for (int at = 0; at < block.capacity(); at += Long.BYTES) {
            block.putLong(at, 0x7A7A7A7A7A7A7A7AL);
        }
        return true;
    }

    synchronized int lentCount() {
        return madeCount - free.size();
    }
}
