package io.millrace.conformance;

import static io.millrace.conformance.RawClient.CBOR;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.Millrace;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Members of the wrong type, each with the text that the service answers. */
@ExtendWith(SharedServer.class)
class TypeErrorsTest {
    private final RawClient client;

    TypeErrorsTest(Millrace millrace) {
        this.client = new RawClient(millrace.endpoint());
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        DescribeStream   | {"StreamName":true}              | class java.lang.Boolean can not be converted to an String
        DescribeStream   | {"StreamName":5}                 | class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an String
        DescribeStream   | {"StreamName":1.5}               | class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an String
        DescribeStream   | {"StreamName":[]}                | Start of list found where not expected
        DescribeStream   | {"StreamName":{}}                | Start of structure or map found where not expected.
        DescribeStream   | {"Limit":"5"}                    | class java.lang.String can not be converted to an Integer
        DescribeStream   | {"Limit":false}                  | class java.lang.Boolean can not be converted to an Integer
        DescribeStream   | {"Limit":[1]}                    | Start of list found where not expected
        DescribeStream   | {"Limit":{"a":1}}                | Start of structure or map found where not expected.
        DeleteStream     | {"EnforceConsumerDeletion":"si"} | 'SI' can not be converted to an Boolean
        DeleteStream     | {"EnforceConsumerDeletion":5}    | class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an Boolean
        DeleteStream     | {"EnforceConsumerDeletion":[]}   | Start of list found where not expected
        DeleteStream     | {"EnforceConsumerDeletion":{}}   | Start of structure or map found where not expected.
        GetShardIterator | {"Timestamp":"2030-01-01"}       | class java.lang.String can not be converted to milliseconds since epoch
        GetShardIterator | {"Timestamp":true}               | class java.lang.Boolean can not be converted to milliseconds since epoch
        GetShardIterator | {"Timestamp":[]}                 | Start of list found where not expected
        PutRecord        | {"Data":true}                    | class java.lang.Boolean can not be converted to a Blob
        PutRecord        | {"Data":5}                       | class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to a Blob
        PutRecord        | {"Data":[]}                      | Start of list found where not expected
        PutRecord        | {"Data":{}}                      | Start of structure or map found where not expected.
        PutRecord        | {"Data":"YWJ"}                   | 'YWJ' can not be converted to a Blob: Base64 encoded length is expected a multiple of 4 bytes but found: 3
        PutRecord        | {"Data":"YW!="}                  | 'YW!=' can not be converted to a Blob: Invalid Base64 character: '!'
        PutRecord        | {"Data":"=WJj"}                  | '=WJj' can not be converted to a Blob: Invalid Base64 character: '='
        PutRecord        | {"Data":"+/+="}                  | '+/+=' can not be converted to a Blob: Invalid last non-pad Base64 character dectected
        PutRecords       | {"Records":"x"}                  | Expected list or null
        PutRecords       | {"Records":5}                    | Expected list or null
        PutRecords       | {"Records":true}                 | Expected list or null
        PutRecords       | {"Records":{}}                   | Start of structure or map found where not expected.
        PutRecords       | {"Records":["x"]}                | Expected null
        PutRecords       | {"Records":[[]]}                 | Start of list found where not expected
        PutRecords       | {"Records":[{"Data":"YQ"}]}      | 'YQ' can not be converted to a Blob: Base64 encoded length is expected a multiple of 4 bytes but found: 2
        PutRecords       | {"Records":[{"PartitionKey":5}]} | class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an String
        CreateStream     | {"Tags":"x"}                     | Expected map or null
        CreateStream     | {"Tags":5}                       | Expected map or null
        CreateStream     | {"Tags":[]}                      | Start of list found where not expected
        CreateStream     | {"Tags":{"k":{}}}                | Start of structure or map found where not expected.
        CreateStream     | {"StreamModeDetails":"x"}        | Expected null
        CreateStream     | {"StreamModeDetails":true}       | Expected null
        CreateStream     | {"StreamModeDetails":[]}         | Start of list found where not expected
        CreateStream     | {"StreamModeDetails":{"StreamMode":5}} | class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an String
        ListShards       | {"ShardFilter":5}                | Expected null
        """)
    void areNamed(String operation, String body, String text) {
        var reply = client.call(operation, body);

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().path("__type").asText()).isEqualTo("SerializationException");
        assertThat(reply.json().path("Message").asText()).isEqualTo(text);
        assertThat(reply.json().has("message")).isFalse();
    }

    @Test
    void precedeConstraints() {
        var reply = client.call("CreateStream", "{\"StreamName\":\"no good name\",\"ShardCount\":\"x\"}");

        assertThat(reply.json().path("__type").asText()).isEqualTo("SerializationException");
    }

    @Test
    void areAnsweredInCborWhenAskedInCbor() {
        var reply = client.callInCbor("CreateStream", "{\"StreamName\":true}");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.header("Content-Type")).hasValue(CBOR);
        assertThat(reply.cbor().path("__type").asText()).isEqualTo("SerializationException");
    }

    @ParameterizedTest
    @CsvSource({"'\"true\"'", "'\"no\"'", "'\"YES\"'", "'\"1\"'", "true", "1.5"})
    void leaveOutWhatConvertsToABoolean(String value) {
        var reply =
                client.call("DeleteStream", "{\"StreamName\":\"unknown\",\"EnforceConsumerDeletion\":" + value + "}");

        assertThat(reply.json().path("__type").asText()).isEqualTo("ResourceNotFoundException");
    }

    @Test
    void leaveOutNumbersThatAreFlooredAndClamped() {
        assertThat(client.call("ListStreams", "{\"Limit\":2.9}").status()).isEqualTo(200);
        for (var huge : new String[] {"100000000000", "1e40", "9".repeat(5000)}) {
            var reply = client.call("CreateStream", "{\"StreamName\":\"a\",\"ShardCount\":" + huge + "}");
            assertThat(reply.json().path("message").asText())
                    .isEqualTo("1 validation error detected: Value '2147483647' at 'shardCount' failed to satisfy"
                            + " constraint: Member must have value less than or equal to 100000");
        }
    }
}
