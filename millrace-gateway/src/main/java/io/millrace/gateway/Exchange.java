package io.millrace.gateway;

import io.millrace.auth.RequestHead;
import io.millrace.wire.EventStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One request and its reply, whichever version of HTTP carries them. The connection feeds it the body and keeps its
 * deadlines; the door answers it once. Owned by the event loop.
 */
final class Exchange {
    private static final int EVENTS_STATUS = 200;

    private static final AsciiString REQUEST_ID = AsciiString.cached("x-amzn-requestid");
    private static final AsciiString EXTENDED_ID = AsciiString.cached("x-amz-id-2");
    private static final AsciiString CONTENT_TYPE = AsciiString.cached("content-type");
    private static final AsciiString CONTENT_LENGTH = AsciiString.cached("content-length");
    private static final AsciiString DATE = AsciiString.cached("date");

    private final RequestHead head;
    private final Outflow outflow;
    private final Lane lane;
    private final Door door;
    private final RequestBody body;
    private final ReplyMemory memory;
    private final String sourceAddress;
    private final long startNanos;

    private boolean served;
    private boolean answered;
    private boolean gone;
    private @Nullable EventReply<?> eventReply;
    private String operation = RequestMeters.NO_OPERATION;

    private long receivedBytes;
    private long receivedBytesAtWindow;
    private int windowSweeps;

    Exchange(
            RequestHead head,
            Carrier carrier,
            Lane lane,
            Door door,
            RequestBody body,
            ReplyMemory memory,
            String sourceAddress) {
        this.head = head;
        this.outflow = new Outflow(carrier, memory.carried(), this::progressed);
        this.lane = lane;
        this.door = door;
        this.body = body;
        this.memory = memory;
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

    Outflow outflow() {
        return outflow;
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
        outflow.close();
        closeEvents();
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
            reply.bytes().release();
            door.abandoned();
            return;
        }
        answered = true;
        var replies = memory.replies();
        int heldBytes = reply.heldBytes();
        // What holds nothing of the heap is not asked for either: while the budget is full even nothing may be refused.
        if (head.method().equals("HEAD") || heldBytes == 0 || reply.bodyBytes() <= Outflow.SLICE_BYTES) {
            send(reply, Outflow.NOTHING);
        } else if (replies.take(heldBytes)) {
            send(reply, () -> replies.give(heldBytes));
        } else {
            reply.bytes().release();
            send(door.unavailable(this), Outflow.NOTHING);
        }
    }

    private void send(Reply reply, Runnable left) {
        door.answered(this, reply);
        var headers = headersOf(reply.contentType());
        headers.add(new Carrier.Header(CONTENT_LENGTH, AsciiString.of(Integer.toString(reply.bodyBytes()))));
        var replyBody = reply.bytes();
        if (head.method().equals("HEAD")) {
            replyBody.release();
            replyBody = Unpooled.EMPTY_BUFFER;
        }
        outflow.whole(reply.status(), headers, replyBody, left);
        outflow.flush();
    }

    /** Answers with events as they come; the request's body is not needed any more. */
    void answerWithEvents(EventReply<?> events) {
        assert !answered;
        body.release();
        if (gone) {
            events.close();
            door.abandoned();
            return;
        }
        answered = true;
        eventReply = events;
        door.eventsBegun(this, EVENTS_STATUS);
        outflow.begin(EVENTS_STATUS, headersOf(Optional.of(EventStream.CONTENT_TYPE)));
        events.start();
    }

    /** Ends the events after what was sent. */
    void endEvents() {
        outflow.end();
        outflow.flush();
        noteEndOfEvents();
    }

    /** The door closes: what is answered in one piece is answered still, what would go on for long ends. */
    void drain() {
        if (eventReply != null) {
            eventReply.drain();
        }
    }

    /** What all replies together may hold. */
    ReplyMemory memory() {
        return memory;
    }

    private void progressed() {
        if (eventReply != null) {
            noteEndOfEvents();
        }
        if (eventReply != null) {
            eventReply.progressed();
        }
    }

    private void noteEndOfEvents() {
        if (outflow.isEnded()) {
            closeEvents();
        }
    }

    private void closeEvents() {
        var events = eventReply;
        if (events != null) {
            eventReply = null;
            events.close();
            door.eventsEnded(this, EVENTS_STATUS, outflow.handedOverBytes());
        }
    }

    /**
     * Whether the client keeps up: sends the rest of its body at the least pace, and takes what it is sent. Called once
     * a sweep.
     *
     * @param receiving whether the client still owes a part of its body
     */
    boolean keepsUp(GatewayLimits limits, boolean receiving) {
        boolean readOn = eventReply == null
                ? outflow.isReadOn(limits.replyStallMax())
                : eventReply.isReadOn(limits.subscriptionStallMax());
        return (!receiving || sendsAtPace(limits)) && readOn;
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

    private List<Carrier.Header> headersOf(Optional<String> contentType) {
        var headers = new ArrayList<Carrier.Header>(12);
        headers.add(new Carrier.Header(REQUEST_ID, head.requestId()));
        if (!Cors.isPreflight(head)) {
            headers.add(new Carrier.Header(EXTENDED_ID, lane.ids().extendedId()));
        }
        headers.add(new Carrier.Header(DATE, lane.date().now()));
        contentType.ifPresent(type -> headers.add(new Carrier.Header(CONTENT_TYPE, type)));
        Cors.addTo(headers, head);
        return headers;
    }
}
