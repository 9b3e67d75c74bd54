package io.millrace.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import java.time.Duration;
import java.util.List;

/**
 * A reply on its way out: a bounded part of it is with the carrier, and more goes there as the client takes it. What is
 * there is copied out of the heap, so all beyond a little counts against a budget that all replies share; one that gets
 * nothing of it goes on in small bits. Owned by the event loop.
 */
final class Outflow {
    static final int SLICE_BYTES = 64 * 1024;
    static final int PENDING_MAX_BYTES = 256 * 1024;

    /** What each reply may have with its carrier without asking, so that it always goes on. */
    static final int FREE_BYTES = 8 * 1024;

    static final Runnable NOTHING = () -> {};

    private final Carrier carrier;
    private final MemoryBudget carried;
    private final Runnable onProgress;

    private ByteBuf unsent = Unpooled.EMPTY_BUFFER;
    private Runnable onLeft = NOTHING;
    private boolean ending;
    private boolean ended;
    private boolean gone;
    private int pendingBytes;
    /** What of the pending bytes was taken from the budget: all but the free ones. */
    private int chargedBytes;

    private long handedOverBytes;
    private long sentBytes;
    private long sentBytesAtProgress;
    private int stalledSweeps;

    /**
     * @param carried for what lies with the carriers
     * @param onProgress is told, in the middle of the carrier's work, that the client took something
     */
    Outflow(Carrier carrier, MemoryBudget carried, Runnable onProgress) {
        this.carrier = carrier;
        this.carried = carried;
        this.onProgress = onProgress;
    }

    /**
     * Sends a whole reply.
     *
     * @param left is told once all of the body has gone to the client, or never will
     */
    void whole(int status, List<Carrier.Header> headers, ByteBuf body, Runnable left) {
        int bytes = body.readableBytes();
        if (bytes <= SLICE_BYTES && isCharged(bytes)) {
            ended = true;
            count(bytes);
            carrier.whole(status, headers, body, future -> sent(bytes, left, future));
        } else {
            begin(status, headers);
            ending = true;
            add(body, left);
        }
    }

    /** Begins a reply whose body comes bit by bit. */
    void begin(int status, List<Carrier.Header> headers) {
        carrier.begin(status, headers);
    }

    /**
     * Sends more of the body, once all before it is with the carrier.
     *
     * @param left is told once all of it has gone to the client, or never will
     */
    void add(ByteBuf bytes, Runnable left) {
        assert !unsent.isReadable() : unsent;
        if (gone) {
            bytes.release();
            left.run();
            return;
        }
        unsent = bytes;
        onLeft = left;
        sendMore();
    }

    /** Ends the reply after what was added. */
    void end() {
        assert !ended;
        ending = true;
        if (!gone && !unsent.isReadable()) {
            ended = true;
            carrier.end(Unpooled.EMPTY_BUFFER, future -> sent(0, NOTHING, future));
        }
    }

    /** Whether the end is with the carrier too. */
    boolean isEnded() {
        return ended;
    }

    /** Whether there is room for more, because the client has taken all but a little of what there was. */
    boolean isSlack() {
        return !gone && !unsent.isReadable() && pendingBytes < PENDING_MAX_BYTES;
    }

    void flush() {
        carrier.flushSoon();
    }

    /** What of the body is with the carrier or has left. */
    long handedOverBytes() {
        return handedOverBytes;
    }

    /** Nobody reads any more. What is with the carrier counts until that lets go of it. Idempotent. */
    void close() {
        gone = true;
        unsent.release();
        takeUnsent().run();
    }

    /** Whether the client takes what it is sent. Called once a sweep. */
    boolean isReadOn(Duration stallMax) {
        if (pendingBytes == 0 || sentBytes > sentBytesAtProgress) {
            sentBytesAtProgress = sentBytes;
            stalledSweeps = 0;
            return true;
        }
        return ++stalledSweeps < Lane.sweepsIn(stallMax);
    }

    private void sendMore() {
        while (unsent.isReadable() && pendingBytes < PENDING_MAX_BYTES) {
            int bytes = roomFor(Math.min(SLICE_BYTES, unsent.readableBytes()));
            if (bytes == 0) {
                return;
            }
            count(bytes);
            if (bytes < unsent.readableBytes()) {
                carrier.part(unsent.readRetainedSlice(bytes), future -> sent(bytes, NOTHING, future));
                continue;
            }
            var last = unsent;
            var left = takeUnsent();
            if (ending) {
                ended = true;
                carrier.end(last, future -> sent(bytes, left, future));
            } else {
                carrier.part(last, future -> sent(bytes, left, future));
            }
        }
    }

    /** How much of what is wanted may go to the carrier now; if nothing, something is there that will leave. */
    private int roomFor(int wantedBytes) {
        if (isCharged(wantedBytes)) {
            return wantedBytes;
        }
        return pendingBytes == 0 ? FREE_BYTES : 0;
    }

    /** Whether the budget bears so many more bytes with the carrier; if so it does from now on. */
    private boolean isCharged(int moreBytes) {
        int uncharged = pendingBytes + moreBytes - FREE_BYTES - chargedBytes;
        if (uncharged <= 0) {
            return true;
        }
        if (!carried.take(uncharged)) {
            return false;
        }
        chargedBytes += uncharged;
        return true;
    }

    private void count(int bytes) {
        pendingBytes += bytes;
        handedOverBytes += bytes;
    }

    private void uncount(int bytes) {
        pendingBytes -= bytes;
        int returned = chargedBytes - Math.max(0, pendingBytes - FREE_BYTES);
        if (returned > 0) {
            chargedBytes -= returned;
            carried.give(returned);
        }
    }

    private void sent(int bytes, Runnable left, ChannelFuture future) {
        uncount(bytes);
        left.run();
        if (gone) {
            return;
        }
        if (!future.isSuccess()) {
            // From now on every write fails, and at once; that the client has gone is told only later.
            close();
            carrier.reset();
            return;
        }
        sentBytes += bytes;
        if (unsent.isReadable()) {
            sendMore();
            carrier.flushSoon();
        }
        onProgress.run();
    }

    private Runnable takeUnsent() {
        unsent = Unpooled.EMPTY_BUFFER;
        var left = onLeft;
        onLeft = NOTHING;
        return left;
    }
}
