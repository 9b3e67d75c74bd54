package io.millrace.gateway;

import io.millrace.auth.Authenticator;
import io.millrace.auth.PolicyDecider;
import io.millrace.auth.RequestHead;
import io.millrace.model.AwsException;
import io.millrace.model.Caller;
import io.millrace.model.InternalFailureException;
import io.millrace.model.Operation;
import io.millrace.model.SerializationException;
import io.millrace.model.ValidationException;
import io.millrace.wire.OperationCodec;
import io.millrace.wire.Protocol;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every doorway does with a call around its handler: decode, authenticate, ask the policies, take note of the outcome.
 * What a handler throws becomes a refusal here and nowhere else.
 */
final class Admission {
    private static final Logger LOG = LoggerFactory.getLogger(Admission.class);

    private final Authenticator authenticator;
    private final PolicyDecider policies;
    private final AuditHook audit;
    private final InstantSource clock;

    Admission(Authenticator authenticator, PolicyDecider policies, AuditHook audit, InstantSource clock) {
        this.authenticator = authenticator;
        this.policies = policies;
        this.audit = audit;
        this.clock = clock;
    }

    /** What is known of a call so far; filled in on the way to the handler, so that a refusal is audited with it. */
    static final class Call {
        private @Nullable Caller caller;
        private List<String> resources = List.of();

        Caller caller() {
            return Objects.requireNonNull(caller, "the call was not admitted");
        }
    }

    /** Takes a request as far as the handler: what it wants, who asks, whether they may. */
    <I> I admit(
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

    /** Takes note of a call that succeeded. */
    void succeeded(Exchange exchange, Operation<?, ?> operation, Call call) {
        audit(exchange.head(), exchange.sourceAddress(), operation, call, Optional.empty());
    }

    /** Takes note of a call that failed, and returns the answer to it. */
    Reply failure(Exchange exchange, Operation<?, ?> operation, Protocol protocol, Call call, Throwable failure) {
        var refusal = refusalOf(exchange.head(), failure);
        audit(exchange.head(), exchange.sourceAddress(), operation, call, Optional.of(refusal.code()));
        return Door.refusal(protocol, refusal);
    }

    /** Tells a refusal from a fault, and writes the fault down: this is the only place that does. */
    static AwsException refusalOf(RequestHead head, Throwable failure) {
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
}
