package io.millrace.gateway;

import io.millrace.gateway.Admission.Call;
import io.millrace.gateway.Operations.ServedEvents;
import io.millrace.model.ServiceUnavailableException;
import io.millrace.wire.Protocol;
import java.util.concurrent.Executor;

/**
 * The doorway for operations that answer with events: admit, call, and let a {@link Subscription} send what comes. What
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
                var input = admission.admit(exchange, served.operation(), served.codec(), protocol, call);
                var source = served.handler().handle(call.caller(), input);
                var subscription =
                        new Subscription<>(exchange, served, protocol, source, messages, subscriptions::remove);
                admission.succeeded(exchange, served.operation(), call);
                exchange.lane().ready(() -> exchange.stream(subscription));
            } catch (Throwable failure) {
                subscriptions.remove();
                var reply = admission.failure(exchange, served.operation(), protocol, call, failure);
                exchange.lane().ready(() -> exchange.answer(reply));
            }
        });
    }
}
