package io.millrace.server.faults;

import io.millrace.model.AwsException;
import io.millrace.model.Caller;
import io.millrace.model.LimitExceededException;
import io.millrace.model.Operation;
import io.millrace.model.ProvisionedThroughputExceededException;
import io.millrace.model.PutRecordsBatch;
import io.millrace.streams.Streams;
import io.millrace.streams.iterator.ShardPosition;
import io.millrace.streams.shard.ShardId;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.kinesis.model.GetRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;

/** Finds out which stream and which shards a call is about, and how AWS would say that it comes too often. */
public record CallTargets(Streams streams) {
    private static final String STREAM_RESOURCE = ":stream/";

    /** The stream's name; empty where the call names none. */
    public <I> Optional<String> stream(Operation<I, ?> operation, Caller caller, I input) {
        if (input instanceof GetRecordsRequest read) {
            return streams.positionOf(read.shardIterator()).map(ShardPosition::streamName);
        }
        var arns = operation.resources().arns(input, caller.namespace());
        return arns.isEmpty() ? Optional.empty() : nameIn(arns.getFirst());
    }

    private static Optional<String> nameIn(String arn) {
        int at = arn.indexOf(STREAM_RESOURCE);
        if (at < 0) {
            return Optional.empty();
        }
        var rest = arn.substring(at + STREAM_RESOURCE.length());
        int end = rest.indexOf('/');
        var name = end < 0 ? rest : rest.substring(0, end);
        return name.equals("*") ? Optional.empty() : Optional.of(name);
    }

    /** The shard of each record; empty where the call will be refused for a reason of its own. */
    Optional<List<String>> shards(Caller caller, PutRecordsBatch batch) {
        try {
            return Optional.of(streams.shardsOf(caller, batch));
        } catch (AwsException _) {
            return Optional.empty();
        }
    }

    /** How the call is throttled; empty where it will be refused for a reason of its own. */
    public <I> Optional<AwsException> throttling(Operation<I, ?> operation, Caller caller, I input) {
        return switch (input) {
            case PutRecordsBatch batch ->
                shards(caller, batch)
                        .flatMap(shards -> stream(operation, caller, input)
                                .map(name -> rateExceeded(shards.getFirst(), caller, name)));
            case GetRecordsRequest read ->
                streams.positionOf(read.shardIterator())
                        .map(at -> rateExceeded(ShardId.of(at.shardIndex()), caller, at.streamName()));
            case GetShardIteratorRequest wanted ->
                stream(operation, caller, input).map(name -> rateExceeded(wanted.shardId(), caller, name));
            default -> Optional.of(tooManyCalls(caller, stream(operation, caller, input)));
        };
    }

    private static AwsException rateExceeded(String shard, Caller caller, String stream) {
        return new ProvisionedThroughputExceededException(rateExceededText(shard, caller, stream));
    }

    static String rateExceededText(String shard, Caller caller, String stream) {
        return "Rate exceeded for shard " + shard + " in stream " + stream + " under account "
                + caller.namespace().account() + ".";
    }

    private static AwsException tooManyCalls(Caller caller, Optional<String> stream) {
        var account = "account " + caller.namespace().account() + ".";
        return new LimitExceededException("Rate exceeded for "
                + stream.map(name -> "stream " + name + " under " + account).orElse(account));
    }
}
