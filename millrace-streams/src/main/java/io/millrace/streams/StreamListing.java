package io.millrace.streams;

import io.millrace.model.Caller;
import io.millrace.streams.shard.Shard;
import io.millrace.streams.shard.ShardId;
import io.millrace.streams.token.TokenSeal.Purpose;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamRequest;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamResponse;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamSummaryRequest;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamSummaryResponse;
import software.amazon.awssdk.services.kinesis.model.ListStreamsRequest;
import software.amazon.awssdk.services.kinesis.model.ListStreamsResponse;

/** ListStreams, DescribeStream and DescribeStreamSummary: what streams there are, in whatever state they are. */
final class StreamListing {
    private final StreamDirectory directory;
    private final ConsumerDirectory consumers;
    private final CapacityModes modes;
    private final PageTokens tokens;
    private final InstantSource clock;

    StreamListing(
            StreamDirectory directory,
            ConsumerDirectory consumers,
            CapacityModes modes,
            PageTokens tokens,
            InstantSource clock) {
        this.directory = directory;
        this.consumers = consumers;
        this.modes = modes;
        this.tokens = tokens;
        this.clock = clock;
    }

    ListStreamsResponse list(Caller caller, ListStreamsRequest request) {
        int limit = atMost(StreamLimits.LIST_STREAMS_MAX, request.limit());
        var found = directory.in(caller.namespace()).tailMap(startOf(request), false).values().stream()
                .limit(limit + 1L)
                .map(LiveStream::state)
                .toList();
        boolean more = found.size() > limit;
        var page = more ? found.subList(0, limit) : found;
        var names = page.stream().map(stream -> stream.address().name()).toList();
        var response = ListStreamsResponse.builder()
                .streamNames(names)
                .hasMoreStreams(more)
                .streamSummaries(page.stream().map(Descriptions::listed).toList());
        if (more) {
            response.nextToken(tokens.issue(Purpose.STREAM_PAGE, out -> out.writeUTF(names.getLast())));
        }
        return response.build();
    }

    /** The name that the page comes after; names have at least one character, so all come after the empty one. */
    private String startOf(ListStreamsRequest request) {
        return request.nextToken() != null
                ? tokens.redeem(Purpose.STREAM_PAGE, request.nextToken(), in -> in.readUTF())
                : Objects.requireNonNullElse(request.exclusiveStartStreamName(), "");
    }

    DescribeStreamResponse describe(Caller caller, DescribeStreamRequest request) {
        var stream = directory
                .require(caller, request.streamName(), request.streamARN(), "DescribeStream")
                .state();
        int limit = atMost(StreamLimits.DESCRIBE_STREAM_MAX_SHARDS, request.limit());
        int after = exclusiveStart(request.exclusiveStartShardId(), stream.address());
        long now = clock.millis();
        List<Shard> found = stream.shards().all().stream()
                .filter(shard -> shard.index() > after && stream.unexpired(shard, now))
                .limit(limit + 1L)
                .toList();
        boolean more = found.size() > limit;
        return DescribeStreamResponse.builder()
                .streamDescription(Descriptions.describe(stream, more ? found.subList(0, limit) : found, more))
                .build();
    }

    DescribeStreamSummaryResponse summarize(Caller caller, DescribeStreamSummaryRequest request) {
        var stream = directory
                .require(caller, request.streamName(), request.streamARN(), "DescribeStreamSummary")
                .state();
        int consumerCount = consumers.of(stream).size();
        return DescribeStreamSummaryResponse.builder()
                .streamDescriptionSummary(Descriptions.summarize(stream, consumerCount).toBuilder()
                        .warmThroughput(modes.describe(stream).orElse(null))
                        .build())
                .build();
    }

    /** The index that listed shards come after; without one, all do. */
    static int exclusiveStart(@Nullable String shardId, StreamAddress address) {
        return shardId == null ? -1 : ShardId.parse(shardId).orElseThrow(() -> address.couldNotFindShard(shardId));
    }

    /** As many as were asked for, but no more than the API gives at once. */
    static int atMost(int max, @Nullable Integer asked) {
        return asked == null ? max : Math.min(asked, max);
    }
}
