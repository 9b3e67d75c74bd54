package io.millrace.gateway;

import io.millrace.model.Operation;
import io.millrace.wire.Codecs;
import io.millrace.wire.OperationCodec;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What the door serves, filled in by the server before the door opens. */
public final class Operations {
    private final Map<String, Served> byTarget = new HashMap<>();
    private final Map<String, AdminPage> adminPages = new HashMap<>();

    /** An operation by the way it is served. */
    sealed interface Served {
        Operation<?, ?> operation();
    }

    record ServedUnary<I, O>(Operation<I, O> operation, OperationCodec<I, O> codec, Unary<I, O> handler)
            implements Served {}

    record ServedParked<I, O>(Operation<I, O> operation, OperationCodec<I, O> codec, Parked<I, O> handler)
            implements Served {}

    record ServedEvents<I, E>(Operation<I, E> operation, OperationCodec<I, E> codec, Events<I, E> handler)
            implements Served {}

    /** Serves an operation with plain, blocking code. */
    public <I, O> Operations unary(Operation<I, O> operation, Unary<I, O> handler) {
        return unary(operation, Codecs.of(operation), handler);
    }

    /** Serves an operation, read and written by this codec, with plain, blocking code. */
    <I, O> Operations unary(Operation<I, O> operation, OperationCodec<I, O> codec, Unary<I, O> handler) {
        return add(new ServedUnary<>(operation, codec, handler));
    }

    /** Serves an operation with code that answers later and never blocks. */
    public <I, O> Operations parked(Operation<I, O> operation, Parked<I, O> handler) {
        return parked(operation, Codecs.of(operation), handler);
    }

    /** Serves an operation, read and written by this codec, with code that answers later and never blocks. */
    <I, O> Operations parked(Operation<I, O> operation, OperationCodec<I, O> codec, Parked<I, O> handler) {
        return add(new ServedParked<>(operation, codec, handler));
    }

    /** Serves an operation with code that answers with events, whose type is the operation's output. */
    public <I, E> Operations events(Operation<I, E> operation, Events<I, E> handler) {
        return events(operation, Codecs.of(operation), handler);
    }

    /** Serves an operation, read and written by this codec, with code that answers with events. */
    <I, E> Operations events(Operation<I, E> operation, OperationCodec<I, E> codec, Events<I, E> handler) {
        return add(new ServedEvents<>(operation, codec, handler));
    }

    /** Serves a path to those who administer the server. */
    public Operations admin(String path, AdminPage page) {
        adminPages.put(path, page);
        return this;
    }

    Optional<AdminPage> adminPage(String path) {
        return Optional.ofNullable(adminPages.get(path));
    }

    private Operations add(Served served) {
        var operation = served.operation();
        var earlier = byTarget.putIfAbsent(targetOf(operation), served);
        if (earlier != null) {
            throw new IllegalArgumentException(operation.name() + " is registered twice");
        }
        return this;
    }

    private static String targetOf(Operation<?, ?> operation) {
        return operation.service().targetPrefix() + "." + operation.name();
    }

    Optional<Served> find(Target target) {
        return Optional.ofNullable(byTarget.get(target.text()));
    }

    Iterable<Served> all() {
        return byTarget.values();
    }

    /**
     * A codec that can tell whether a body is an object at all, for requests to operations that have none: every codec
     * looks at that before it looks at any member.
     */
    Optional<OperationCodec<?, ?>> anyCodec() {
        for (var served : byTarget.values()) {
            switch (served) {
                case ServedUnary<?, ?> unary -> {
                    return Optional.of(unary.codec());
                }
                case ServedParked<?, ?> _, ServedEvents<?, ?> _ -> {}
            }
        }
        return Optional.empty();
    }
}
