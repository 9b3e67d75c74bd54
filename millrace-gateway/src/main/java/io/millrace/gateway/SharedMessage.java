package io.millrace.gateway;

import io.millrace.wire.BodyWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * One event as it is sent, the same bytes to all that get it. Counts against the memory for replies once, for as long as
 * anyone holds it. Thread-safe.
 */
final class SharedMessage {
    private final BodyWriter body;
    private final MemoryBudget budget;
    private int holders;

    SharedMessage(BodyWriter body, MemoryBudget budget) {
        this.body = body;
        this.budget = budget;
    }

    /** Begins to hold the message; false if there is no memory for it. */
    synchronized boolean hold() {
        if (holders == 0 && !budget.take(body.length())) {
            return false;
        }
        holders++;
        return true;
    }

    /** Ends to hold it. */
    synchronized void drop() {
        holders--;
        assert holders >= 0 : holders;
        if (holders == 0) {
            budget.give(body.length());
        }
    }

    /** The bytes for one of the holders. The array is the heap's, so whoever forgets the buffer leaks nothing. */
    ByteBuf bytes() {
        return Unpooled.wrappedBuffer(body.array(), 0, body.length());
    }
}
