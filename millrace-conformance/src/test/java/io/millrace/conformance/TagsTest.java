package io.millrace.conformance;

import static io.millrace.conformance.Kinesis.ACCOUNT;
import static io.millrace.conformance.Kinesis.arn;
import static io.millrace.conformance.Kinesis.uniqueName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.Tag;
import software.amazon.awssdk.services.kinesis.model.ValidationException;

class TagsTest {
    @EachClient
    void addsListsAndRemovesTagsOfAStream(Kinesis kinesis) {
        var stream = kinesis.newStream(request -> request.shardCount(1).tags(Map.of("born", "with")));
        var client = kinesis.client();

        client.addTagsToStream(request -> request.streamName(stream).tags(Map.of("team", "blue", "cost", "")));
        var page =
                client.listTagsForStream(request -> request.streamName(stream).limit(2));
        var rest = client.listTagsForStream(
                request -> request.streamARN(arn(stream)).exclusiveStartTagKey("cost"));

        assertThat(page.tags())
                .extracting(Tag::key, Tag::value)
                .containsExactly(tuple("born", "with"), tuple("cost", ""));
        assertThat(page.hasMoreTags()).isTrue();
        assertThat(rest.tags()).extracting(Tag::key, Tag::value).containsExactly(tuple("team", "blue"));
        assertThat(rest.hasMoreTags()).isFalse();

        client.removeTagsFromStream(request -> request.streamName(stream).tagKeys("team", "born", "unknown"));
        assertThat(client.listTagsForStream(request -> request.streamName(stream))
                        .tags())
                .extracting(Tag::key)
                .containsExactly("cost");
    }

    @EachClient
    void tagsOfTheResourceAndOfTheStreamAreTheSame(Kinesis kinesis) {
        var stream = kinesis.newStream(1);
        var client = kinesis.client();

        client.tagResource(request -> request.resourceARN(arn(stream)).tags(Map.of("team", "blue", "a:b", "c d")));
        client.untagResource(request -> request.resourceARN(arn(stream)).tagKeys("a:b"));

        assertThat(client.listTagsForStream(request -> request.streamName(stream))
                        .tags())
                .extracting(Tag::key, Tag::value)
                .containsExactly(tuple("team", "blue"));
        assertThat(client.listTagsForResource(request -> request.resourceARN(arn(stream)))
                        .tags())
                .extracting(Tag::key)
                .containsExactly("team");
    }

    @EachClient
    void refusesInTheServicesWords(Kinesis kinesis) {
        var stream = kinesis.newStream(1);
        var unknown = uniqueName();
        var client = kinesis.client();

        assertThatExceptionOfType(ResourceNotFoundException.class)
                .isThrownBy(() -> client.addTagsToStream(
                        request -> request.streamName(unknown).tags(Map.of("a;b", "c"))))
                .withMessageContaining("Stream " + unknown + " under account " + ACCOUNT + " not found.");
        assertThatExceptionOfType(ResourceNotFoundException.class)
                .isThrownBy(() -> client.listTagsForResource(request -> request.resourceARN(arn(unknown))))
                .withMessageContaining("Stream " + unknown + " under account " + ACCOUNT + " not found.");
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> client.tagResource(
                        request -> request.resourceARN(arn(stream)).tags(Map.of("a,b", "c"))))
                .withMessageContaining(
                        "Some tags contain invalid characters. Valid characters: Unicode letters, digits,"
                                + " white space, _ . / = + - % @.");
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> client.removeTagsFromStream(
                        request -> request.streamName(stream).tagKeys("50%")))
                .withMessageContaining("Failed to remove tags from stream " + stream + " under account " + ACCOUNT
                        + " because some tags contained illegal characters.");
        assertThatExceptionOfType(ValidationException.class)
                .isThrownBy(() -> client.addTagsToStream(
                        request -> request.streamName(stream).tags(Map.of())))
                .withMessageContaining("at 'tags' failed to satisfy constraint: Member must have length greater than or"
                        + " equal to 1");
        assertThatExceptionOfType(ValidationException.class)
                .isThrownBy(() -> client.listTagsForStream(
                        request -> request.streamName(stream).limit(51)))
                .withMessageContaining("Value '51' at 'limit' failed to satisfy constraint: Member must have value less"
                        + " than or equal to 50");
    }

    @Test
    void tagsAndPoliciesOutliveAKilledServer(@TempDir Path directory) throws Exception {
        var log = directory.resolve("server.log");
        var data = directory.resolve("data");
        var policy = ResourcePoliciesTest.allowing("111111111111", "kinesis:PutRecord", arn("kept"));
        try (var server = ServerProcess.start(data, log);
                var client = server.connect()) {
            client.createStream(request -> request.streamName("kept").shardCount(1));
            new Kinesis(client).awaitActive("kept");
            client.addTagsToStream(request -> request.streamName("kept").tags(Map.of("team", "blue")));
            client.putResourcePolicy(request -> request.resourceARN(arn("kept")).policy(policy));
            server.kill();
        }
        try (var server = ServerProcess.start(data, log);
                var client = server.connect()) {
            assertThat(client.listTagsForStream(request -> request.streamName("kept"))
                            .tags())
                    .extracting(Tag::key, Tag::value)
                    .containsExactly(tuple("team", "blue"));
            assertThat(client.getResourcePolicy(request -> request.resourceARN(arn("kept")))
                            .policy())
                    .isEqualTo(policy);
            assertThat(client.putRecord(request -> ResourcePoliciesTest.asGuest(request)
                                    .streamARN(arn("kept"))
                                    .partitionKey("key")
                                    .data(SdkBytes.fromUtf8String("data")))
                            .shardId())
                    .isEqualTo(Kinesis.FIRST);
        }
    }
}
