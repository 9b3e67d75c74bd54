package io.millrace.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import java.time.Duration;
import java.util.List;

/**
 * A reply on its way out: a bounded part of it is with the carrier, and more goes there as the client takes it. Owned by
 * the event loop.
 */
final class Outflow {
    static final int SLICE_BYTES = 64 * 1024;
    static final int PENDING_MAX_BYTES = 256 * 1024;

    static final Runnable NOTHING = () -> {};

    private final Carrier carrier;
    private final Runnable onProgress;

    private ByteBuf unsent = Unpooled.EMPTY_BUFFER;
    private Runnable onHandedOver = NOTHING;
    private boolean ending;
    private boolean ended;
    private boolean gone;
    private int pendingBytes;
    private long handedOverBytes;
    private long sentBytes;
    private long sentBytesAtProgress;
    private int stalledSweeps;

    /** @param onProgress is told, in the middle of the carrier's work, that the client took something */
    Outflow(Carrier carrier, Runnable onProgress) {
        this.carrier = carrier;
        this.onProgress = onProgress;
    }

    /**
     * Sends a whole reply.
     *
     * @param handedOver is told once none of the body is kept here any more
     */
    void whole(int status, List<Carrier.Header> headers, ByteBuf body, Runnable handedOver) {
        int bytes = body.readableBytes();
        if (bytes <= SLICE_BYTES) {
            ended = true;
            count(bytes);
            carrier.whole(status, headers, body, future -> sent(bytes, future));
            handedOver.run();
        } else {
            begin(status, headers);
            ending = true;
            add(body, handedOver);
        }
    }

    /** Begins a reply whose body comes bit by bit. */
    void begin(int status, List<Carrier.Header> headers) {
        carrier.begin(status, headers);
    }

    /**
     * Sends more of the body, once all before it is with the carrier.
     *
     * @param handedOver is told once none of it is kept here any more
     */
    void add(ByteBuf bytes, Runnable handedOver) {
        assert !unsent.isReadable() : unsent;
        if (gone) {
            bytes.release();
            handedOver.run();
            return;
        }
        unsent = bytes;
        onHandedOver = handedOver;
        sendMore();
    }

    /** Ends the reply after what was added. */
    void end() {
        assert !ended;
        ending = true;
        if (!gone && !unsent.isReadable()) {
            ended = true;
            carrier.end(Unpooled.EMPTY_BUFFER, future -> sent(0, future));
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

    /** Nobody reads any more. Idempotent. */
    void close() {
        gone = true;
        unsent.release();
        forgetUnsent();
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
            int bytes = Math.min(SLICE_BYTES, unsent.readableBytes());
            count(bytes);
            ChannelFutureListener listener = future -> sent(bytes, future);
            if (bytes < unsent.readableBytes()) {
                carrier.part(unsent.readRetainedSlice(bytes), listener);
                continue;
            }
            var last = unsent;
            forgetUnsent();
            if (ending) {
                ended = true;
                carrier.end(last, listener);
            } else {
                carrier.part(last, listener);
            }
        }
    }

    private void count(int bytes) {
        pendingBytes += bytes;
        handedOverBytes += bytes;
    }

    private void sent(int bytes, ChannelFuture future) {
        pendingBytes -= bytes;
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

    private void forgetUnsent() {
        unsent = Unpooled.EMPTY_BUFFER;
        var handedOver = onHandedOver;
        onHandedOver = NOTHING;
        handedOver.run();
    }
}
