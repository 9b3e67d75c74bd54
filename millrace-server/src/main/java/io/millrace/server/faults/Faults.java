package io.millrace.server.faults;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.gateway.Events;
import io.millrace.gateway.Parked;
import io.millrace.gateway.Unary;
import io.millrace.model.AwsException;
import io.millrace.model.Caller;
import io.millrace.model.InternalFailureException;
import io.millrace.model.Kinesis;
import io.millrace.model.Operation;
import io.millrace.model.PutRecordsBatch;
import io.millrace.model.PutRecordsOutcome;
import io.millrace.model.ServiceUnavailableException;
import io.millrace.server.calls.CallTargets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;

/**
 * The faults that are set at present: none when the server starts. They are not kept over a restart, so that nobody has to
 * wonder for long.
 *
 * <p>Rules are changed by one thread at a time and read by all; as long as there are none a call costs one volatile read.
 */
public final class Faults {
    private static final int RULES_MAX = 1_000;

    private final CallTargets targets;
    private final InstantSource clock;
    private final MeterRegistry meters;
    private final Wait wait;
    private volatile List<ActiveFault> active = List.of();

    /** Lets time pass without holding a thread. */
    @FunctionalInterface
    public interface Wait {
        CompletionStage<Void> of(Duration duration);
    }

    /**
     * @param targets tells which streams and shards calls are about
     * @param clock tells when a rule has expired
     * @param meters counts {@code millrace.faults.injected} by {@code operation} and {@code fault}
     */
    public Faults(CallTargets targets, InstantSource clock, MeterRegistry meters, Wait wait) {
        this.targets = targets;
        this.clock = clock;
        this.meters = meters;
        this.wait = wait;
    }

    /**
     * The page that they are seen and set by.
     *
     * @param random makes the seeds of rules that name none
     */
    public FaultsPage page(RandomGenerator random) {
        return new FaultsPage(this, random);
    }

    /** The operation with what is set for whole calls in its way. */
    public <I, O> Unary<I, O> unary(Operation<I, O> operation, Unary<I, O> handler) {
        return (caller, input) -> {
            var fault = faultOf(operation, caller, input);
            if (fault.isEmpty()) {
                return handler.handle(caller, input);
            }
            wait.of(fault.get().latency()).toCompletableFuture().join();
            var refusal = refusal(fault.get(), operation, caller, input);
            if (refusal.isPresent()) {
                throw refusal.get();
            }
            return handler.handle(caller, input);
        };
    }

    /** The operation with what is set for whole calls in the way of its beginning, and of its events afterwards. */
    public <I, E> Events<I, E> events(Operation<I, E> operation, Events<I, E> handler) {
        return (caller, input) -> {
            var fault = faultOf(operation, caller, input);
            if (fault.isPresent()) {
                wait.of(fault.get().latency()).toCompletableFuture().join();
                var refusal = refusal(fault.get(), operation, caller, input);
                if (refusal.isPresent()) {
                    throw refusal.get();
                }
            }
            return new BreakableEvents<>(
                    handler.handle(caller, input), operation, targets.stream(operation, caller, input), this);
        };
    }

    /** The operation with what is set for whole calls in its way. What is late is served at once, and answered late. */
    public <I, O> Parked<I, O> parked(Operation<I, O> operation, Parked<I, O> handler) {
        return (caller, input, loop) -> {
            var fault = faultOf(operation, caller, input);
            if (fault.isEmpty()) {
                return handler.handle(caller, input, loop);
            }
            var latency = fault.get().latency();
            var refusal = refusal(fault.get(), operation, caller, input);
            var answer = refusal.isPresent()
                    ? CompletableFuture.<O>failedFuture(refusal.get())
                    : handler.handle(caller, input, loop);
            return latency.isZero() ? answer : late(answer, latency);
        };
    }

    /** PutRecords with what is set for single records in its way. */
    public Parked<PutRecordsBatch, PutRecordsOutcome> batches(Parked<PutRecordsBatch, PutRecordsOutcome> handler) {
        return (caller, batch, loop) -> {
            var fault = faultOf(Kinesis.PUT_RECORDS, caller, batch)
                    .filter(set -> !set.rule().records().none());
            if (fault.isEmpty()) {
                return handler.handle(caller, batch, loop);
            }
            return new PartialPut(caller, batch, fault.get().ofRecords(batch.count()), targets, this)
                    .through(handler, loop);
        };
    }

    /** Whether a subscription meets a fault that ends it. */
    boolean breaksOff(Operation<?, ?> operation, Optional<String> stream) {
        if (active.isEmpty()) {
            return false;
        }
        boolean breaksOff =
                find(operation.name(), stream).filter(ActiveFault::breaksOff).isPresent();
        if (breaksOff) {
            count(operation, "break off", 1);
        }
        return breaksOff;
    }

    private <O> CompletionStage<O> late(CompletionStage<O> answer, Duration latency) {
        var late = new CompletableFuture<O>();
        answer.whenComplete((output, failure) -> wait.of(latency).thenRun(() -> {
            if (failure != null) {
                late.completeExceptionally(failure);
            } else {
                late.complete(output);
            }
        }));
        return late;
    }

    private <I> Optional<ActiveFault> faultOf(Operation<I, ?> operation, Caller caller, I input) {
        return active.isEmpty() ? Optional.empty() : find(operation.name(), targets.stream(operation, caller, input));
    }

    private <I> Optional<AwsException> refusal(ActiveFault fault, Operation<I, ?> operation, Caller caller, I input) {
        Optional<AwsException> refusal = switch (fault.ofCall()) {
            case SERVE -> Optional.empty();
            case THROTTLE -> targets.throttling(operation, caller, input);
            case FAIL -> Optional.of(new InternalFailureException());
            case UNAVAILABLE -> Optional.of(new ServiceUnavailableException());
        };
        refusal.ifPresent(injected -> count(operation, injected.code(), 1));
        return refusal;
    }

    /** The fault that a call meets: of the rules that concern it the most exact one. */
    Optional<ActiveFault> find(String operation, Optional<String> stream) {
        var now = clock.instant();
        ActiveFault found = null;
        for (var fault : active) {
            if (fault.rule().concerns(operation, stream)
                    && fault.holdsAt(now)
                    && (found == null || fault.rule().exactness() > found.rule().exactness())) {
                found = fault;
            }
        }
        return Optional.ofNullable(found);
    }

    List<ActiveFault> list() {
        var now = clock.instant();
        return active.stream().filter(fault -> fault.holdsAt(now)).toList();
    }

    /** Sets a rule in place of one for the same stream and operation. */
    synchronized void set(FaultRule rule) {
        var next = new ArrayList<>(list());
        next.removeIf(fault -> fault.rule().samePlace(rule));
        if (next.size() >= RULES_MAX) {
            throw new IllegalArgumentException("there are " + RULES_MAX + " rules already; clear some first");
        }
        next.add(new ActiveFault(rule, clock.instant()));
        active = List.copyOf(next);
    }

    /** Takes back the rules of a stream and of an operation, where given; all of them otherwise. */
    synchronized void clear(Optional<String> stream, Optional<String> operation) {
        active = list().stream()
                .filter(fault -> (stream.isPresent() && !stream.equals(fault.rule().stream()))
                        || (operation.isPresent()
                                && !operation.equals(fault.rule().operation())))
                .toList();
    }

    void count(Operation<?, ?> operation, String fault, int times) {
        meters.counter("millrace.faults.injected", "operation", operation.name(), "fault", fault)
                .increment(times);
    }
}
