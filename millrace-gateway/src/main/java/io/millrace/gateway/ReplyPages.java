package io.millrace.gateway;

import io.millrace.model.ServiceUnavailableException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledUnsafeDirectByteBuf;
import io.netty.util.internal.CleanableDirectBuffer;
import io.netty.util.internal.PlatformDependent;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Memory outside of the heap for replies of more than 64 KiB, page by page: written once by the codec, sent from where it
 * lies. A page counts against the budget for replies from when it is taken until nobody refers to it any more. Pages are
 * kept for the next reply as long as there are many; what is idle goes. Thread-safe.
 */
final class ReplyPages {
    static final int PAGE_BYTES = 256 * 1024;

    /** Of the pages that nobody wanted between two sweeps, one in so many stays. */
    private static final int IDLE_DIVISOR = 2;

    private final MemoryBudget budget;

    // Guarded by this, which is held for moments only.
    private final Deque<CleanableDirectBuffer> free = new ArrayDeque<>();
    /** How many were free all the time since the last sweep. */
    private int idle;

    private boolean closed;

    ReplyPages(MemoryBudget budget) {
        this.budget = budget;
    }

    /**
     * An empty page; whoever lets go of it last gives it back.
     *
     * @throws ServiceUnavailableException if replies take all the memory they may
     */
    ByteBuf take() {
        if (!budget.take(PAGE_BYTES)) {
            throw new ServiceUnavailableException();
        }
        try {
            return new Page(this, freePage());
        } catch (Throwable e) {
            budget.give(PAGE_BYTES);
            throw e;
        }
    }

    private CleanableDirectBuffer freePage() {
        synchronized (this) {
            // The one that came back last: it is likelier to be in the processor's cache.
            var page = free.pollFirst();
            idle = Math.min(idle, free.size());
            if (page != null) {
                return page;
            }
        }
        return PlatformDependent.allocateDirect(PAGE_BYTES, false);
    }

    private void giveBack(CleanableDirectBuffer memory) {
        synchronized (this) {
            if (closed) {
                memory.clean();
            } else {
                free.addFirst(memory);
            }
        }
        budget.give(PAGE_BYTES);
    }

    /** Lets half of those pages go that nobody needed since the last time. */
    synchronized void sweep() {
        for (int left = (idle + 1) / IDLE_DIVISOR; left > 0; left--) {
            free.removeLast().clean();
        }
        idle = free.size();
    }

    /** Lets all of it go that nobody uses; the rest goes when it comes back. */
    synchronized void close() {
        closed = true;
        free.forEach(CleanableDirectBuffer::clean);
        free.clear();
    }

    synchronized int freeCount() {
        return free.size();
    }

    /** Netty's own buffer over memory of ours: it says when the last of its slices was let go of. */
    private static final class Page extends UnpooledUnsafeDirectByteBuf {
        private final ReplyPages home;
        private final CleanableDirectBuffer memory;

        Page(ReplyPages home, CleanableDirectBuffer memory) {
            super(UnpooledByteBufAllocator.DEFAULT, memory.buffer(), PAGE_BYTES);
            this.home = home;
            this.memory = memory;
            clear();
        }

        @Override
        protected void deallocate() {
            super.deallocate();
            home.giveBack(memory);
        }
    }
}
