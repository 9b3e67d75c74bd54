package io.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.Kinesis;
import io.millrace.model.Operation;
import io.millrace.model.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TypeErrorsTest {
    private static final String LIST = "Start of list found where not expected";
    private static final String OBJECT = "Start of structure or map found where not expected.";
    private static final String NUMBER = "class com.amazon.coral.value.json.numbers.TruncatingBigNumber";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "true | class java.lang.Boolean can not be converted to an String",
                "23   | " + NUMBER + " can not be converted to an String",
                "2.5  | " + NUMBER + " can not be converted to an String",
                "[]   | " + LIST,
                "{}   | " + OBJECT,
            })
    void saysWhatIsNoString(String value, String text) {
        refuses(Kinesis.CREATE_STREAM, "StreamName", value, text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"23\" | class java.lang.String can not be converted to an Integer",
                "false  | class java.lang.Boolean can not be converted to an Integer",
                "[1]    | " + LIST,
                "{\"a\":[[]]} | " + OBJECT,
            })
    void saysWhatIsNoInteger(String value, String text) {
        refuses(Kinesis.CREATE_STREAM, "ShardCount", value, text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"maybe\" | 'MAYBE' can not be converted to an Boolean",
                "1         | " + NUMBER + " can not be converted to an Boolean",
                "[]        | " + LIST,
                "{}        | " + OBJECT,
            })
    void saysWhatIsNoBoolean(String value, String text) {
        refuses(Kinesis.DELETE_STREAM, "EnforceConsumerDeletion", value, text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "\"true\"", "\"Yes\"", "\"1\"", "1.5"})
    void takesWhatElseMeansTrue(String value) {
        var body = Any.utf8("{\"StreamName\":\"a\",\"EnforceConsumerDeletion\":" + value + "}");
        var request = Codecs.of(Kinesis.DELETE_STREAM).decode(Protocol.JSON, body, 0, body.length);

        assertThat(request.enforceConsumerDeletion()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "\"False\"", "\"no\"", "\"0\""})
    void takesWhatElseMeansFalse(String value) {
        var body = Any.utf8("{\"StreamName\":\"a\",\"EnforceConsumerDeletion\":" + value + "}");
        var request = Codecs.of(Kinesis.DELETE_STREAM).decode(Protocol.JSON, body, 0, body.length);

        assertThat(request.enforceConsumerDeletion()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"now\" | class java.lang.String can not be converted to milliseconds since epoch",
                "true    | class java.lang.Boolean can not be converted to milliseconds since epoch",
                "[]      | " + LIST,
                "{}      | " + OBJECT,
            })
    void saysWhatIsNoTimestamp(String value, String text) {
        refuses(Kinesis.GET_SHARD_ITERATOR, "Timestamp", value, text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "true     | class java.lang.Boolean can not be converted to a Blob",
                "23       | " + NUMBER + " can not be converted to a Blob",
                "\"YQ\"   | 'YQ' can not be converted to a Blob: Base64 encoded length is expected a multiple of 4 bytes but found: 2",
                "\"YQ=a\" | 'YQ=a' can not be converted to a Blob: Invalid Base64 character: '='",
                "\"Y!==\" | 'Y!==' can not be converted to a Blob: Invalid Base64 character: '!'",
                "\"YQ==YQ==\" | 'YQ==YQ==' can not be converted to a Blob: Invalid Base64 character: '='",
                "\"+/+=\" | '+/+=' can not be converted to a Blob: Invalid last non-pad Base64 character dectected",
                "\"Y\\u0051==\\n\" | 'YQ==\\n' can not be converted to a Blob: Base64 encoded length is expected a multiple of 4 bytes but found: 5",
                "\"A===\" | 'A===' can not be converted to a Blob: Invalid last non-pad Base64 character dectected",
                "[]       | " + LIST,
                "{}       | " + OBJECT,
            })
    void saysWhatIsNoBlob(String value, String text) {
        refuses(Kinesis.PUT_RECORD, "Data", value, text.replace("\\n", "\n"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"a\" | Expected list or null",
                "1     | Expected list or null",
                "true  | Expected list or null",
                "{}    | " + OBJECT,
                "[1]   | Expected null",
                "[[]]  | " + LIST,
                "[{\"PartitionKey\":1}] | " + NUMBER + " can not be converted to an String",
            })
    void saysWhatIsNoList(String value, String text) {
        refuses(Kinesis.PUT_RECORDS, "Records", value, text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"a\" | Expected map or null",
                "1     | Expected map or null",
                "false | Expected map or null",
                "[]    | " + LIST,
                "{\"a\":{}} | " + OBJECT,
            })
    void saysWhatIsNoMap(String value, String text) {
        refuses(Kinesis.ADD_TAGS_TO_STREAM, "Tags", value, text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"a\" | Expected null",
                "1     | Expected null",
                "true  | Expected null",
                "[]    | " + LIST,
            })
    void saysWhatIsNoStructure(String value, String text) {
        refuses(Kinesis.CREATE_STREAM, "StreamModeDetails", value, text);
    }

    @Test
    void checksTheTypeOfTheReservedStreamId() {
        refuses(Kinesis.PUT_RECORDS, "StreamId", "1", NUMBER + " can not be converted to an String");
    }

    @Test
    void saysTheFirstOfSeveral() {
        var body = "{\"StreamName\":1,\"ShardCount\":\"\",\"Tags\":3}";

        assertThatThrownBy(() -> decode(Kinesis.CREATE_STREAM, body))
                .isInstanceOf(SerializationException.class)
                .hasMessage(NUMBER + " can not be converted to an String");
    }

    @Test
    void saysNothingOfTypesWhereTheBodyIsMalformed() {
        assertThatThrownBy(() -> decode(Kinesis.CREATE_STREAM, "{\"StreamName\":1,\"ShardCount\":}"))
                .isInstanceOfSatisfying(
                        SerializationException.class,
                        e -> assertThat(e.malformedBody()).isTrue());
    }

    @Test
    void takesNoTextForABlobInCbor() {
        var body = new BodyWriter();
        var out = Notation.of(Protocol.CBOR, body);
        out.beginObject();
        out.name("Data");
        out.text("YQ==");
        out.endObject();

        assertThatThrownBy(() -> Codecs.PUT_RECORD.decode(Protocol.CBOR, body.array(), 0, body.length()))
                .isInstanceOf(SerializationException.class)
                .hasMessage("class java.lang.String can not be converted to a Blob");
    }

    private static void refuses(Operation<?, ?> operation, String member, String value, String text) {
        assertThatThrownBy(() -> decode(operation, "{\"" + member + "\":" + value + "}"))
                .isInstanceOf(SerializationException.class)
                .hasMessage(text);
    }

    private static void decode(Operation<?, ?> operation, String json) {
        var body = Any.utf8(json);
        Codecs.of(operation).decode(Protocol.JSON, body, 0, body.length);
    }
}
