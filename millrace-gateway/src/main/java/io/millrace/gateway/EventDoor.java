package io.millrace.gateway;

import io.millrace.gateway.Admission.Call;
import io.millrace.gateway.Operations.ServedEvents;
import io.millrace.model.EventSource;
import io.millrace.model.ServiceUnavailableException;
import io.millrace.wire.Protocol;
import java.util.concurrent.Executor;

/**
 * The doorway for operations that answer with events: admit, call, and let a {@link EventReply} send what comes. What
 * goes wrong before the first event is an ordinary reply.
 */
final class EventDoor {
    private final Admission admission;
    private final SharedMessages messages;
    private final Tally subscriptions;
    private final int subscriptionsMax;
    private final Executor threads;

    EventDoor(
            Admission admission, SharedMessages messages, Tally subscriptions, int subscriptionsMax, Executor threads) {
        this.admission = admission;
        this.messages = messages;
        this.subscriptions = subscriptions;
        this.subscriptionsMax = subscriptionsMax;
        this.threads = threads;
    }

    <I, E> void serve(Exchange exchange, ServedEvents<I, E> served, Protocol protocol) {
        // The place is taken before the handler is called, so that no crowd gets past the limit.
        if (subscriptions.add() > subscriptionsMax) {
            subscriptions.remove();
            exchange.answer(Door.refusal(protocol, new ServiceUnavailableException()));
            return;
        }
        threads.execute(() -> {
            var call = new Call();
            try {
                exchange.lane().ready(new Opening(exchange, open(exchange, served, protocol, call)));
            } catch (Throwable failure) {
                var reply = admission.failure(exchange, served.operation(), protocol, call, failure);
                exchange.lane().ready(() -> exchange.answer(reply));
            }
        });
    }

    private <I, E> EventReply<E> open(Exchange exchange, ServedEvents<I, E> served, Protocol protocol, Call call) {
        EventSource<E> source;
        try {
            var input = admission.admit(exchange, served.operation(), served.codec(), protocol, call);
            source = served.handler().handle(call.caller(), input);
        } catch (Throwable refusal) {
            subscriptions.remove();
            throw refusal;
        }
        var reply = new EventReply<>(exchange, served, protocol, source, messages, subscriptions::remove);
        try {
            admission.succeeded(exchange, served.operation(), call);
            return reply;
        } catch (Throwable failure) {
            reply.close();
            throw failure;
        }
    }

    /** Begins the events of a call that succeeded, unless there is no loop any more to send them. */
    private record Opening(Exchange exchange, EventReply<?> reply) implements Lane.Work {
        @Override
        public void run() {
            exchange.answerWithEvents(reply);
        }

        @Override
        public void dropped() {
            reply.close();
        }
    }
}
