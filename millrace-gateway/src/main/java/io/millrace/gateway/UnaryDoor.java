package io.millrace.gateway;

import io.millrace.auth.Authenticator;
import io.millrace.auth.PolicyDecider;
import io.millrace.auth.RequestHead;
import io.millrace.gateway.Operations.KnownOnly;
import io.millrace.gateway.Operations.Served;
import io.millrace.gateway.Operations.ServedParked;
import io.millrace.gateway.Operations.ServedUnary;
import io.millrace.model.AwsException;
import io.millrace.model.Caller;
import io.millrace.model.InternalFailureException;
import io.millrace.model.Operation;
import io.millrace.model.SerializationException;
import io.millrace.model.UnknownOperationException;
import io.millrace.model.ValidationException;
import io.millrace.wire.BodyWriter;
import io.millrace.wire.OperationCodec;
import io.millrace.wire.Protocol;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The doorway for operations with one request and one reply: decode, authenticate, ask the policies, call, encode. What
 * a handler throws becomes a reply here and nowhere else.
 */
final class UnaryDoor {
    private static final Logger LOG = LoggerFactory.getLogger(UnaryDoor.class);

    private final Authenticator authenticator;
    private final PolicyDecider policies;
    private final AuditHook audit;
    private final InstantSource clock;
    private final Executor threads;

    UnaryDoor(
            Authenticator authenticator,
            PolicyDecider policies,
            AuditHook audit,
            InstantSource clock,
            Executor threads) {
        this.authenticator = authenticator;
        this.policies = policies;
        this.audit = audit;
        this.clock = clock;
        this.threads = threads;
    }

    /** What is known of a call so far; filled in on the way to the handler, so that a refusal is audited with it. */
    private static final class Call {
        private @Nullable Caller caller;
        private List<String> resources = List.of();
    }

    void serve(Exchange exchange, Served served, Protocol protocol) {
        switch (served) {
            case ServedUnary<?, ?> unary -> serve(exchange, unary, protocol);
            case ServedParked<?, ?> parked -> serve(exchange, parked, protocol);
            case KnownOnly known -> exchange.answer(refuseUnserved(exchange, known.operation(), protocol));
        }
    }

    /** Makes a page, whatever happens. */
    Reply replyOf(Exchange exchange, Supplier<Page> maker) {
        try {
            var page = maker.get();
            return Reply.of(page.status(), page.contentType(), page.body());
        } catch (Throwable failure) {
            return Door.refusal(Protocol.JSON, refusalOf(exchange.head(), failure));
        }
    }

    private <I, O> void serve(Exchange exchange, ServedUnary<I, O> served, Protocol protocol) {
        threads.execute(() -> {
            var call = new Call();
            Reply reply;
            try {
                var input = admit(exchange, served.operation(), served.codec(), protocol, call);
                var output = served.handler().handle(callerOf(call), input);
                reply = success(exchange, served.operation(), served.codec(), protocol, call, output);
            } catch (Throwable failure) {
                reply = failure(exchange, served.operation(), protocol, call, failure);
            }
            var ready = reply;
            exchange.lane().ready(() -> exchange.answer(ready));
        });
    }

    private <I, O> void serve(Exchange exchange, ServedParked<I, O> served, Protocol protocol) {
        var call = new Call();
        try {
            var input = admit(exchange, served.operation(), served.codec(), protocol, call);
            var stage = served.handler().handle(callerOf(call), input);
            stage.whenComplete((output, failure) ->
                    exchange.lane().ready(() -> answerParked(exchange, served, protocol, call, output, failure)));
        } catch (Throwable failure) {
            exchange.answer(failure(exchange, served.operation(), protocol, call, failure));
        }
    }

    private <I, O> void answerParked(
            Exchange exchange,
            ServedParked<I, O> served,
            Protocol protocol,
            Call call,
            @Nullable O output,
            @Nullable Throwable failure) {
        Reply reply;
        try {
            reply = output == null || failure != null
                    ? failure(exchange, served.operation(), protocol, call, failureOf(failure))
                    : success(exchange, served.operation(), served.codec(), protocol, call, output);
        } catch (Throwable ofEncoding) {
            reply = failure(exchange, served.operation(), protocol, call, ofEncoding);
        }
        exchange.answer(reply);
    }

    /** Takes a request as far as the handler: what it wants, who asks, whether they may. */
    private <I> I admit(
            Exchange exchange, Operation<I, ?> operation, OperationCodec<I, ?> codec, Protocol protocol, Call call) {
        var body = exchange.body();
        I input;
        try {
            input = codec.decode(protocol, body.array(), body.offset(), body.length());
        } catch (SerializationException e) {
            // A body that can't be read at all is told before the signature is looked at, a wrong type after.
            if (!e.malformedBody()) {
                call.caller = authenticator.authenticate(exchange.head(), operation.service());
            }
            throw e;
        } catch (ValidationException e) {
            call.caller = authenticator.authenticate(exchange.head(), operation.service());
            throw e;
        }
        var caller = authenticator.authenticate(exchange.head(), operation.service());
        call.caller = caller;
        call.resources = operation.resources().arns(input, caller.namespace());
        policies.check(caller, operation.iamAction(), call.resources);
        return input;
    }

    private Reply refuseUnserved(Exchange exchange, Operation<?, ?> operation, Protocol protocol) {
        var call = new Call();
        try {
            call.caller = authenticator.authenticate(exchange.head(), operation.service());
            throw new UnknownOperationException(
                    operation.name() + " is part of the API but this version of Millrace does not serve it yet.");
        } catch (AwsException refusal) {
            return failure(exchange, operation, protocol, call, refusal);
        }
    }

    private <O> Reply success(
            Exchange exchange,
            Operation<?, O> operation,
            OperationCodec<?, O> codec,
            Protocol protocol,
            Call call,
            O output) {
        var body = new BodyWriter();
        codec.encode(protocol, output, body);
        audit(exchange.head(), exchange.sourceAddress(), operation, call, Optional.empty());
        return Reply.of(200, protocol.contentType(), body);
    }

    private Reply failure(
            Exchange exchange, Operation<?, ?> operation, Protocol protocol, Call call, Throwable failure) {
        var refusal = refusalOf(exchange.head(), failure);
        audit(exchange.head(), exchange.sourceAddress(), operation, call, Optional.of(refusal.code()));
        return Door.refusal(protocol, refusal);
    }

    /** Tells a refusal from a fault, and writes the fault down: this is the only place that does. */
    private static AwsException refusalOf(RequestHead head, Throwable failure) {
        var cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof AwsException refusal) {
            return refusal;
        }
        LOG.error("Request {} failed", head.requestId(), cause);
        return new InternalFailureException();
    }

    private void audit(
            RequestHead head, String sourceAddress, Operation<?, ?> operation, Call call, Optional<String> errorCode) {
        var caller = call.caller;
        if (caller == null || operation.plane() != Operation.Plane.MANAGEMENT) {
            return;
        }
        var userAgent = Optional.ofNullable(head.header("user-agent")).orElse("");
        var event = new AuditEvent(
                clock.instant(),
                caller,
                operation.service(),
                operation.name(),
                call.resources,
                errorCode,
                sourceAddress,
                userAgent);
        try {
            audit.record(event);
        } catch (RuntimeException e) {
            // The call is done and can't be undone, so its caller is told the truth about it.
            LOG.error("Request {} is not in the audit trail", head.requestId(), e);
        }
    }

    private static Caller callerOf(Call call) {
        return Objects.requireNonNull(call.caller, "the call was not admitted");
    }

    private static Throwable failureOf(@Nullable Throwable failure) {
        return failure != null ? failure : new IllegalStateException("The operation returned nothing");
    }
}
