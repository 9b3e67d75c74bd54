package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.InvalidArgumentException;
import io.millrace.model.ResourceNotFoundException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kinesis.model.CreateStreamRequest;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamRequest;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamSummaryRequest;
import software.amazon.awssdk.services.kinesis.model.EncryptionType;
import software.amazon.awssdk.services.kinesis.model.EnhancedMetrics;
import software.amazon.awssdk.services.kinesis.model.ListStreamsRequest;
import software.amazon.awssdk.services.kinesis.model.ListStreamsResponse;
import software.amazon.awssdk.services.kinesis.model.StreamDescription;
import software.amazon.awssdk.services.kinesis.model.StreamMode;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

class StreamListingTest {
    @TempDir
    Path directory;

    private Service service;

    @BeforeEach
    void open() {
        service = Service.in(directory);
    }

    @AfterEach
    void close() {
        service.close();
    }

    @Test
    void describesAFreshStreamAsAwsDoes() {
        service.create("orders", 2);

        var description = service.describe("orders");

        assertThat(description.streamName()).isEqualTo("orders");
        assertThat(description.streamARN()).isEqualTo("arn:aws:kinesis:us-east-1:000000000000:stream/orders");
        assertThat(description.streamStatus()).isEqualTo(StreamStatus.ACTIVE);
        assertThat(description.streamModeDetails().streamMode()).isEqualTo(StreamMode.PROVISIONED);
        assertThat(description.hasMoreShards()).isFalse();
        assertThat(description.retentionPeriodHours()).isEqualTo(24);
        assertThat(description.streamCreationTimestamp()).isEqualTo(Instant.parse("2030-01-01T00:00:00Z"));
        assertThat(description.encryptionType()).isEqualTo(EncryptionType.NONE);
        assertThat(description.keyId()).isNull();
        assertThat(description.enhancedMonitoring())
                .hasSize(1)
                .first()
                .extracting(EnhancedMetrics::shardLevelMetrics)
                .isEqualTo(List.of());
        assertThat(description.shards()).allSatisfy(shard -> {
            assertThat(shard.sequenceNumberRange().endingSequenceNumber()).isNull();
            assertThat(shard.parentShardId()).isNull();
            assertThat(shard.adjacentParentShardId()).isNull();
        });
    }

    @Test
    void summarizesAStreamWithoutEverNamingAStreamId() {
        service.create("orders", 3);

        var summary = service.streams
                .describeStreamSummary(
                        Service.CALLER,
                        DescribeStreamSummaryRequest.builder()
                                .streamName("orders")
                                .build())
                .streamDescriptionSummary();

        assertThat(summary.openShardCount()).isEqualTo(3);
        assertThat(summary.consumerCount()).isZero();
        assertThat(summary.maxRecordSizeInKiB()).isEqualTo(1_024);
        assertThat(summary.warmThroughput()).isNull();
        assertThat(summary.sdkFields().stream()
                        .filter(field -> field.memberName().equals("StreamId"))
                        .map(field -> field.getValueOrDefault(summary)))
                .allMatch(value -> value == null);
    }

    @Test
    void describesAHundredShardsAtMostAndGoesOnAfterTheLast() {
        service.create("wide", 101);

        var first = describe(request -> request.limit(10_000));
        assertThat(first.shards()).hasSize(100);
        assertThat(first.hasMoreShards()).isTrue();
        var rest = describe(request ->
                request.exclusiveStartShardId(first.shards().getLast().shardId()));
        assertThat(rest.shards()).hasSize(1);
        assertThat(rest.hasMoreShards()).isFalse();
        assertThat(describe(request -> request.limit(7)).shards()).hasSize(7);
        assertThatThrownBy(() -> describe(request -> request.exclusiveStartShardId("nonsense")))
                .isInstanceOf(ResourceNotFoundException.class)
                .hasMessage("Could not find shard nonsense in stream wide under account 000000000000.");
    }

    @Test
    void listsStreamsInEveryStateByName() {
        for (var name : List.of("b", "a-2", "A", "_", "a.1", "Z", "0")) {
            service.streams.createStream(
                    Service.CALLER,
                    CreateStreamRequest.builder().streamName(name).shardCount(1).build());
        }
        var listed = list(request -> {});

        assertThat(listed.streamNames()).containsExactly("0", "A", "Z", "_", "a-2", "a.1", "b");
        assertThat(listed.streamSummaries())
                .extracting(summary -> summary.streamName())
                .containsExactlyElementsOf(listed.streamNames());
        assertThat(listed.streamSummaries()).allSatisfy(summary -> {
            assertThat(summary.streamStatus()).isEqualTo(StreamStatus.CREATING);
            assertThat(summary.streamARN()).endsWith(":stream/" + summary.streamName());
        });
        assertThat(listed.hasMoreStreams()).isFalse();
        assertThat(listed.nextToken()).isNull();
    }

    @Test
    void goesOnByNameOrByToken() {
        var names = IntStream.range(0, 7).mapToObj(i -> "stream-" + i).toList();
        names.forEach(name -> service.create(name, 1));

        assertThat(list(request -> request.exclusiveStartStreamName("stream-4")).streamNames())
                .containsExactly("stream-5", "stream-6");
        assertThat(list(request -> request.exclusiveStartStreamName("stream-4x"))
                        .streamNames())
                .containsExactly("stream-5", "stream-6");
        var seen = new ArrayList<String>();
        var page = list(request -> request.limit(3));
        while (page.nextToken() != null) {
            assertThat(page.hasMoreStreams()).isTrue();
            seen.addAll(page.streamNames());
            var token = page.nextToken();
            page = list(request -> request.limit(3).nextToken(token));
        }
        seen.addAll(page.streamNames());
        assertThat(seen).isEqualTo(names);
        assertThatThrownBy(() -> list(request -> request.nextToken("made up")))
                .isInstanceOf(InvalidArgumentException.class)
                .hasMessage("Invalid NextToken.");
    }

    @Test
    void showsEachNamespaceItsOwnStreamsOnly() {
        service.create("orders", 1);
        var elsewhere = Service.caller("000000000000", "cn-north-1");
        service.streams.createStream(
                elsewhere,
                CreateStreamRequest.builder().streamName("orders").shardCount(2).build());
        service.settle();

        assertThat(service.streams
                        .describeStream(
                                elsewhere,
                                DescribeStreamRequest.builder()
                                        .streamName("orders")
                                        .build())
                        .streamDescription()
                        .streamARN())
                .isEqualTo("arn:aws-cn:kinesis:cn-north-1:000000000000:stream/orders");
        assertThat(service.describe("orders").shards()).hasSize(1);
        assertThat(service.streams
                        .listStreams(
                                Service.caller("222222222222", "us-east-1"),
                                ListStreamsRequest.builder().build())
                        .streamNames())
                .isEmpty();
    }

    private StreamDescription describe(Consumer<DescribeStreamRequest.Builder> request) {
        var builder = DescribeStreamRequest.builder().streamName("wide");
        request.accept(builder);
        return service.streams.describeStream(Service.CALLER, builder.build()).streamDescription();
    }

    private ListStreamsResponse list(Consumer<ListStreamsRequest.Builder> request) {
        var builder = ListStreamsRequest.builder();
        request.accept(builder);
        return service.streams.listStreams(Service.CALLER, builder.build());
    }
}
