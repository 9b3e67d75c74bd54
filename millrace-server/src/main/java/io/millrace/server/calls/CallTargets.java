package io.millrace.server.calls;

import io.millrace.model.AwsException;
import io.millrace.model.Caller;
import io.millrace.model.LimitExceededException;
import io.millrace.model.Namespace;
import io.millrace.model.Operation;
import io.millrace.model.ProvisionedThroughputExceededException;
import io.millrace.model.PutRecordsBatch;
import io.millrace.streams.PutDestination;
import io.millrace.streams.Streams;
import io.millrace.streams.iterator.ShardPosition;
import io.millrace.streams.shard.ShardId;
import java.util.Optional;
import software.amazon.awssdk.services.kinesis.model.CreateStreamRequest;
import software.amazon.awssdk.services.kinesis.model.GetRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;

/** Finds out which stream and which shards a call is about, and how AWS would say that it comes too often. */
public record CallTargets(Streams streams) {
    private static final String STREAM_RESOURCE = "stream/";
    private static final int ARN_PARTS = 6;

    /** The stream's name; empty where the call names none. */
    public <I> Optional<String> stream(Operation<I, ?> operation, Caller caller, I input) {
        if (input instanceof GetRecordsRequest read) {
            return streams.positionOf(read.shardIterator()).map(ShardPosition::streamName);
        }
        return named(operation, caller, input).map(Named::name);
    }

    /** A stream as a request names it. */
    private record Named(Namespace namespace, String name) {
        String account() {
            return namespace.account();
        }
    }

    private static <I> Optional<Named> named(Operation<I, ?> operation, Caller caller, I input) {
        var arns = operation.resources().arns(input, caller.namespace());
        return arns.isEmpty() ? Optional.empty() : named(arns.getFirst());
    }

    /** {@code arn:partition:kinesis:region:account:stream/name}, with or without more behind it. */
    private static Optional<Named> named(String arn) {
        var parts = arn.split(":", ARN_PARTS);
        if (parts.length < ARN_PARTS || !parts[5].startsWith(STREAM_RESOURCE)) {
            return Optional.empty();
        }
        var name = parts[5].split("/", -1)[1];
        return name.equals("*") ? Optional.empty() : Optional.of(new Named(new Namespace(parts[4], parts[3]), name));
    }

    /** Where the records would go; empty where the call will be refused for a reason of its own. */
    public Optional<PutDestination> destination(Caller caller, PutRecordsBatch batch) {
        try {
            return Optional.of(streams.destinationOf(caller, batch));
        } catch (AwsException _) {
            return Optional.empty();
        }
    }

    /** How the call is throttled; empty where it will be refused for a reason of its own. */
    public <I> Optional<AwsException> throttling(Operation<I, ?> operation, Caller caller, I input) {
        return switch (input) {
            case PutRecordsBatch batch ->
                destination(caller, batch)
                        .map(to -> rateExceeded(to.shardIds().getFirst(), to.account(), to.streamName()));
            case GetRecordsRequest read ->
                streams.positionOf(read.shardIterator())
                        .map(at -> rateExceeded(ShardId.of(at.shardIndex()), at.account(), at.streamName()));
            case GetShardIteratorRequest wanted ->
                named(operation, caller, input)
                        .filter(this::isThere)
                        .map(stream -> rateExceeded(wanted.shardId(), stream.account(), stream.name()));
            case CreateStreamRequest wanted ->
                Optional.of(tooManyCalls(new Named(caller.namespace(), wanted.streamName())));
            default -> {
                var stream = named(operation, caller, input);
                yield stream.isEmpty() || isThere(stream.get())
                        ? Optional.of(stream.map(CallTargets::tooManyCalls).orElseGet(() -> tooManyCalls(caller)))
                        : Optional.empty();
            }
        };
    }

    private boolean isThere(Named stream) {
        return streams.isThere(stream.namespace(), stream.name());
    }

    private static AwsException rateExceeded(String shard, String account, String stream) {
        return new ProvisionedThroughputExceededException(rateExceededText(shard, account, stream));
    }

    /**
     * The same for one record of many.
     *
     * @param account the stream's, whoever calls
     */
    public static String rateExceededText(String shard, String account, String stream) {
        return "Rate exceeded for shard " + shard + " in stream " + stream + " under account " + account + ".";
    }

    private static AwsException tooManyCalls(Named stream) {
        return new LimitExceededException(
                "Rate exceeded for stream " + stream.name() + " under account " + stream.account() + ".");
    }

    private static AwsException tooManyCalls(Caller caller) {
        return new LimitExceededException(
                "Rate exceeded for account " + caller.namespace().account() + ".");
    }
}
