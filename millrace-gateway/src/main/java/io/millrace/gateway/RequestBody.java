package io.millrace.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;

/**
 * Gathers a request's body in one array. Memory is taken as bytes arrive, never on the word of a {@code Content-Length},
 * so that promising a large body costs a client as much as sending it.
 */
final class RequestBody {
    private static final int FIRST_BYTES = 4 * 1024;
    private static final int GROWTH = 4;

    /** What became of bytes that were added. */
    enum Added {
        TAKEN,
        TOO_LARGE,
        NO_MEMORY
    }

    private final ByteBufAllocator allocator;
    private final MemoryBudget budget;
    private final int maxBytes;
    private final long declaredBytes;
    private ByteBuf bytes = Unpooled.EMPTY_BUFFER;

    /** @param declaredBytes the length the client announced, or -1 */
    RequestBody(ByteBufAllocator allocator, MemoryBudget budget, int maxBytes, long declaredBytes) {
        this.allocator = allocator;
        this.budget = budget;
        this.maxBytes = maxBytes;
        this.declaredBytes = declaredBytes;
    }

    /** Copies the readable bytes; the caller keeps the buffer. */
    Added add(ByteBuf more) {
        long needed = (long) bytes.readableBytes() + more.readableBytes();
        if (needed > maxBytes) {
            return Added.TOO_LARGE;
        }
        if (needed > bytes.capacity() && !grow((int) needed)) {
            return Added.NO_MEMORY;
        }
        bytes.writeBytes(more, more.readerIndex(), more.readableBytes());
        return Added.TAKEN;
    }

    int length() {
        return bytes.readableBytes();
    }

    /** The array that holds the body, from {@link #offset} on; valid until {@link #release}. */
    byte[] array() {
        return bytes.array();
    }

    int offset() {
        return bytes.arrayOffset();
    }

    /** Gives the memory back. The body is empty afterwards. */
    void release() {
        budget.give(bytes.capacity());
        bytes.release();
        bytes = Unpooled.EMPTY_BUFFER;
    }

    private boolean grow(int neededBytes) {
        int capacity = capacityFor(neededBytes);
        if (!budget.take(capacity)) {
            return false;
        }
        var larger = allocator.heapBuffer(capacity, capacity);
        larger.writeBytes(bytes, bytes.readerIndex(), bytes.readableBytes());
        release();
        bytes = larger;
        return true;
    }

    private int capacityFor(int neededBytes) {
        long roomy = Math.max(FIRST_BYTES, Math.max((long) bytes.capacity() * GROWTH, neededBytes));
        if (declaredBytes >= neededBytes) {
            roomy = Math.min(roomy, declaredBytes);
        }
        return (int) Math.min(roomy, maxBytes);
    }
}
