package io.millrace.server;

import io.millrace.gateway.Events;
import io.millrace.gateway.Unary;
import io.millrace.model.Caller;
import io.millrace.model.Firehose;
import io.millrace.model.Kinesis;
import io.millrace.model.Namespace;
import io.millrace.model.Operation;
import io.millrace.server.calls.CallTargets;
import io.millrace.streams.limits.TokenBucket;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardRequest;

/**
 * How often operations may be called in a second: as often as anyone likes, or as on AWS, for those who test how their
 * programs take that. Safe for use by several threads.
 */
final class CallRates {
    private static final int BUCKETS_MAX = 10_000;
    private static final int USUAL = 5;
    private static final Map<Operation<?, ?>, Rate> AWS = aws();

    private final Choice choice;
    private final CallTargets targets;
    private final InstantSource clock;
    // Guarded by this; the one that was not asked for longest goes when there are too many.
    private final LinkedHashMap<Counted, TokenBucket> buckets = new LinkedHashMap<>(16, 0.75f, true);

    /** Whether calls are limited. */
    enum Choice {
        OFF,
        AWS
    }

    /** What calls are counted together. */
    private enum Scope {
        ACCOUNT,
        STREAM,
        SHARD,
        CONSUMER_AND_SHARD
    }

    private record Rate(int callsPerSecond, Scope scope) {}

    private record Counted(String operation, Namespace namespace, String resource) {}

    CallRates(Choice choice, CallTargets targets, InstantSource clock) {
        this.choice = choice;
        this.targets = targets;
        this.clock = clock;
    }

    private static Map<Operation<?, ?>, Rate> aws() {
        var rates = new HashMap<Operation<?, ?>, Rate>();
        Stream.concat(Kinesis.ALL.stream(), Firehose.ALL.stream())
                .filter(operation -> operation.plane() == Operation.Plane.MANAGEMENT)
                .forEach(operation -> rates.put(operation, new Rate(USUAL, Scope.ACCOUNT)));
        rates.put(Kinesis.DESCRIBE_LIMITS, new Rate(1, Scope.ACCOUNT));
        rates.put(Kinesis.DESCRIBE_STREAM, new Rate(10, Scope.ACCOUNT));
        rates.put(Kinesis.DESCRIBE_STREAM_CONSUMER, new Rate(20, Scope.ACCOUNT));
        rates.put(Kinesis.DESCRIBE_STREAM_SUMMARY, new Rate(20, Scope.ACCOUNT));
        rates.put(Kinesis.GET_SHARD_ITERATOR, new Rate(5, Scope.SHARD));
        rates.put(Kinesis.LIST_SHARDS, new Rate(1_000, Scope.STREAM));
        rates.put(Kinesis.SUBSCRIBE_TO_SHARD, new Rate(1, Scope.CONSUMER_AND_SHARD));
        rates.put(Kinesis.UPDATE_SHARD_COUNT, new Rate(10, Scope.ACCOUNT));
        return Map.copyOf(rates);
    }

    /** The operation, served as often as it may be called. */
    <I, O> Unary<I, O> limited(Operation<I, O> operation, Unary<I, O> handler) {
        var rate = AWS.get(operation);
        if (choice == Choice.OFF || rate == null) {
            return handler;
        }
        return (caller, input) -> {
            requireRate(operation, rate, caller, input);
            return handler.handle(caller, input);
        };
    }

    /** The operation, begun as often as it may be called. */
    <I, E> Events<I, E> limitedEvents(Operation<I, E> operation, Events<I, E> handler) {
        var rate = AWS.get(operation);
        if (choice == Choice.OFF || rate == null) {
            return handler;
        }
        return (caller, input) -> {
            requireRate(operation, rate, caller, input);
            return handler.handle(caller, input);
        };
    }

    private <I> void requireRate(Operation<I, ?> operation, Rate rate, Caller caller, I input) {
        if (!takes(counted(operation, rate.scope(), caller, input), rate.callsPerSecond())) {
            var refusal = targets.throttling(operation, caller, input);
            if (refusal.isPresent()) {
                throw refusal.get();
            }
        }
    }

    private <I> Counted counted(Operation<I, ?> operation, Scope scope, Caller caller, I input) {
        var resource = switch (scope) {
            case ACCOUNT -> "";
            case STREAM -> targets.stream(operation, caller, input).orElse("");
            case SHARD ->
                targets.stream(operation, caller, input).orElse("") + "/"
                        + (input instanceof GetShardIteratorRequest wanted ? wanted.shardId() : "");
            case CONSUMER_AND_SHARD ->
                input instanceof SubscribeToShardRequest wanted ? wanted.consumerARN() + "/" + wanted.shardId() : "";
        };
        return new Counted(operation.name(), caller.namespace(), resource);
    }

    private synchronized boolean takes(Counted counted, int callsPerSecond) {
        long now = clock.millis();
        var bucket = buckets.computeIfAbsent(counted, _ -> TokenBucket.perSecond(callsPerSecond, now));
        if (buckets.size() > BUCKETS_MAX) {
            buckets.pollFirstEntry();
        }
        if (!bucket.holds(1, now)) {
            return false;
        }
        bucket.spend(1, now);
        return true;
    }
}
