package io.millrace.gateway;

import io.millrace.gateway.Admission.Call;
import io.millrace.gateway.Operations.ServedParked;
import io.millrace.gateway.Operations.ServedUnary;
import io.millrace.model.Operation;
import io.millrace.wire.BodyWriter;
import io.millrace.wire.OperationCodec;
import io.millrace.wire.Protocol;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The doorway for operations with one request and one reply: admit, call, encode. */
final class UnaryDoor {
    private final Admission admission;
    private final Executor threads;

    UnaryDoor(Admission admission, Executor threads) {
        this.admission = admission;
        this.threads = threads;
    }

    <I, O> void serve(Exchange exchange, ServedUnary<I, O> served, Protocol protocol) {
        threads.execute(() -> {
            var call = new Call();
            Reply reply;
            try {
                var input = admission.admit(exchange, served.operation(), served.codec(), protocol, call);
                var output = served.handler().handle(call.caller(), input);
                reply = success(exchange, served.operation(), served.codec(), protocol, call, output);
            } catch (Throwable failure) {
                reply = admission.failure(exchange, served.operation(), protocol, call, failure);
            }
            var ready = reply;
            exchange.lane().ready(() -> exchange.answer(ready));
        });
    }

    <I, O> void serve(Exchange exchange, ServedParked<I, O> served, Protocol protocol) {
        var call = new Call();
        try {
            var input = admission.admit(exchange, served.operation(), served.codec(), protocol, call);
            var stage = served.handler()
                    .handle(call.caller(), input, exchange.lane().executor());
            stage.whenComplete((output, failure) ->
                    exchange.lane().ready(() -> answerParked(exchange, served, protocol, call, output, failure)));
        } catch (Throwable failure) {
            exchange.answer(admission.failure(exchange, served.operation(), protocol, call, failure));
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
                    ? admission.failure(exchange, served.operation(), protocol, call, failureOf(failure))
                    : success(exchange, served.operation(), served.codec(), protocol, call, output);
        } catch (Throwable ofEncoding) {
            reply = admission.failure(exchange, served.operation(), protocol, call, ofEncoding);
        }
        exchange.answer(reply);
    }

    private <O> Reply success(
            Exchange exchange,
            Operation<?, O> operation,
            OperationCodec<?, O> codec,
            Protocol protocol,
            Call call,
            O output) {
        var reply = encoded(exchange, codec, protocol, output);
        try {
            // Not before the reply is whole: for want of memory it may become another.
            admission.succeeded(exchange, operation, call);
            return reply;
        } catch (Throwable failure) {
            reply.bytes().release();
            throw failure;
        }
    }

    private static <O> Reply encoded(Exchange exchange, OperationCodec<?, O> codec, Protocol protocol, O output) {
        var overflow = new PagedBody(exchange.memory().pages());
        try {
            var body = new BodyWriter(overflow);
            codec.encode(protocol, output, body);
            return Reply.of(200, protocol.contentType(), body, overflow);
        } catch (Throwable failure) {
            overflow.release();
            throw failure;
        }
    }

    private static Throwable failureOf(@Nullable Throwable failure) {
        return failure != null ? failure : new IllegalStateException("The operation returned nothing");
    }
}
