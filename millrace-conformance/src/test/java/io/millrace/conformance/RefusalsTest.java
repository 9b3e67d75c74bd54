package io.millrace.conformance;

import static io.millrace.conformance.Kinesis.FIRST;
import static io.millrace.conformance.Kinesis.SECOND;
import static io.millrace.conformance.Kinesis.THIRD;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.conformance.RawClient.Reply;
import io.millrace.server.Millrace;
import java.math.BigInteger;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What operations refuse when types and constraints are in order: the literal texts, and which of two comes first. */
@ExtendWith(SharedServer.class)
class RefusalsTest {
    private static final String ACCOUNT = "under account 000000000000";

    private final RawClient client;

    RefusalsTest(Millrace millrace) {
        this.client = new RawClient(millrace.endpoint());
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    DescribeStream                | {"StreamName":"%s"}
                    DescribeStreamSummary         | {"StreamName":"%s"}
                    DescribeStreamSummary         | {"StreamARN":"arn:aws:kinesis:us-east-1:000000000000:stream/%s"}
                    DescribeStreamSummary         | {"StreamARN":"arn:aws:kinesis:eu-west-1:000000000000:stream/%s"}
                    DeleteStream                  | {"StreamName":"%s"}
                    ListShards                    | {"StreamName":"%s"}
                    PutRecord                     | {"StreamName":"%s","Data":"","PartitionKey":"k"}
                    PutRecords                    | {"StreamName":"%s","Records":[{"Data":"","PartitionKey":"k"}]}
                    SplitShard                    | {"StreamName":"%s","ShardToSplit":"shardId-0","NewStartingHashKey":"5"}
                    MergeShards                   | {"StreamName":"%s","ShardToMerge":"0","AdjacentShardToMerge":"1"}
                    IncreaseStreamRetentionPeriod | {"StreamName":"%s","RetentionPeriodHours":1}
                    DecreaseStreamRetentionPeriod | {"StreamName":"%s","RetentionPeriodHours":9999}
                    """)
    void unknownStreams(String operation, String body) {
        var name = Kinesis.uniqueName();

        assertRefused(
                client.call(operation, body.formatted(name)),
                "ResourceNotFoundException",
                "Stream " + name + " " + ACCOUNT + " not found.");
    }

    @Test
    void aNameThatIsNotTheArns() {
        var arn = "arn:aws:kinesis:us-east-1:000000000000:stream/one";

        assertRefused(
                client.call("DescribeStream", "{\"StreamName\":\"two\",\"StreamARN\":\"" + arn + "\"}"),
                "InvalidArgumentException",
                "StreamARN " + arn + " does not match StreamName two");
    }

    @Test
    void provisionedWithoutAShardCount() {
        assertRefused(
                client.call("CreateStream", """
                        {"StreamName": "a", "StreamModeDetails": {"StreamMode": "PROVISIONED"}}"""),
                "ValidationException",
                "1 validation error detected: Value null at 'shardCount' failed to satisfy constraint: Member must not"
                        + " be null");
    }

    @Test
    void moreShardsThanTheAccountMayHave() {
        var reply =
                client.call("CreateStream", "{\"StreamName\":\"" + Kinesis.uniqueName() + "\",\"ShardCount\":99999}");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().get("__type").asText()).isEqualTo("LimitExceededException");
        assertThat(reply.json().get("message").asText())
                .matches(
                        "This request would exceed the shard limit for the account 000000000000 in us-east-1\\. Current"
                                + " shard count for the account: \\d+\\. Limit: \\d+\\. Number of additional shards that would"
                                + " have resulted from this request: 99999\\. Refer to the AWS Service Limits page"
                                + " \\(http://docs\\.aws\\.amazon\\.com/general/latest/gr/aws_service_limits\\.html\\) for current"
                                + " limits and how to request higher limits\\.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    Increase | 23   | Minimum allowed retention period is 24 hours. Requested retention period (23 hours) is too short.
                    Decrease | 1    | Minimum allowed retention period is 24 hours. Requested retention period (1 hours) is too short.
                    Increase | 8761 | Maximum allowed retention period is 8760 hours. Requested retention period (8761 hours) is too long.
                    Decrease | 49   | Requested retention period (49 hours) for stream %s can not be longer than existing retention period (48 hours). Use IncreaseRetentionPeriod API.
                    Increase | 47   | Requested retention period (47 hours) for stream %s can not be shorter than existing retention period (48 hours). Use DecreaseRetentionPeriod API.
                    """)
    void retentionPeriodsOutOfRange(String direction, int hours, String text) {
        var stream = Streams.create(client, 1);
        retain(stream, "Increase", 48);

        assertRefused(retain(stream, direction, hours), "InvalidArgumentException", text.replace("%s", stream));
        assertThat(retain(stream, direction, 48).status()).isEqualTo(200);
    }

    private Reply retain(String stream, String direction, int hours) {
        var reply = client.call(
                direction + "StreamRetentionPeriod",
                "{\"StreamName\":\"" + stream + "\",\"RetentionPeriodHours\":" + hours + "}");
        Streams.awaitActive(client, stream);
        return reply;
    }

    @ParameterizedTest
    @ValueSource(strings = {"ABKLFD8", "2.14E4", "shardId-2147483648", "shardId-", "shardId-x"})
    void shardIdsThatCanNotBeRead(String shardId) {
        // Before the stream is looked up, but for GetShardIterator and SplitShard alike.
        var text = "Could not find shard " + shardId + " in stream unknown " + ACCOUNT + ".";

        assertRefused(client.call("GetShardIterator", """
                        {"StreamName": "unknown", "ShardId": "%s", "ShardIteratorType": "LATEST"}""".formatted(shardId)), "ResourceNotFoundException", text);
        assertRefused(client.call("SplitShard", """
                        {"StreamName": "unknown", "ShardToSplit": "%s", "NewStartingHashKey": "5"}""".formatted(shardId)), "ResourceNotFoundException", text);
        assertRefused(client.call("MergeShards", """
                        {"StreamName": "unknown", "ShardToMerge": "%s", "AdjacentShardToMerge": "x"}""".formatted(shardId)), "ResourceNotFoundException", text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"shardId-000000000000", "shard-0", "0", "-000", "x-00000000000000000000"})
    void noShardIdThatNamesAShardInItsOwnWay(String shardId) {
        var stream = Streams.create(client, 1);

        assertThat(iterator(stream, shardId, "\"ShardIteratorType\":\"LATEST\"").status())
                .isEqualTo(200);
    }

    @Test
    void shardsThatDoNotExist() {
        var stream = Streams.create(client, 1);

        assertRefused(
                iterator(stream, "shardId-7", "\"ShardIteratorType\":\"LATEST\""),
                "ResourceNotFoundException",
                "Shard shardId-000000000007 in stream " + stream + " " + ACCOUNT + " does not exist");
        assertRefused(
                iterator("unknown", FIRST, "\"ShardIteratorType\":\"LATEST\""),
                "ResourceNotFoundException",
                "Shard " + FIRST + " in stream unknown " + ACCOUNT + " does not exist");
        assertRefused(
                client.call("SplitShard", """
                        {"StreamName": "%s", "ShardToSplit": "9", "NewStartingHashKey": "5"}""".formatted(stream)),
                "ResourceNotFoundException",
                "Could not find shard shardId-000000000009 in stream " + stream + " " + ACCOUNT + ".");
    }

    @Test
    void shardsThatAreNotNeighbours() {
        var stream = Streams.create(client, 3);

        for (var pair : List.of(List.of(FIRST, THIRD), List.of(SECOND, FIRST), List.of(FIRST, FIRST))) {
            assertRefused(
                    client.call("MergeShards", """
                            {"StreamName": "%s", "ShardToMerge": "%s", "AdjacentShardToMerge": "%s"}""".formatted(stream, pair.get(0), pair.get(1))),
                    "InvalidArgumentException",
                    "Shards " + pair.get(0) + " and " + pair.get(1) + " in stream " + stream + " " + ACCOUNT
                            + " are not an adjacent pair of shards eligible for merging");
        }
    }

    @ParameterizedTest
    @CsvSource({"TRIM_HORIZON", "LATEST"})
    void aNumberWhereNoneBelongs(String type) {
        var stream = Streams.create(client, 1);

        assertRefused(
                iterator(stream, FIRST, "\"ShardIteratorType\":\"" + type + "\",\"StartingSequenceNumber\":\"5\""),
                "InvalidArgumentException",
                "Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or (2)"
                        + " TRIM_HORIZON or LATEST and no StartingSequenceNumber. Request specified " + type
                        + " and also a StartingSequenceNumber.");
    }

    @ParameterizedTest
    @CsvSource({"AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER"})
    void noNumberWhereOneBelongs(String type) {
        var stream = Streams.create(client, 1);

        assertRefused(
                iterator(stream, FIRST, "\"ShardIteratorType\":\"" + type + "\""),
                "InvalidArgumentException",
                "Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or (2)"
                        + " TRIM_HORIZON or LATEST and no StartingSequenceNumber. Request specified " + type
                        + " and no StartingSequenceNumber.");
    }

    @Test
    void sequenceNumbersThatAreNone() {
        var stream = Streams.create(client, 1);
        // Between 2^129 and 2^185 there is no version that such a number could be of.
        var undecodable = "9".repeat(50);

        assertRefused(
                iterator(stream, FIRST, at(undecodable)),
                "InvalidArgumentException",
                "StartingSequenceNumber " + undecodable + " used in GetShardIterator on shard " + FIRST + " in stream "
                        + stream + " " + ACCOUNT + " is invalid.");
        assertRefused(
                client.call("PutRecord", """
                        {"StreamName": "%s", "Data": "", "PartitionKey": "k", "SequenceNumberForOrdering": "%s"}""".formatted(stream, undecodable)),
                "InvalidArgumentException",
                "ExclusiveMinimumSequenceNumber " + undecodable + " used in PutRecord on stream " + stream + " "
                        + ACCOUNT + " is invalid.");
    }

    @Test
    void sequenceNumbersOfOtherShardsAndStreams() {
        var stream = Streams.create(client, 2);
        var other = client.call("ListShards", "{\"StreamName\":\"" + stream + "\"}")
                .json()
                .at("/Shards/1/SequenceNumberRange/StartingSequenceNumber")
                .asText();

        assertRefused(
                iterator(stream, FIRST, at(other)),
                "InvalidArgumentException",
                "Invalid StartingSequenceNumber. It encodes " + SECOND
                        + ", while it was used in a call to a shard with " + FIRST);
        assertRefused(
                iterator(stream, FIRST, at("5")),
                "InvalidArgumentException",
                "Invalid StartingSequenceNumber. It encodes shardId-000000000005, while it was used in a call to a shard"
                        + " with " + FIRST);
        var foreign = new BigInteger(client.call("ListShards", "{\"StreamName\":\"" + stream + "\"}")
                        .json()
                        .at("/Shards/0/SequenceNumberRange/StartingSequenceNumber")
                        .asText())
                // One day earlier, in the nine digits of the shard's creation time.
                .subtract(BigInteger.valueOf(86_400).shiftLeft(4 * 37));
        assertRefused(
                iterator(stream, FIRST, at(foreign.toString())),
                "InvalidArgumentException",
                "StartingSequenceNumber " + foreign + " used in GetShardIterator on shard " + FIRST + " in stream "
                        + stream + " " + ACCOUNT + " is invalid because it did not come from this stream.");
    }

    @Test
    void positionsInTimeWithoutATimeOrAhead() {
        var stream = Streams.create(client, 1);

        assertRefused(
                iterator(stream, FIRST, "\"ShardIteratorType\":\"AT_TIMESTAMP\""),
                "InvalidArgumentException",
                "Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. Current request has no"
                        + " timestamp parameter.");
        var ahead = iterator(stream, FIRST, "\"ShardIteratorType\":\"AT_TIMESTAMP\",\"Timestamp\":33333333333.25");
        assertThat(ahead.json().get("message").asText())
                .matches("The timestampInMillis parameter cannot be greater than the currentTimestampInMillis\\."
                        + " timestampInMillis: 33333333333250, currentTimestampInMillis: \\d{13}");
    }

    @Test
    void listingWithoutANameOrWithMoreThanAToken() {
        var stream = Streams.create(client, 2);
        var token = client.call("ListShards", "{\"StreamName\":\"" + stream + "\",\"MaxResults\":1}")
                .json()
                .get("NextToken")
                .asText();

        assertRefused(
                client.call("ListShards", "{}"),
                "InvalidArgumentException",
                "Either NextToken or StreamName should be provided.");
        assertRefused(
                client.call("ListShards", "{\"NextToken\":\"" + token + "\",\"StreamName\":\"" + stream + "\"}"),
                "InvalidArgumentException",
                "NextToken and StreamName cannot be provided together.");
        assertRefused(
                client.call("ListShards", """
                        {"NextToken": "%s", "StreamARN": "arn:aws:kinesis:us-east-1:000000000000:stream/%s"}""".formatted(token, stream)),
                "InvalidArgumentException",
                "NextToken and StreamARN cannot be provided together.");
        assertRefused(
                client.call("ListShards", """
                        {"NextToken": "%s", "ShardFilter": {"Type": "AT_LATEST"}}""".formatted(token)),
                "InvalidArgumentException",
                "NextToken and ShardFilter cannot be provided together.");
        assertRefused(
                client.call("ListShards", "{\"NextToken\":\"forged\"}"),
                "InvalidArgumentException",
                "Invalid NextToken.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"Type\":\"AFTER_SHARD_ID\"}",
                "{\"Type\":\"AT_TIMESTAMP\"}",
                "{\"Type\":\"FROM_TIMESTAMP\"}",
                "{\"Type\":\"AT_LATEST\",\"ShardId\":\"shardId-000000000000\"}",
                "{\"Type\":\"AT_TRIM_HORIZON\",\"Timestamp\":5}"
            })
    void filtersWithTooMuchOrTooLittle(String filter) {
        var stream = Streams.create(client, 1);

        var reply = client.call("ListShards", "{\"StreamName\":\"" + stream + "\",\"ShardFilter\":" + filter + "}");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().get("__type").asText()).isEqualTo("InvalidArgumentException");
    }

    @Test
    void oneRecordTooLargeInABatch() {
        var stream = Streams.create(client, 1);
        var large = Base64.getEncoder().encodeToString(new byte[1024 * 1024]);

        assertRefused(
                client.call("PutRecords", """
                        {"StreamName": "%s", "Records": [{"Data": "", "PartitionKey": "k"}, \
                        {"Data": "%s", "PartitionKey": "k"}]}""".formatted(stream, large)),
                "ValidationException",
                "1 validation error detected: Value at 'records.2.member.data' failed to satisfy constraint: Member must"
                        + " have length less than or equal to 1048576");
    }

    @Test
    void aHashKeyOutOfRangeInABatchAltogether() {
        var stream = Streams.create(client, 1);

        assertRefused(
                client.call("PutRecords", """
                        {"StreamName": "%s", "Records": [{"Data": "", "PartitionKey": "k"}, \
                        {"Data": "", "PartitionKey": "k", "ExplicitHashKey": "340282366920938463463374607431768211456"}]}""".formatted(stream)),
                "InvalidArgumentException",
                "Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was"
                        + " 340282366920938463463374607431768211456");
        assertThat(recordsOf(stream)).isZero();
    }

    @Test
    void anIteratorWithTheArnOfAnotherStream() {
        var stream = Streams.create(client, 1);
        var iterator = iterator(stream, FIRST, "\"ShardIteratorType\":\"LATEST\"")
                .json()
                .get("ShardIterator")
                .asText();

        var reply = client.call("GetRecords", """
                {"ShardIterator": "%s", "StreamARN": "arn:aws:kinesis:us-east-1:000000000000:stream/other"}""".formatted(iterator));

        assertThat(reply.json().get("__type").asText()).isEqualTo("InvalidArgumentException");
    }

    @Test
    void noIteratorInQuotes() {
        var stream = Streams.create(client, 1);
        var iterator = iterator(stream, FIRST, "\"ShardIteratorType\":\"LATEST\"")
                .json()
                .get("ShardIterator")
                .asText();

        assertThat(client.call("GetRecords", "{\"ShardIterator\":\"\\\"" + iterator + "\\\"\"}")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void iteratorsHaveTheServicesForm() {
        var stream = Streams.create(client, 1);
        var iterator = iterator(stream, FIRST, "\"ShardIteratorType\":\"TRIM_HORIZON\"")
                .json()
                .get("ShardIterator")
                .asText();

        var decoded = Base64.getDecoder().decode(iterator);
        assertThat(iterator).hasSizeLessThanOrEqualTo(512);
        assertThat(Base64.getEncoder().encodeToString(decoded)).isEqualTo(iterator);
        assertThat(decoded).startsWith(0, 0, 0, 0, 0, 0, 0, 1);
        assertThat(decoded.length).isGreaterThanOrEqualTo(152);
        assertThat((decoded.length - 8) % 16).isZero();
    }

    private int recordsOf(String stream) {
        var iterator = iterator(stream, FIRST, "\"ShardIteratorType\":\"TRIM_HORIZON\"")
                .json()
                .get("ShardIterator")
                .asText();
        return client.call("GetRecords", "{\"ShardIterator\":\"" + iterator + "\"}")
                .json()
                .get("Records")
                .size();
    }

    private Reply iterator(String stream, String shardId, String position) {
        return client.call(
                "GetShardIterator",
                "{\"StreamName\":\"" + stream + "\",\"ShardId\":\"" + shardId + "\"," + position + "}");
    }

    private static String at(String number) {
        return "\"ShardIteratorType\":\"AT_SEQUENCE_NUMBER\",\"StartingSequenceNumber\":\"" + number + "\"";
    }

    private static void assertRefused(Reply reply, String type, String message) {
        assertThat(reply.status()).as(reply.text()).isEqualTo(400);
        assertThat(reply.json().get("__type").asText()).as(reply.text()).isEqualTo(type);
        assertThat(reply.json().get("message").asText()).isEqualTo(message);
    }
}
