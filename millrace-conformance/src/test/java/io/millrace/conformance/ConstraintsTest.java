package io.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.Millrace;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Members that break a constraint of the API model, each with the text that the service answers. */
@ExtendWith(SharedServer.class)
class ConstraintsTest {
    private static final String NAME_PATTERN =
            "failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+";
    private static final String ARN_PATTERN =
            "failed to satisfy constraint: Member must satisfy regular expression pattern:"
                    + " arn:aws.*:kinesis:.*:\\d{12}:stream/\\S+";
    private static final String NULL = "failed to satisfy constraint: Member must not be null";
    private static final String KEYS =
            "failed to satisfy constraint: Map keys must satisfy constraint: [Member must have"
                    + " length less than or equal to 128, Member must have length greater than or equal to 1]";
    private static final String VALUES = "failed to satisfy constraint: Map value must satisfy constraint: [Member must"
            + " have length less than or equal to 256, Member must have length greater than or equal to 0]";

    private final RawClient client;

    ConstraintsTest(Millrace millrace) {
        this.client = new RawClient(millrace.endpoint());
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    static Stream<Arguments> broken() {
        var longName = "x".repeat(129);
        return Stream.of(
                // Names
                broken(
                        "CreateStream",
                        "{}",
                        "Value null at 'streamName' " + NULL,
                        "Value null at 'shardCount' " + NULL),
                broken("DescribeStream", "{}", "Value null at 'streamName' " + NULL),
                broken("DescribeStreamSummary", "{}", "Value null at 'streamName' " + NULL),
                broken("DeleteStream", "{}", "Value null at 'streamName' " + NULL),
                broken(
                        "CreateStream",
                        "{'StreamName':'','ShardCount':1}",
                        "Value '' at 'streamName' " + NAME_PATTERN,
                        "Value '' at 'streamName' " + atLeast("length", 1)),
                broken(
                        "CreateStream",
                        "{'StreamName':'a/b','ShardCount':1}",
                        "Value 'a/b' at 'streamName' " + NAME_PATTERN),
                broken(
                        "CreateStream",
                        "{'StreamName':'" + longName + "','ShardCount':1}",
                        "Value '" + longName + "' at 'streamName' " + atMost("length", 128)),
                broken(
                        "DescribeStream",
                        "{'StreamARN':'arn:aws:kinesis:us-east-1:1:stream/a'}",
                        "Value 'arn:aws:kinesis:us-east-1:1:stream/a' at 'streamARN' " + ARN_PATTERN),
                // Numbers
                broken(
                        "CreateStream",
                        "{'StreamName':'a','ShardCount':0}",
                        "Value '0' at 'shardCount' " + atLeast("value", 1)),
                broken(
                        "CreateStream",
                        "{'StreamName':'a','ShardCount':100001}",
                        "Value '100001' at 'shardCount' " + atMost("value", 100000)),
                broken("ListStreams", "{'Limit':0}", "Value '0' at 'limit' " + atLeast("value", 1)),
                broken("ListStreams", "{'Limit':10001}", "Value '10001' at 'limit' " + atMost("value", 10000)),
                broken("DescribeStream", "{'StreamName':'a','Limit':0}", "Value '0' at 'limit' " + atLeast("value", 1)),
                broken(
                        "ListShards",
                        "{'StreamName':'a','MaxResults':10001}",
                        "Value '10001' at 'maxResults' " + atMost("value", 10000)),
                broken(
                        "IncreaseStreamRetentionPeriod",
                        "{'StreamName':'a','RetentionPeriodHours':0}",
                        "Value '0' at 'retentionPeriodHours' " + atLeast("value", 1)),
                broken(
                        "DecreaseStreamRetentionPeriod",
                        "{'StreamName':'a'}",
                        "Value null at 'retentionPeriodHours' " + NULL),
                // Values out of a set
                broken(
                        "GetShardIterator",
                        "{'StreamName':'a','ShardId':'shardId-0','ShardIteratorType':'NOW'}",
                        "Value 'NOW' at 'shardIteratorType' failed to satisfy constraint: Member must satisfy enum value"
                                + " set: [AFTER_SEQUENCE_NUMBER, LATEST, AT_TIMESTAMP, AT_SEQUENCE_NUMBER,"
                                + " TRIM_HORIZON]"),
                broken(
                        "ListShards",
                        "{'StreamName':'a','ShardFilter':{'Type':'ALL'}}",
                        "Value 'ALL' at 'shardFilter.type' failed to satisfy constraint: Member must satisfy enum value"
                                + " set: [AFTER_SHARD_ID, AT_TRIM_HORIZON, FROM_TRIM_HORIZON, AT_LATEST, AT_TIMESTAMP,"
                                + " FROM_TIMESTAMP]"),
                broken("ListShards", "{'StreamName':'a','ShardFilter':{}}", "Value null at 'shardFilter.type' " + NULL),
                // Required members
                broken(
                        "GetShardIterator",
                        "{'StreamName':'a'}",
                        "Value null at 'shardId' " + NULL,
                        "Value null at 'shardIteratorType' " + NULL),
                broken("GetRecords", "{}", "Value null at 'shardIterator' " + NULL),
                broken(
                        "SplitShard",
                        "{'StreamName':'a'}",
                        "Value null at 'shardToSplit' " + NULL,
                        "Value null at 'newStartingHashKey' " + NULL),
                broken(
                        "MergeShards",
                        "{'StreamName':'a'}",
                        "Value null at 'shardToMerge' " + NULL,
                        "Value null at 'adjacentShardToMerge' " + NULL),
                broken(
                        "PutRecord",
                        "{'StreamName':'a'}",
                        "Value null at 'data' " + NULL,
                        "Value null at 'partitionKey' " + NULL),
                broken("PutRecords", "{'StreamName':'a'}", "Value null at 'records' " + NULL),
                // Keys and numbers written as text
                broken(
                        "PutRecord",
                        "{'StreamName':'a','Data':'','PartitionKey':''}",
                        "Value '' at 'partitionKey' " + atLeast("length", 1)),
                broken(
                        "PutRecord",
                        "{'StreamName':'a','Data':'','PartitionKey':'" + "k".repeat(257) + "'}",
                        "Value '" + "k".repeat(257) + "' at 'partitionKey' " + atMost("length", 256)),
                broken(
                        "PutRecord",
                        "{'StreamName':'a','Data':'','PartitionKey':'k','ExplicitHashKey':'01'}",
                        "Value '01' at 'explicitHashKey' failed to satisfy constraint: Member must satisfy regular"
                                + " expression pattern: 0|([1-9]\\d{0,38})"),
                broken(
                        "PutRecord",
                        "{'StreamName':'a','Data':'','PartitionKey':'k','SequenceNumberForOrdering':'-1'}",
                        "Value '-1' at 'sequenceNumberForOrdering' failed to satisfy constraint: Member must satisfy"
                                + " regular expression pattern: 0|([1-9]\\d{0,128})"),
                broken("GetRecords", "{'ShardIterator':''}", "Value '' at 'shardIterator' " + atLeast("length", 1)),
                broken(
                        "GetRecords",
                        "{'ShardIterator':'" + "A".repeat(513) + "','Limit':0}",
                        "Value '" + "A".repeat(513) + "' at 'shardIterator' " + atMost("length", 512),
                        "Value '0' at 'limit' " + atLeast("value", 1)),
                // Lists and maps
                broken("PutRecords", "{'StreamName':'a','Records':[]}", "Value at 'records' " + atLeast("length", 1)),
                broken(
                        "PutRecords",
                        "{'StreamName':'a','Records':[{'Data':'','PartitionKey':'k'},{'PartitionKey':''}]}",
                        "Value null at 'records.2.member.data' " + NULL,
                        "Value '' at 'records.2.member.partitionKey' " + atLeast("length", 1)),
                broken(
                        "CreateStream",
                        "{'StreamName':'a','ShardCount':1,'Tags':{'':'v'}}",
                        "Value '{=v}' at 'tags' " + KEYS),
                broken(
                        "CreateStream",
                        "{'StreamName':'a','ShardCount':1,'Tags':{'k':'" + "v".repeat(257) + "'}}",
                        "Value '{k=" + "v".repeat(257) + "}' at 'tags' " + VALUES),
                broken(
                        "CreateStream",
                        "{'StreamName':'a','ShardCount':1,'StreamModeDetails':{}}",
                        "Value null at 'streamModeDetails.streamMode' " + NULL));
    }

    private static Arguments broken(String operation, String body, String... errors) {
        return Arguments.of(operation, body.replace('\'', '"'), List.of(errors));
    }

    private static String atLeast(String what, int bound) {
        return "failed to satisfy constraint: Member must have " + what + " greater than or equal to " + bound;
    }

    private static String atMost(String what, int bound) {
        return "failed to satisfy constraint: Member must have " + what + " less than or equal to " + bound;
    }

    @ParameterizedTest
    @MethodSource("broken")
    void areNamedAllTogether(String operation, String body, List<String> errors) {
        assertThat(errorsOf(operation, body)).containsExactlyInAnyOrderElementsOf(errors);
    }

    @Test
    void areTheSameInCbor() {
        var reply = client.callInCbor("CreateStream", "{\"StreamName\":\"a b\",\"ShardCount\":1}");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.cbor().get("__type").asText()).isEqualTo("ValidationException");
        assertThat(reply.cbor().get("message").asText())
                .isEqualTo("1 validation error detected: Value 'a b' at 'streamName' " + NAME_PATTERN);
    }

    @Test
    void nameThePatternBeforeTheLength() {
        assertThat(errorsOf("CreateStream", "{\"StreamName\":\"\",\"ShardCount\":1}"))
                .containsExactly(
                        "Value '' at 'streamName' " + NAME_PATTERN, "Value '' at 'streamName' " + atLeast("length", 1));
    }

    @Test
    void areCountedUpToTen() {
        var records = String.join(",", Collections.nCopies(12, "{\"PartitionKey\":\"k\"}"));

        assertThat(errorsOf("PutRecords", "{\"StreamName\":\"a\",\"Records\":[" + records + "]}"))
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 10)
                        .mapToObj(index -> "Value null at 'records." + index + ".member.data' " + NULL)
                        .toList());
    }

    @Test
    void limitABatchToFiveHundredRecords() {
        var records = String.join(",", Collections.nCopies(501, "{\"Data\":\"\",\"PartitionKey\":\"k\"}"));

        var reply = client.call("PutRecords", "{\"StreamName\":\"a\",\"Records\":[" + records + "]}");

        assertThat(reply.json().path("__type").asText()).isEqualTo("ValidationException");
        assertThat(reply.json().path("message").asText())
                .isEqualTo("1 validation error detected: Value at 'records' failed to satisfy constraint: Member must"
                        + " have length less than or equal to 500");
    }

    @Test
    void limitTheDataOfARecordForAStreamThatIsNotThere() {
        var data = Base64.getEncoder().encodeToString(new byte[1024 * 1024 + 1]);

        assertThat(errorsOf(
                        "PutRecord", "{\"StreamName\":\"unknown\",\"PartitionKey\":\"k\",\"Data\":\"" + data + "\"}"))
                .containsExactly("Value 'java.nio.HeapByteBuffer[pos=0 lim=1048577 cap=1048577]' at 'data' failed to"
                        + " satisfy constraint: Member must have length less than or equal to 1048576");
    }

    @Test
    void precedeWhatTheOperationChecks() {
        assertThat(client.call("DescribeStream", "{\"StreamName\":\"unknown\",\"Limit\":0}")
                        .json()
                        .path("__type")
                        .asText())
                .isEqualTo("ValidationException");
    }

    @Test
    void countAPartitionKeyInCharacters() {
        var stream = Streams.create(client, 1);
        var key = "鍵".repeat(256);

        var reply = client.call(
                "PutRecord", "{\"StreamName\":\"" + stream + "\",\"Data\":\"\",\"PartitionKey\":\"" + key + "\"}");

        assertThat(reply.status()).isEqualTo(200);
    }

    /** The single errors out of a ValidationException's message, whose count must be theirs. */
    private List<String> errorsOf(String operation, String body) {
        var reply = client.call(operation, body);
        assertThat(reply.status()).as(reply.text()).isEqualTo(400);
        assertThat(reply.json().path("__type").asText()).as(reply.text()).isEqualTo("ValidationException");
        var message = reply.json().path("message").asText();
        var errors = List.of(message.substring(message.indexOf(": ") + 2).split("; "));
        assertThat(message)
                .startsWith(errors.size() + (errors.size() == 1 ? " validation error" : " validation errors")
                        + " detected: ");
        return errors;
    }
}
