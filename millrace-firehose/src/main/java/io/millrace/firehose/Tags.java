package io.millrace.firehose;

import io.millrace.firehose.definition.DeliveryStreams;
import io.millrace.model.Caller;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Objects;
import software.amazon.awssdk.services.firehose.model.ListTagsForDeliveryStreamRequest;
import software.amazon.awssdk.services.firehose.model.ListTagsForDeliveryStreamResponse;
import software.amazon.awssdk.services.firehose.model.Tag;
import software.amazon.awssdk.services.firehose.model.TagDeliveryStreamRequest;
import software.amazon.awssdk.services.firehose.model.TagDeliveryStreamResponse;
import software.amazon.awssdk.services.firehose.model.UntagDeliveryStreamRequest;
import software.amazon.awssdk.services.firehose.model.UntagDeliveryStreamResponse;

/** The three operations on tags. Tags mean nothing to us, so they are kept in the catalog alone and read from there. */
final class Tags {
    private final DeliveryStreams streams;

    Tags(DeliveryStreams streams) {
        this.streams = streams;
    }

    TagDeliveryStreamResponse add(Caller caller, TagDeliveryStreamRequest request) {
        streams.inTurn(() -> {
            var stream = streams.require(caller.namespace(), request.deliveryStreamName());
            TagRules.require(request.tags());
            streams.changeTags(stream, present -> {
                var tags = new LinkedHashMap<>(present);
                tags.putAll(TagRules.byKey(request.tags()));
                TagRules.requireRoomFor(tags);
                return tags;
            });
            return stream;
        });
        return TagDeliveryStreamResponse.builder().build();
    }

    UntagDeliveryStreamResponse remove(Caller caller, UntagDeliveryStreamRequest request) {
        streams.inTurn(() -> {
            var stream = streams.require(caller.namespace(), request.deliveryStreamName());
            TagRules.requireKeys(request.tagKeys());
            streams.changeTags(stream, present -> {
                var tags = new LinkedHashMap<>(present);
                tags.keySet().removeAll(request.tagKeys());
                return tags;
            });
            return stream;
        });
        return UntagDeliveryStreamResponse.builder().build();
    }

    ListTagsForDeliveryStreamResponse list(Caller caller, ListTagsForDeliveryStreamRequest request) {
        var stream = streams.require(caller.namespace(), request.deliveryStreamName());
        var tags = streams.tags(stream);
        int limit = Objects.requireNonNullElse(request.limit(), FirehoseLimits.TAGS_MAX);
        // A key that is not there, as none is not, begins at the beginning.
        int from = new ArrayList<>(tags.keySet()).indexOf(request.exclusiveStartTagKey()) + 1;
        var page = tags.entrySet().stream()
                .skip(from)
                .limit(limit)
                .map(tag ->
                        Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
                .toList();
        return ListTagsForDeliveryStreamResponse.builder()
                .tags(page)
                .hasMoreTags(from + page.size() < tags.size())
                .build();
    }
}
