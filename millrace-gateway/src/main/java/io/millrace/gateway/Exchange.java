package io.millrace.gateway;

import io.millrace.auth.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.List;

/**
 * One request and its reply, whichever version of HTTP carries them. The connection feeds it the body and keeps its
 * deadlines; the door answers it once. Owned by the event loop.
 */
final class Exchange {
    private static final int SLICE_BYTES = 64 * 1024;
    private static final int PENDING_MAX_BYTES = 256 * 1024;

    private static final AsciiString REQUEST_ID = AsciiString.cached("x-amzn-requestid");
    private static final AsciiString EXTENDED_ID = AsciiString.cached("x-amz-id-2");
    private static final AsciiString CONTENT_TYPE = AsciiString.cached("content-type");
    private static final AsciiString CONTENT_LENGTH = AsciiString.cached("content-length");
    private static final AsciiString DATE = AsciiString.cached("date");

    private final RequestHead head;
    private final Carrier carrier;
    private final Lane lane;
    private final Door door;
    private final RequestBody body;
    private final MemoryBudget replies;
    private final String sourceAddress;
    private final long startNanos;

    private boolean served;
    private boolean answered;
    private boolean gone;
    private String operation = RequestMeters.NO_OPERATION;

    private ByteBuf unsent = Unpooled.EMPTY_BUFFER;
    private int unsentBudgetBytes;
    private int pendingBytes;

    private long receivedBytes;
    private long receivedBytesAtWindow;
    private int windowSweeps;
    private long sentBytes;
    private long sentBytesAtProgress;
    private int stalledSweeps;

    Exchange(
            RequestHead head,
            Carrier carrier,
            Lane lane,
            Door door,
            RequestBody body,
            MemoryBudget replies,
            String sourceAddress) {
        this.head = head;
        this.carrier = carrier;
        this.lane = lane;
        this.door = door;
        this.body = body;
        this.replies = replies;
        this.sourceAddress = sourceAddress;
        this.startNanos = door.begin();
    }

    RequestHead head() {
        return head;
    }

    RequestBody body() {
        return body;
    }

    Lane lane() {
        return lane;
    }

    String sourceAddress() {
        return sourceAddress;
    }

    long startNanos() {
        return startNanos;
    }

    /** The operation this request turned out to be for. */
    String operation() {
        return operation;
    }

    void operation(String name) {
        operation = name;
    }

    boolean isAnswered() {
        return answered;
    }

    long receivedBytes() {
        return receivedBytes;
    }

    /** Takes bytes of the body; the caller keeps the buffer. */
    void data(ByteBuf bytes) {
        receivedBytes += bytes.readableBytes();
        if (answered || gone) {
            return;
        }
        switch (body.add(bytes)) {
            case TAKEN -> {}
            case TOO_LARGE -> answer(Reply.empty(413));
            case NO_MEMORY -> answer(door.unavailable(this));
        }
    }

    /** The body is complete. */
    void end() {
        if (!answered && !gone) {
            served = true;
            door.serve(this);
        }
    }

    /** The client has gone; whatever the operation still does, nobody waits for its answer. */
    void abandon() {
        if (gone) {
            return;
        }
        gone = true;
        unsent.release();
        forgetUnsent();
        // An operation that runs may still read the body; it is released when the operation answers.
        if (!served && !answered) {
            body.release();
            door.abandoned();
        }
    }

    /** Sends the reply; the request's body is not needed any more. */
    void answer(Reply reply) {
        assert !answered;
        body.release();
        if (gone) {
            door.abandoned();
            return;
        }
        answered = true;
        if (head.method().equals("HEAD") || reply.bodyBytes() <= SLICE_BYTES) {
            send(reply);
        } else if (replies.take(reply.bodyBytes())) {
            unsentBudgetBytes = reply.bodyBytes();
            send(reply);
        } else {
            send(door.unavailable(this));
        }
    }

    private void send(Reply reply) {
        door.answered(this, reply);
        var headers = headersOf(reply);
        var replyBody = head.method().equals("HEAD") ? Unpooled.EMPTY_BUFFER : reply.bytes();
        int bytes = replyBody.readableBytes();
        if (bytes <= SLICE_BYTES) {
            pendingBytes = bytes;
            carrier.whole(reply.status(), headers, replyBody, future -> sent(bytes, future));
        } else {
            unsent = replyBody;
            carrier.begin(reply.status(), headers);
            sendMore();
        }
        carrier.flushSoon();
    }

    /**
     * Whether the client keeps up: sends the rest of its body at the least pace, and takes what it is sent. Called once
     * a sweep.
     *
     * @param receiving whether the client still owes a part of its body
     */
    boolean keepsUp(GatewayLimits limits, boolean receiving) {
        return (!receiving || sendsAtPace(limits)) && readsOn(limits);
    }

    private boolean sendsAtPace(GatewayLimits limits) {
        if (++windowSweeps < Lane.sweepsIn(limits.bodyPaceWindow())) {
            return true;
        }
        boolean enough = receivedBytes - receivedBytesAtWindow >= limits.bodyPaceMinBytes();
        receivedBytesAtWindow = receivedBytes;
        windowSweeps = 0;
        return enough;
    }

    private boolean readsOn(GatewayLimits limits) {
        if (pendingBytes == 0 || sentBytes > sentBytesAtProgress) {
            sentBytesAtProgress = sentBytes;
            stalledSweeps = 0;
            return true;
        }
        return ++stalledSweeps < Lane.sweepsIn(limits.replyStallMax());
    }

    private List<Carrier.Header> headersOf(Reply reply) {
        var headers = new ArrayList<Carrier.Header>(12);
        headers.add(new Carrier.Header(REQUEST_ID, head.requestId()));
        if (!Cors.isPreflight(head)) {
            headers.add(new Carrier.Header(EXTENDED_ID, lane.ids().extendedId()));
        }
        headers.add(new Carrier.Header(DATE, lane.date().now()));
        reply.contentType().ifPresent(type -> headers.add(new Carrier.Header(CONTENT_TYPE, type)));
        headers.add(new Carrier.Header(CONTENT_LENGTH, AsciiString.of(Integer.toString(reply.bodyBytes()))));
        Cors.addTo(headers, head);
        return headers;
    }

    /** Keeps a bounded part of the reply on its way, and goes on as the client takes it. */
    private void sendMore() {
        while (unsent.isReadable() && pendingBytes < PENDING_MAX_BYTES) {
            int bytes = Math.min(SLICE_BYTES, unsent.readableBytes());
            pendingBytes += bytes;
            ChannelFutureListener listener = future -> sent(bytes, future);
            if (bytes < unsent.readableBytes()) {
                carrier.part(unsent.readRetainedSlice(bytes), listener);
            } else {
                var last = unsent;
                forgetUnsent();
                carrier.end(last, listener);
            }
        }
    }

    private void sent(int bytes, ChannelFuture future) {
        pendingBytes -= bytes;
        if (gone) {
            return;
        }
        if (!future.isSuccess()) {
            carrier.reset();
            return;
        }
        sentBytes += bytes;
        if (unsent.isReadable()) {
            sendMore();
            carrier.flushSoon();
        }
    }

    private void forgetUnsent() {
        unsent = Unpooled.EMPTY_BUFFER;
        replies.give(unsentBudgetBytes);
        unsentBudgetBytes = 0;
    }
}
