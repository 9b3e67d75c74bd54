package io.millrace.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.Tag;

/** {@code millrace tags}: the tags of a stream by its name, or of a stream or consumer by its ARN. */
@Command(name = "tags", description = "List, set and remove the tags of a stream or consumer.")
final class TagsCommand implements Runnable {
    @Mixin
    private final FamilyOptions family = new FamilyOptions();

    @Override
    public void run() {
        throw family.askWhatToDo();
    }

    @Command(description = "List the tags.")
    int list(
            @Parameters(paramLabel = "RESOURCE", description = "A stream's name, or an ARN.") String resource,
            @Mixin ResultOptions result,
            @Mixin EndpointOptions endpoint)
            throws IOException {
        try (var streams = endpoint.open()) {
            var kinesis = streams.client();
            show(find(kinesis, resource), result);
        }
        return ExitCode.OK;
    }

    @Command(description = "Set tags; those of other keys stay as they are.")
    int set(
            @Parameters(index = "0", paramLabel = "RESOURCE", description = "A stream's name, or an ARN.")
                    String resource,
            @Parameters(index = "1..*", arity = "1..*", paramLabel = "KEY=VALUE", description = "Tags.")
                    List<String> pairs,
            @Mixin ResultOptions result,
            @Mixin EndpointOptions endpoint)
            throws IOException {
        var tags = parse(pairs);
        try (var streams = endpoint.open()) {
            var kinesis = streams.client();
            if (isArn(resource)) {
                kinesis.tagResource(request -> request.resourceARN(resource).tags(tags));
            } else {
                kinesis.addTagsToStream(request -> request.streamName(resource).tags(tags));
            }
            show(find(kinesis, resource), result);
        }
        return ExitCode.OK;
    }

    @Command(description = "Remove tags.")
    int remove(
            @Parameters(index = "0", paramLabel = "RESOURCE", description = "A stream's name, or an ARN.")
                    String resource,
            @Parameters(index = "1..*", arity = "1..*", paramLabel = "KEY", description = "Keys of tags.")
                    List<String> keys,
            @Mixin ResultOptions result,
            @Mixin EndpointOptions endpoint)
            throws IOException {
        try (var streams = endpoint.open()) {
            var kinesis = streams.client();
            if (isArn(resource)) {
                kinesis.untagResource(request -> request.resourceARN(resource).tagKeys(keys));
            } else {
                kinesis.removeTagsFromStream(
                        request -> request.streamName(resource).tagKeys(keys));
            }
            show(find(kinesis, resource), result);
        }
        return ExitCode.OK;
    }

    private static boolean isArn(String resource) {
        return resource.startsWith("arn:");
    }

    private static Map<String, String> parse(List<String> pairs) {
        var tags = new LinkedHashMap<String, String>();
        for (var pair : pairs) {
            int at = pair.indexOf('=');
            if (at < 1) {
                throw new UsageError("'" + pair + "' is not a tag. Write KEY=VALUE.");
            }
            tags.put(pair.substring(0, at), pair.substring(at + 1));
        }
        return tags;
    }

    private static List<Tag> find(KinesisClient kinesis, String resource) {
        if (isArn(resource)) {
            return kinesis.listTagsForResource(request -> request.resourceARN(resource))
                    .tags();
        }
        var tags = new ArrayList<Tag>();
        var after = Optional.<String>empty();
        while (true) {
            var from = after;
            var page = kinesis.listTagsForStream(
                    request -> request.streamName(resource).exclusiveStartTagKey(from.orElse(null)));
            tags.addAll(page.tags());
            if (!Boolean.TRUE.equals(page.hasMoreTags()) || page.tags().isEmpty()) {
                return tags;
            }
            after = Optional.of(page.tags().getLast().key());
        }
    }

    private static void show(List<Tag> tags, ResultOptions result) throws IOException {
        result.showAll(
                List.of("KEY", "VALUE"),
                tags.stream()
                        .map(tag -> new Facts().with("Key", "key", tag.key()).with("Value", "value", tag.value()))
                        .toList());
    }
}
