package io.millrace.server;

import io.millrace.gateway.Events;
import io.millrace.gateway.Operations;
import io.millrace.gateway.Parked;
import io.millrace.gateway.Unary;
import io.millrace.model.Operation;
import io.millrace.server.faults.Faults;

/** What the door serves, each operation with what stands before it. */
final class GuardedOperations {
    private final Operations operations = new Operations();
    private final CallRates rates;
    private final Faults faults;

    GuardedOperations(CallRates rates, Faults faults) {
        this.rates = rates;
        this.faults = faults;
    }

    <I, O> GuardedOperations unary(Operation<I, O> operation, Unary<I, O> handler) {
        operations.unary(operation, faults.unary(operation, rates.limited(operation, handler)));
        return this;
    }

    <I, O> GuardedOperations parked(Operation<I, O> operation, Parked<I, O> handler) {
        operations.parked(operation, faults.parked(operation, handler));
        return this;
    }

    <I, E> GuardedOperations events(Operation<I, E> operation, Events<I, E> handler) {
        operations.events(operation, faults.events(operation, rates.limitedEvents(operation, handler)));
        return this;
    }

    Operations operations() {
        return operations;
    }
}
