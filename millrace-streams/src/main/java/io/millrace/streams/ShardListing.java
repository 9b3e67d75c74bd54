package io.millrace.streams;

import io.millrace.model.Caller;
import io.millrace.model.InvalidArgumentException;
import io.millrace.streams.shard.Shard;
import io.millrace.streams.token.TokenSeal.Purpose;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/** ListShards: which shards, by filter and in pages. */
final class ShardListing {
    private final StreamDirectory directory;
    private final PageTokens tokens;
    private final InstantSource clock;

    ShardListing(StreamDirectory directory, PageTokens tokens, InstantSource clock) {
        this.directory = directory;
        this.tokens = tokens;
        this.clock = clock;
    }

    ListShardsResponse list(Caller caller, ListShardsRequest request) {
        long now = clock.millis();
        var query = request.nextToken() == null ? firstPage(caller, request, now) : nextPage(caller, request, now);
        int limit = StreamListing.atMost(StreamLimits.LIST_SHARDS_MAX, request.maxResults());
        var found = query.selection()
                .of(query.stream(), now)
                .filter(shard -> shard.index() > query.afterIndex())
                .limit(limit + 1L)
                .toList();
        boolean more = found.size() > limit;
        var page = more ? found.subList(0, limit) : found;
        var response = ListShardsResponse.builder()
                .shards(page.stream().map(Descriptions::shard).toList());
        if (more) {
            response.nextToken(issue(query, page, now));
        }
        return response.build();
    }

    /** What is listed: of one stream, the shards that a selection takes, beginning after an index. */
    private record Query(StreamState stream, ShardSelection selection, int afterIndex) {}

    private Query firstPage(Caller caller, ListShardsRequest request, long now) {
        if (request.streamName() == null && request.streamARN() == null) {
            throw new InvalidArgumentException("Either NextToken or StreamName should be provided.");
        }
        var stream = directory
                .require(caller, request.streamName(), request.streamARN(), "ListShards")
                .state();
        requireCreated(stream);
        stream.requireCreatedAt(request.streamCreationTimestamp());
        int after = StreamListing.exclusiveStart(request.exclusiveStartShardId(), stream.address());
        var selection = ShardSelection.of(request.shardFilter(), stream, now);
        return new Query(stream, selection, after);
    }

    private static void requireCreated(StreamState stream) {
        if (stream.status() == StreamStatus.CREATING) {
            throw stream.address().notActive(stream.status());
        }
    }

    private Query nextPage(Caller caller, ListShardsRequest request, long now) {
        refuseBesideToken("StreamName", request.streamName());
        refuseBesideToken("StreamARN", request.streamARN());
        refuseBesideToken("ShardFilter", request.shardFilter());
        refuseBesideToken("ExclusiveStartShardId", request.exclusiveStartShardId());
        refuseBesideToken("StreamCreationTimestamp", request.streamCreationTimestamp());
        var token = tokens.redeem(Purpose.SHARD_PAGE, request.nextToken(), ShardPage::read);
        boolean sameRegion =
                token.address().namespace().region().equals(caller.namespace().region());
        if (!sameRegion || !directory.allows(caller, token.address(), "ListShards")) {
            throw PageTokens.invalid();
        }
        PageTokens.requireUnexpired(token.issuedAtMillis(), now);
        var stream = directory
                .find(token.address())
                .map(LiveStream::state)
                .filter(state -> state.id() == token.streamId())
                .orElseThrow(token.address()::notFound);
        return new Query(stream, token.selection(), token.afterIndex());
    }

    private static void refuseBesideToken(String member, @Nullable Object value) {
        if (value != null) {
            throw new InvalidArgumentException("NextToken and " + member + " cannot be provided together.");
        }
    }

    private String issue(Query query, List<Shard> page, long now) {
        var next = new ShardPage(
                query.stream().address(),
                query.stream().id(),
                query.selection(),
                page.getLast().index(),
                now);
        return tokens.issue(Purpose.SHARD_PAGE, next::write);
    }
}
