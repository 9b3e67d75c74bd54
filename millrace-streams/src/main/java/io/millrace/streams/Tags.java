package io.millrace.streams;

import io.millrace.catalog.Catalog;
import io.millrace.model.Caller;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.model.AddTagsToStreamRequest;
import software.amazon.awssdk.services.kinesis.model.AddTagsToStreamResponse;
import software.amazon.awssdk.services.kinesis.model.ListTagsForResourceRequest;
import software.amazon.awssdk.services.kinesis.model.ListTagsForResourceResponse;
import software.amazon.awssdk.services.kinesis.model.ListTagsForStreamRequest;
import software.amazon.awssdk.services.kinesis.model.ListTagsForStreamResponse;
import software.amazon.awssdk.services.kinesis.model.RemoveTagsFromStreamRequest;
import software.amazon.awssdk.services.kinesis.model.RemoveTagsFromStreamResponse;
import software.amazon.awssdk.services.kinesis.model.Tag;
import software.amazon.awssdk.services.kinesis.model.TagResourceRequest;
import software.amazon.awssdk.services.kinesis.model.TagResourceResponse;
import software.amazon.awssdk.services.kinesis.model.UntagResourceRequest;
import software.amazon.awssdk.services.kinesis.model.UntagResourceResponse;

/**
 * The six operations on tags: three that name a stream, and three that name any resource by its ARN. Tags mean nothing to
 * us, so they are kept in the catalog alone and read from there.
 */
final class Tags {
    /** By code point; {@code String} itself compares UTF-16 units, in another order. */
    private static final Comparator<String> BY_CODE_POINT = (one, other) ->
            Arrays.compare(one.codePoints().toArray(), other.codePoints().toArray());

    private final StreamDirectory directory;
    private final Resources resources;
    private final StreamRegister register;
    private final Catalog catalog;
    private final ResourceTables tables;

    Tags(
            StreamDirectory directory,
            Resources resources,
            StreamRegister register,
            Catalog catalog,
            ResourceTables tables) {
        this.directory = directory;
        this.resources = resources;
        this.register = register;
        this.catalog = catalog;
        this.tables = tables;
    }

    AddTagsToStreamResponse add(Caller caller, AddTagsToStreamRequest request) {
        add(() -> stream(caller, request.streamName(), request.streamARN(), "AddTagsToStream"), request.tags());
        return AddTagsToStreamResponse.builder().build();
    }

    TagResourceResponse add(Caller caller, TagResourceRequest request) {
        add(() -> resources.require(caller, request.resourceARN(), "TagResource"), request.tags());
        return TagResourceResponse.builder().build();
    }

    private void add(Supplier<Resources.Found> find, Map<String, String> tags) {
        register.inTurn(() -> {
            var resource = find.get();
            TagRules.requireAddable(resource.described(), tags);
            return catalog.transact(connection -> {
                var keys = new HashSet<>(tables.tags(connection, resource.key()).keySet());
                keys.addAll(tags.keySet());
                TagRules.requireRoomFor(resource.described(), keys.size());
                tables.putTags(connection, resource.key(), tags);
                return keys.size();
            });
        });
    }

    RemoveTagsFromStreamResponse remove(Caller caller, RemoveTagsFromStreamRequest request) {
        remove(
                () -> stream(caller, request.streamName(), request.streamARN(), "RemoveTagsFromStream"),
                request.tagKeys());
        return RemoveTagsFromStreamResponse.builder().build();
    }

    UntagResourceResponse remove(Caller caller, UntagResourceRequest request) {
        remove(() -> resources.require(caller, request.resourceARN(), "UntagResource"), request.tagKeys());
        return UntagResourceResponse.builder().build();
    }

    private void remove(Supplier<Resources.Found> find, Collection<String> keys) {
        register.inTurn(() -> {
            var resource = find.get();
            TagRules.requireRemovable(resource.described(), keys);
            return catalog.transact(connection -> {
                tables.removeTags(connection, resource.key(), keys);
                return keys.size();
            });
        });
    }

    ListTagsForStreamResponse list(Caller caller, ListTagsForStreamRequest request) {
        var resource = stream(caller, request.streamName(), request.streamARN(), "ListTagsForStream");
        int limit = Objects.requireNonNullElse(request.limit(), StreamLimits.TAGS_MAX);
        var found = tags(resource).stream()
                .filter(tag -> request.exclusiveStartTagKey() == null
                        || BY_CODE_POINT.compare(tag.key(), request.exclusiveStartTagKey()) > 0)
                .limit(limit + 1L)
                .toList();
        boolean more = found.size() > limit;
        return ListTagsForStreamResponse.builder()
                .tags(more ? found.subList(0, limit) : found)
                .hasMoreTags(more)
                .build();
    }

    ListTagsForResourceResponse list(Caller caller, ListTagsForResourceRequest request) {
        var resource = resources.require(caller, request.resourceARN(), "ListTagsForResource");
        return ListTagsForResourceResponse.builder().tags(tags(resource)).build();
    }

    private List<Tag> tags(Resources.Found resource) {
        return catalog.read(connection -> tables.tags(connection, resource.key())).entrySet().stream()
                .sorted(Map.Entry.comparingByKey(BY_CODE_POINT))
                .map(tag ->
                        Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
                .toList();
    }

    private Resources.Found stream(Caller caller, @Nullable String name, @Nullable String arn, String operation) {
        return Resources.Found.of(directory.require(caller, name, arn, operation));
    }
}
