package io.millrace.gateway;

import io.millrace.gateway.Operations.ServedEvents;
import io.millrace.model.AwsException;
import io.millrace.model.EventSource;
import io.millrace.model.ServiceUnavailableException;
import io.millrace.wire.BodyWriter;
import io.millrace.wire.EventStream;
import io.millrace.wire.Protocol;
import io.netty.buffer.Unpooled;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's events on their way from their source to the socket. The next one is asked for only when the client has
 * taken all but a little of those before, so a slow client slows itself and nobody else. Owned by the event loop; needs
 * no thread while nothing happens.
 */
final class Subscription<E> {
    private static final Logger LOG = LoggerFactory.getLogger(Subscription.class);
    private static final int FAULT_STATUS = 500;

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

    /** @param onClose is told, once, that the source is closed */
    Subscription(
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

    /** The reply's head has been written: says so to the client, and begins to ask. */
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

    /** Ends the events in good order, because the door closes. */
    void drain() {
        if (!closed) {
            close();
            exchange.endStream();
        }
    }

    /** Gives back what the subscription holds, now. */
    void close() {
        if (closed) {
            return;
        }
        closed = true;
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
        return !closed && !asking && exchange.outflow().isSlack();
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
        if (message.hold()) {
            exchange.outflow().add(message.bytes(), message::drop);
        } else {
            breakOff(new ServiceUnavailableException());
        }
    }

    private void breakOff(Throwable failure) {
        close();
        var refusal = Admission.refusalOf(exchange.head(), failure);
        send(lastWord(refusal));
        exchange.endStream();
    }

    private BodyWriter lastWord(AwsException refusal) {
        var body = new BodyWriter();
        if (refusal.httpStatus() < FAULT_STATUS) {
            EventStream.exception(protocol, refusal, body);
        } else {
            EventStream.error(refusal, body);
        }
        return body;
    }

    private void send(BodyWriter message) {
        exchange.outflow().add(Unpooled.wrappedBuffer(message.array(), 0, message.length()), Outflow.NOTHING);
    }
}
