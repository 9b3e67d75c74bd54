package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.AccessDeniedException;
import io.millrace.model.InvalidArgumentException;
import io.millrace.model.ResourceNotFoundException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kinesis.model.AddTagsToStreamRequest;
import software.amazon.awssdk.services.kinesis.model.CreateStreamRequest;
import software.amazon.awssdk.services.kinesis.model.DeleteStreamRequest;
import software.amazon.awssdk.services.kinesis.model.ListTagsForResourceRequest;
import software.amazon.awssdk.services.kinesis.model.ListTagsForStreamRequest;
import software.amazon.awssdk.services.kinesis.model.RemoveTagsFromStreamRequest;
import software.amazon.awssdk.services.kinesis.model.Tag;
import software.amazon.awssdk.services.kinesis.model.TagResourceRequest;
import software.amazon.awssdk.services.kinesis.model.UntagResourceRequest;

class TagsTest {
    private static final String ARN = "arn:aws:kinesis:us-east-1:000000000000:stream/orders";

    @TempDir
    Path directory;

    private Service service;

    @BeforeEach
    void open() {
        service = Service.in(directory);
        service.create("orders", 1);
    }

    @AfterEach
    void close() {
        service.close();
    }

    private void add(Map<String, String> tags) {
        service.streams.addTagsToStream(
                Service.CALLER,
                AddTagsToStreamRequest.builder().streamName("orders").tags(tags).build());
    }

    private void tag(String arn, Map<String, String> tags) {
        service.streams.tagResource(
                Service.CALLER,
                TagResourceRequest.builder().resourceARN(arn).tags(tags).build());
    }

    private void remove(String... keys) {
        service.streams.removeTagsFromStream(
                Service.CALLER,
                RemoveTagsFromStreamRequest.builder()
                        .streamName("orders")
                        .tagKeys(keys)
                        .build());
    }

    private Map<String, String> tags() {
        return service
                .streams
                .listTagsForResource(
                        Service.CALLER,
                        ListTagsForResourceRequest.builder().resourceARN(ARN).build())
                .tags()
                .stream()
                .collect(Collectors.toMap(Tag::key, Tag::value));
    }

    private List<String> keys(ListTagsForStreamRequest.Builder request) {
        return service
                .streams
                .listTagsForStream(Service.CALLER, request.streamName("orders").build())
                .tags()
                .stream()
                .map(Tag::key)
                .toList();
    }

    private static Map<String, String> numbered(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> "key-" + i)
                .collect(Collectors.toMap(Function.identity(), _ -> "value"));
    }

    @Test
    void addsOverwritesAndRemoves() {
        add(Map.of("team", "a", "cost", "1"));
        tag(ARN, Map.of("team", "b"));
        assertThat(tags()).isEqualTo(Map.of("team", "b", "cost", "1"));

        remove("team", "unknown");
        assertThat(tags()).isEqualTo(Map.of("cost", "1"));
        service.streams.untagResource(
                Service.CALLER,
                UntagResourceRequest.builder().resourceARN(ARN).tagKeys("cost").build());
        assertThat(tags()).isEmpty();
    }

    @Test
    void keepsTagsAcrossARestart() {
        add(Map.of("team", "a"));
        service.restart();
        assertThat(tags()).isEqualTo(Map.of("team", "a"));
    }

    @Test
    void tagsOfCreateStreamAreTheSameTags() {
        service.streams.createStream(
                Service.CALLER,
                CreateStreamRequest.builder()
                        .streamName("tagged")
                        .shardCount(1)
                        .tags(Map.of("born", "with"))
                        .build());
        assertThat(service.streams
                        .listTagsForStream(
                                Service.CALLER,
                                ListTagsForStreamRequest.builder()
                                        .streamName("tagged")
                                        .build())
                        .tags())
                .containsExactly(Tag.builder().key("born").value("with").build());
    }

    @Test
    void tagsGoWithTheStream() {
        add(Map.of("team", "a"));
        service.streams.deleteStream(
                Service.CALLER,
                DeleteStreamRequest.builder().streamName("orders").build());
        service.settle();
        service.create("orders", 1);
        assertThat(tags()).isEmpty();
    }

    @Test
    void listsByCodePointAndInPages() {
        add(Map.of("Zb", "", "a", "", "ÿ", "", "0", "", "_", "", "=", "", "@", "", "/", "", "+", "", " ", ""));
        add(Map.of("\uD835\uDD38", "beyond", "\uFB01", "before"));
        assertThat(keys(ListTagsForStreamRequest.builder()))
                .containsExactly(" ", "+", "/", "0", "=", "@", "Zb", "_", "a", "ÿ", "\uFB01", "\uD835\uDD38");

        var page = service.streams.listTagsForStream(
                Service.CALLER,
                ListTagsForStreamRequest.builder()
                        .streamName("orders")
                        .exclusiveStartTagKey("A")
                        .limit(3)
                        .build());
        assertThat(page.tags()).extracting(Tag::key).containsExactly("Zb", "_", "a");
        assertThat(page.hasMoreTags()).isTrue();
        assertThat(keys(ListTagsForStreamRequest.builder()
                        .exclusiveStartTagKey("a")
                        .limit(3)))
                .containsExactly("ÿ", "\uFB01", "\uD835\uDD38");
    }

    @Test
    void aStreamHasFiftyTagsAtMostHoweverTheyCome() {
        add(numbered(0, 50));
        add(numbered(10, 20));
        assertThatThrownBy(() -> add(numbered(50, 51)))
                .isInstanceOf(InvalidArgumentException.class)
                .hasMessage("Failed to add tags to stream orders under account 000000000000 because a given stream"
                        + " cannot have more than 10 tags associated with it.");
        assertThat(tags()).hasSize(50);
    }

    @Test
    void refusesCharactersInTwoStepsAsTheServiceDoes() {
        assertThatThrownBy(() -> add(Map.of("a;b", "")))
                .isInstanceOf(InvalidArgumentException.class)
                .hasMessage("Some tags contain invalid characters. Valid characters: Unicode letters, digits, white"
                        + " space, _ . / = + - % @.");
        assertThatThrownBy(() -> add(Map.of("ok", "100%")))
                .hasMessage("Failed to add tags to stream orders under account 000000000000 because some tags"
                        + " contained illegal characters. The allowed characters are Unicode letters, white-spaces,"
                        + " '_',',','/','=','+','-','@'.");
        assertThatThrownBy(() -> remove("100%"))
                .hasMessage("Failed to remove tags from stream orders under account 000000000000 because some tags"
                        + " contained illegal characters. The allowed characters are Unicode letters, white-spaces,"
                        + " '_',',','/','=','+','-','@'.");
        assertThatThrownBy(() -> remove("a\tb")).hasMessageStartingWith("Some tags contain invalid characters.");
        assertThatThrownBy(() -> add(Map.of("aws:owner", "me"))).isInstanceOf(InvalidArgumentException.class);
        assertThat(tags()).isEmpty();
    }

    @Test
    void refusesResourcesThatAreNotThereOrNotOnesOwn() {
        assertThatThrownBy(() -> tag(ARN + "2", Map.of("bad;key", "")))
                .isInstanceOf(ResourceNotFoundException.class)
                .hasMessage("Stream orders2 under account 000000000000 not found.");
        assertThatThrownBy(() -> tag(ARN + "/consumer/reader:12", Map.of("a", "b")))
                .isInstanceOf(ResourceNotFoundException.class)
                .hasMessage("Consumer " + ARN + "/consumer/reader:12, account 000000000000 not found.");
        assertThatThrownBy(() -> tag(ARN.replace("us-east-1", "eu-west-1"), Map.of("a", "b")))
                .isInstanceOf(ResourceNotFoundException.class);
        assertThatThrownBy(() -> tag(ARN.replace("000000000000", "111111111111"), Map.of("a", "b")))
                .isInstanceOf(AccessDeniedException.class)
                .hasMessage("User: arn:aws:iam::000000000000:root is not authorized to perform: kinesis:TagResource on"
                        + " resource: arn:aws:kinesis:us-east-1:111111111111:stream/orders because no resource-based"
                        + " policy allows the kinesis:TagResource action");
        assertThatThrownBy(() -> tag(ARN + "/shard/1", Map.of("a", "b"))).isInstanceOf(InvalidArgumentException.class);
    }
}
