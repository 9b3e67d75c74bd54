package io.millrace.gateway;

import io.millrace.wire.BodyWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * One event as it is sent, the same bytes to all that get it. A large one counts against the memory for events once, for
 * as long as anyone holds it, which is until its last byte has gone to its client: the least slice of it that waits
 * somewhere keeps the whole array. Thread-safe.
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
        if (holders == 0 && heldBytes() > 0 && !budget.take(heldBytes())) {
            return false;
        }
        holders++;
        return true;
    }

    /** Ends to hold it. */
    synchronized void drop() {
        holders--;
        assert holders >= 0 : holders;
        if (holders == 0 && heldBytes() > 0) {
            budget.give(heldBytes());
        }
    }

    /** What it takes of the memory for events: nothing if it is small, as replies are, so that it is never refused. */
    int heldBytes() {
        return body.length() <= Outflow.SLICE_BYTES ? 0 : body.array().length;
    }

    /** The bytes for one of the holders. The array is the heap's: a slice that is forgotten leaks nothing. */
    ByteBuf bytes() {
        return Unpooled.wrappedBuffer(body.array(), 0, body.length());
    }
}
