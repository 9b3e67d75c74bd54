package io.millrace.gateway;

import io.millrace.gateway.Operations.ServedEvents;
import io.millrace.model.EventSource;
import io.millrace.model.ServiceUnavailableException;
import io.millrace.wire.BodyWriter;
import io.millrace.wire.EventStream;
import io.millrace.wire.Protocol;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's events on their way from their source to the socket. The next one is asked for only when the client has
 * taken all but a little of those before, so a slow client slows itself and nobody else. Owned by the event loop; needs
 * no thread while nothing happens.
 */
final class EventReply<E> {
    private static final Logger LOG = LoggerFactory.getLogger(EventReply.class);

    private final Exchange exchange;
    private final ServedEvents<?, E> served;
    private final Protocol protocol;
    private final EventSource<E> source;
    private final SharedMessages messages;
    private final Runnable onClose;

    /** Whether the source was asked and has not answered. */
    private boolean asking;

    private boolean pulling;
    private boolean pullsSoon;
    private boolean closed;
    /** An event that is made and waits for memory; counted among the waiting ones. */
    private @Nullable SharedMessage waiting;
    /** Whether the next event may well be large, because the last one was, or is not known. */
    private boolean expectsLarge = true;
    /** What the client has not taken yet of the memory for events, which it may share with others. */
    private long heldBytes;

    /** @param onClose is told, once, that the source is closed */
    EventReply(
            Exchange exchange,
            ServedEvents<?, E> served,
            Protocol protocol,
            EventSource<E> source,
            SharedMessages messages,
            Runnable onClose) {
        this.exchange = exchange;
        this.served = served;
        this.protocol = protocol;
        this.source = source;
        this.messages = messages;
        this.onClose = onClose;
    }

    /** Tells the client that its call is answered, behind the reply's head, and begins to ask. */
    void start() {
        var body = new BodyWriter();
        EventStream.initialResponse(protocol, body);
        send(body);
        if (exchange.lane().isDraining()) {
            drain();
        } else {
            pull();
        }
    }

    /** The client took something, so there may be room for more. */
    void progressed() {
        // Not at once: this is told in the middle of a flush, and a quick source and a quick client would never stop.
        if (wantsMore() && !pullsSoon) {
            pullsSoon = true;
            exchange.lane().later(() -> {
                pullsSoon = false;
                pull();
            });
        }
    }

    /**
     * Whether the client takes what it is sent. Called once a sweep, which is also when it is looked whether there is
     * memory again for what waits.
     *
     * @param stallMax how long it may take nothing while there is memory enough
     */
    boolean isReadOn(Duration stallMax) {
        if (!asking && expectsLarge) {
            exchange.lane().later(this::goOn);
        }
        return exchange.outflow().isReadOn(heldBytes > 0 ? exchange.memory().patience(stallMax) : stallMax);
    }

    private void goOn() {
        var message = waiting;
        if (message != null && isSent(message)) {
            forgetWaiting();
        }
        pull();
    }

    /** Ends the events in good order, because the door closes. */
    void drain() {
        if (!closed) {
            close();
            exchange.endEvents();
        }
    }

    /** Gives back what the subscription holds, now. */
    void close() {
        if (closed) {
            return;
        }
        closed = true;
        forgetWaiting();
        try {
            source.close();
        } catch (RuntimeException e) {
            LOG.error(
                    "The events of request {} could not be closed",
                    exchange.head().requestId(),
                    e);
        }
        onClose.run();
    }

    private boolean wantsMore() {
        return !closed && !asking && waiting == null && exchange.outflow().isSlack() && !isHeldBack();
    }

    /** An event that can't be sent had better stay where it is. */
    private boolean isHeldBack() {
        return expectsLarge && exchange.memory().isShort();
    }

    private void pull() {
        // A source that has events at hand answers while it is asked; a loop, because they may be many.
        if (pulling || closed) {
            return;
        }
        pulling = true;
        try {
            while (wantsMore()) {
                ask();
            }
        } finally {
            pulling = false;
        }
        exchange.outflow().flush();
    }

    private void ask() {
        asking = true;
        CompletionStage<Optional<E>> next;
        try {
            next = source.next();
        } catch (RuntimeException e) {
            next = CompletableFuture.failedStage(e);
        }
        next.whenComplete((event, failure) -> exchange.lane().ready(() -> {
            asking = false;
            if (closed) {
                return;
            }
            if (failure != null) {
                breakOff(failure);
            } else {
                came(event);
            }
        }));
    }

    private void came(Optional<E> event) {
        if (event.isPresent()) {
            send(event.get());
            pull();
        } else {
            drain();
        }
    }

    private void send(E event) {
        SharedMessage message;
        try {
            message = messages.of(
                    event,
                    protocol,
                    body -> EventStream.event(protocol, served.operation(), served.codec(), event, body));
        } catch (Throwable ofEncoding) {
            breakOff(ofEncoding);
            return;
        }
        expectsLarge = message.heldBytes() > 0;
        if (isSent(message)) {
            return;
        }
        if (exchange.memory().waitingEvents().take(message.heldBytes())) {
            waiting = message;
        } else {
            breakOff(new ServiceUnavailableException());
        }
    }

    private boolean isSent(SharedMessage message) {
        if (!message.hold()) {
            return false;
        }
        heldBytes += message.heldBytes();
        exchange.outflow().add(message.bytes(), () -> left(message));
        return true;
    }

    private void left(SharedMessage message) {
        heldBytes -= message.heldBytes();
        message.drop();
    }

    private void forgetWaiting() {
        var message = waiting;
        if (message != null) {
            waiting = null;
            exchange.memory().waitingEvents().give(message.heldBytes());
        }
    }

    private void breakOff(Throwable failure) {
        close();
        var body = new BodyWriter();
        EventStream.lastWord(protocol, Admission.refusalOf(exchange.head(), failure), body);
        send(body);
        exchange.endEvents();
    }

    private void send(BodyWriter message) {
        exchange.outflow().add(Unpooled.wrappedBuffer(message.array(), 0, message.length()), Outflow.NOTHING);
    }
}
