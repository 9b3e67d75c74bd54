package io.millrace.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.kinesis.model.AddTagsToStreamRequest;
import software.amazon.awssdk.services.kinesis.model.CreateStreamRequest;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamConsumerRequest;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamRequest;
import software.amazon.awssdk.services.kinesis.model.EnableEnhancedMonitoringRequest;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.IncreaseStreamRetentionPeriodRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ListTagsForStreamRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.RemoveTagsFromStreamRequest;
import software.amazon.awssdk.services.kinesis.model.StreamModeDetails;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardRequest;

class ConstraintsTest {
    private static final String ONE = "1 validation error detected: ";
    private static final String NAME_PATTERN = "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+";
    private static final PutRecordsRequestEntry RECORD = entry("key", 1);

    @Test
    void takesWhatIsInOrder() {
        takes(
                Kinesis.PUT_RECORDS,
                PutRecordsRequest.builder().streamName("a").records(RECORD).build());
        takes(Kinesis.DESCRIBE_LIMITS, (SdkPojo) ((software.amazon.awssdk.utils.builder.Buildable)
                        Kinesis.DESCRIBE_LIMITS.wireInput().get())
                .build());
        takes(
                Kinesis.DESCRIBE_STREAM_CONSUMER,
                DescribeStreamConsumerRequest.builder()
                        .consumerARN("arn:aws:kinesis:us-east-1:000000000000:stream/a/consumer/b:17")
                        .build());
    }

    @Test
    void asksForANameOrAnArn() {
        var null_ = "Value null at 'streamName' failed to satisfy constraint: Member must not be null";
        refuses(Kinesis.DESCRIBE_STREAM, DescribeStreamRequest.builder().build(), ONE + null_);
        takes(
                Kinesis.DESCRIBE_STREAM,
                DescribeStreamRequest.builder()
                        .streamARN("arn:aws:kinesis:us-east-1:000000000000:stream/a")
                        .build());
        takes(Kinesis.LIST_SHARDS, ListShardsRequest.builder().build());
    }

    @Test
    void asksForAShardCountOnlyWhereTheNameIsMissingToo() {
        refuses(
                Kinesis.CREATE_STREAM,
                CreateStreamRequest.builder().build(),
                "2 validation errors detected: "
                        + "Value null at 'streamName' failed to satisfy constraint: Member must not be null; "
                        + "Value null at 'shardCount' failed to satisfy constraint: Member must not be null");
        takes(
                Kinesis.CREATE_STREAM,
                CreateStreamRequest.builder().streamName("a").build());
    }

    @Test
    void reportsPatternThenLengths() {
        refuses(
                Kinesis.DESCRIBE_STREAM,
                DescribeStreamRequest.builder().streamName("").build(),
                "2 validation errors detected: Value '' at 'streamName' failed to satisfy constraint: " + NAME_PATTERN
                        + "; Value '' at 'streamName' failed to satisfy constraint: "
                        + "Member must have length greater than or equal to 1");
        var longName = "/".repeat(129);
        refuses(
                Kinesis.DESCRIBE_STREAM,
                DescribeStreamRequest.builder().streamName(longName).build(),
                "2 validation errors detected: Value '" + longName + "' at 'streamName' failed to satisfy constraint: "
                        + NAME_PATTERN + "; Value '" + longName + "' at 'streamName' failed to satisfy constraint: "
                        + "Member must have length less than or equal to 128");
    }

    @Test
    void reportsRanges() {
        refuses(
                Kinesis.CREATE_STREAM,
                CreateStreamRequest.builder()
                        .streamName("a")
                        .shardCount(Integer.MAX_VALUE)
                        .build(),
                ONE + "Value '2147483647' at 'shardCount' failed to satisfy constraint: "
                        + "Member must have value less than or equal to 100000");
        refuses(
                Kinesis.INCREASE_STREAM_RETENTION_PERIOD,
                IncreaseStreamRetentionPeriodRequest.builder()
                        .streamName("a")
                        .retentionPeriodHours(0)
                        .build(),
                ONE + "Value '0' at 'retentionPeriodHours' failed to satisfy constraint: "
                        + "Member must have value greater than or equal to 1");
        refuses(
                Kinesis.LIST_TAGS_FOR_STREAM,
                ListTagsForStreamRequest.builder().streamName("a").limit(51).build(),
                ONE + "Value '51' at 'limit' failed to satisfy constraint: "
                        + "Member must have value less than or equal to 50");
    }

    @Test
    void reportsEnumsInThePublishedOrder() {
        refuses(
                Kinesis.GET_SHARD_ITERATOR,
                GetShardIteratorRequest.builder()
                        .streamName("a")
                        .shardId("shardId-000000000000")
                        .shardIteratorType("EARLIEST")
                        .build(),
                ONE + "Value 'EARLIEST' at 'shardIteratorType' failed to satisfy constraint: Member must satisfy enum "
                        + "value set: [AFTER_SEQUENCE_NUMBER, LATEST, AT_TIMESTAMP, AT_SEQUENCE_NUMBER, TRIM_HORIZON]");
        refuses(
                Kinesis.LIST_SHARDS,
                ListShardsRequest.builder()
                        .shardFilter(filter -> filter.type("x"))
                        .build(),
                ONE
                        + "Value 'x' at 'shardFilter.type' failed to satisfy constraint: Member must satisfy enum value set: "
                        + "[AFTER_SHARD_ID, AT_TRIM_HORIZON, FROM_TRIM_HORIZON, AT_LATEST, AT_TIMESTAMP, FROM_TIMESTAMP]");
    }

    @Test
    void reportsNestedMembersByPath() {
        refuses(
                Kinesis.CREATE_STREAM,
                CreateStreamRequest.builder()
                        .streamName("a")
                        .streamModeDetails(StreamModeDetails.builder().build())
                        .build(),
                ONE
                        + "Value null at 'streamModeDetails.streamMode' failed to satisfy constraint: Member must not be null");
        refuses(
                Kinesis.PUT_RECORDS,
                PutRecordsRequest.builder()
                        .streamName("a")
                        .records(RECORD, entry("", 1))
                        .build(),
                ONE + "Value '' at 'records.2.member.partitionKey' failed to satisfy constraint: "
                        + "Member must have length greater than or equal to 1");
    }

    @Test
    void keepsTheTailOfArnsUpperCase() {
        refuses(
                Kinesis.SUBSCRIBE_TO_SHARD,
                SubscribeToShardRequest.builder()
                        .shardId("0")
                        .startingPosition(position -> position.type("LATEST"))
                        .build(),
                ONE + "Value null at 'consumerARN' failed to satisfy constraint: Member must not be null");
        refuses(
                Kinesis.DESCRIBE_STREAM,
                DescribeStreamRequest.builder().streamARN("a").build(),
                ONE + "Value 'a' at 'streamARN' failed to satisfy constraint: Member must satisfy regular expression "
                        + "pattern: arn:aws.*:kinesis:.*:\\d{12}:stream/\\S+");
    }

    @Test
    void showsBlobsByTheirLength() {
        var data = SdkBytes.fromByteArrayUnsafe(new byte[10_485_761]);
        refuses(
                Kinesis.PUT_RECORD,
                PutRecordRequest.builder()
                        .streamName("a")
                        .partitionKey("k")
                        .data(data)
                        .build(),
                ONE + "Value 'java.nio.HeapByteBuffer[pos=0 lim=10485761 cap=10485761]' at 'data' failed to satisfy "
                        + "constraint: Member must have length less than or equal to 10485760");
    }

    @Test
    void doesNotPrintTheRecordsOfAnOverlongBatch() {
        refuses(
                Kinesis.PUT_RECORDS,
                PutRecordsRequest.builder()
                        .streamName("a")
                        .records(Collections.nCopies(501, RECORD))
                        .build(),
                ONE + "Value at 'records' failed to satisfy constraint: "
                        + "Member must have length less than or equal to 500");
        refuses(
                Kinesis.PUT_RECORDS,
                PutRecordsRequest.builder().streamName("a").records(List.of()).build(),
                ONE + "Value at 'records' failed to satisfy constraint: "
                        + "Member must have length greater than or equal to 1");
    }

    @Test
    void reportsAListsElementsAsOne() {
        refuses(
                Kinesis.REMOVE_TAGS_FROM_STREAM,
                RemoveTagsFromStreamRequest.builder()
                        .streamName("a")
                        .tagKeys("x", "", "y")
                        .build(),
                ONE + "Value '[x, , y]' at 'tagKeys' failed to satisfy constraint: Member must satisfy constraint: "
                        + "[Member must have length less than or equal to 128, "
                        + "Member must have length greater than or equal to 1]");
        refuses(
                Kinesis.ENABLE_ENHANCED_MONITORING,
                EnableEnhancedMonitoringRequest.builder()
                        .streamName("a")
                        .shardLevelMetricsWithStrings("ALL", "Some")
                        .build(),
                ONE + "Value '[ALL, Some]' at 'shardLevelMetrics' failed to satisfy constraint: Member must satisfy "
                        + "constraint: [Member must satisfy enum value set: [IncomingBytes, IncomingRecords, "
                        + "OutgoingBytes, OutgoingRecords, WriteProvisionedThroughputExceeded, "
                        + "ReadProvisionedThroughputExceeded, IteratorAgeMilliseconds, ALL]]");
    }

    @Test
    void reportsAMapsKeysAndValues() {
        var longValue = "v".repeat(257);
        refuses(
                Kinesis.ADD_TAGS_TO_STREAM,
                AddTagsToStreamRequest.builder()
                        .streamName("a")
                        .tags(Map.of("", longValue))
                        .build(),
                "2 validation errors detected: Value '{=" + longValue + "}' at 'tags' failed to satisfy constraint: "
                        + "Map keys must satisfy constraint: [Member must have length less than or equal to 128, "
                        + "Member must have length greater than or equal to 1]; "
                        + "Value '{=" + longValue + "}' at 'tags' failed to satisfy constraint: "
                        + "Map value must satisfy constraint: [Member must have length less than or equal to 256, "
                        + "Member must have length greater than or equal to 0]");
    }

    @Test
    void reportsNullsInListsAndMaps() {
        refuses(
                Kinesis.PUT_RECORDS,
                PutRecordsRequest.builder()
                        .streamName("a")
                        .records(new ArrayList<>(Arrays.asList(RECORD, null)))
                        .build(),
                ONE + "Value null at 'records.2.member' failed to satisfy constraint: Member must not be null");
        refuses(
                Kinesis.ADD_TAGS_TO_STREAM,
                AddTagsToStreamRequest.builder()
                        .streamName("a")
                        .tags(Collections.singletonMap("k", null))
                        .build(),
                ONE + "Value null at 'tags.k.member' failed to satisfy constraint: Member must not be null");
    }

    @Test
    void countsCharactersNotCodeUnits() {
        takes(
                Kinesis.PUT_RECORDS,
                PutRecordsRequest.builder()
                        .streamName("a")
                        .records(entry("\uD83D\uDE00".repeat(256), 1))
                        .build());
    }

    @Test
    void stopsAtTen() {
        var bad = IntStream.range(0, 12).mapToObj(_ -> entry("", 0)).toList();
        assertThatThrownBy(() -> Constraints.check(
                        Kinesis.PUT_RECORDS,
                        PutRecordsRequest.builder().streamName("a").records(bad).build()))
                .isInstanceOf(ValidationException.class)
                .hasMessageStartingWith("10 validation errors detected: ")
                .hasMessageContaining("'records.10.member.partitionKey'")
                .hasMessageNotContaining("'records.11.member.partitionKey'");
    }

    @Test
    void checksTheReservedStreamId() {
        var request = DescribeStreamRequest.builder().streamName("a").build();
        assertThatCode(() -> Constraints.check(
                        Kinesis.DESCRIBE_STREAM, request, Map.of("StreamId", "abcdefghij0123456789-abc")))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> Constraints.check(Kinesis.DESCRIBE_STREAM, request, Map.of("StreamId", "x")))
                .isInstanceOf(ValidationException.class)
                .hasMessage(ONE + "Value 'x' at 'streamId' failed to satisfy constraint: "
                        + "Member must satisfy regular expression pattern: [a-z0-9]{20}-[a-z0-9]{3}");
    }

    @Test
    void showsOnlyTheBeginningOfEnormousValues() {
        var name = "!".repeat(1_000_000);
        assertThatThrownBy(() -> Constraints.check(
                        Kinesis.DESCRIBE_STREAM,
                        DescribeStreamRequest.builder().streamName(name).build()))
                .isInstanceOfSatisfying(
                        ValidationException.class,
                        e -> assertThat(e.text().orElseThrow()).hasSizeLessThan(3 * Shown.MAX_CHARS));
    }

    private static PutRecordsRequestEntry entry(String key, int bytes) {
        return PutRecordsRequestEntry.builder()
                .partitionKey(key)
                .data(SdkBytes.fromByteArrayUnsafe(new byte[bytes]))
                .build();
    }

    private static void takes(Operation<?, ?> operation, SdkPojo request) {
        assertThatCode(() -> Constraints.check(operation, request)).doesNotThrowAnyException();
    }

    private static void refuses(Operation<?, ?> operation, SdkPojo request, String text) {
        assertThatThrownBy(() -> Constraints.check(operation, request))
                .isInstanceOf(ValidationException.class)
                .hasMessage(text);
    }
}
