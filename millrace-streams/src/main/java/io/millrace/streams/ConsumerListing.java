package io.millrace.streams;

import io.millrace.model.Caller;
import io.millrace.streams.token.TokenSeal.Purpose;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.model.Consumer;
import software.amazon.awssdk.services.kinesis.model.ConsumerDescription;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamConsumerRequest;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamConsumerResponse;
import software.amazon.awssdk.services.kinesis.model.ListStreamConsumersRequest;
import software.amazon.awssdk.services.kinesis.model.ListStreamConsumersResponse;

/** DescribeStreamConsumer and ListStreamConsumers: what consumers there are, in whatever state they are. */
final class ConsumerListing {
    private final StreamDirectory streams;
    private final ConsumerDirectory directory;
    private final PageTokens tokens;
    private final InstantSource clock;

    ConsumerListing(StreamDirectory streams, ConsumerDirectory directory, PageTokens tokens, InstantSource clock) {
        this.streams = streams;
        this.directory = directory;
        this.tokens = tokens;
        this.clock = clock;
    }

    DescribeStreamConsumerResponse describe(Caller caller, DescribeStreamConsumerRequest request) {
        var consumer = new NamedConsumer(request.consumerARN(), request.streamARN(), request.consumerName())
                .find(caller, streams, directory, "DescribeStreamConsumer")
                .state();
        var address = consumer.address();
        return DescribeStreamConsumerResponse.builder()
                .consumerDescription(ConsumerDescription.builder()
                        .consumerName(address.name())
                        .consumerARN(address.arn())
                        .consumerStatus(consumer.status())
                        .consumerCreationTimestamp(Instant.ofEpochSecond(address.creationSecond()))
                        .streamARN(address.stream().arn())
                        .build())
                .build();
    }

    ListStreamConsumersResponse list(Caller caller, ListStreamConsumersRequest request) {
        var stream = streams.require(caller, null, request.streamARN(), "ListStreamConsumers")
                .state();
        stream.requireCreatedAt(request.streamCreationTimestamp());
        long now = clock.millis();
        int limit = StreamListing.atMost(StreamLimits.LIST_CONSUMERS_MAX, request.maxResults());
        var found = directory.of(stream).tailMap(startOf(request.nextToken(), stream, now), false).values().stream()
                .limit(limit + 1L)
                .map(LiveConsumer::state)
                .toList();
        boolean more = found.size() > limit;
        var page = more ? found.subList(0, limit) : found;
        var response = ListStreamConsumersResponse.builder()
                .consumers(page.stream().map(ConsumerListing::listed).toList());
        if (more) {
            var last = page.getLast().address().name();
            response.nextToken(tokens.issue(Purpose.CONSUMER_PAGE, out -> {
                out.writeLong(stream.id());
                out.writeLong(now);
                out.writeUTF(last);
            }));
        }
        return response.build();
    }

    /** What a token says: the page comes after this name. */
    private record Page(long streamId, long issuedAtMillis, String afterName) {}

    /** Names have at least one character, so all come after the empty one. */
    private String startOf(@Nullable String token, StreamState stream, long now) {
        if (token == null) {
            return "";
        }
        var page =
                tokens.redeem(Purpose.CONSUMER_PAGE, token, in -> new Page(in.readLong(), in.readLong(), in.readUTF()));
        if (page.streamId() != stream.id()) {
            throw PageTokens.invalid();
        }
        PageTokens.requireUnexpired(page.issuedAtMillis(), now);
        return page.afterName();
    }

    static Consumer listed(ConsumerState consumer) {
        var address = consumer.address();
        return Consumer.builder()
                .consumerName(address.name())
                .consumerARN(address.arn())
                .consumerStatus(consumer.status())
                .consumerCreationTimestamp(Instant.ofEpochSecond(address.creationSecond()))
                .build();
    }
}
