package io.millrace.formats;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.firehose.model.Deserializer;
import software.amazon.awssdk.services.firehose.model.HiveJsonSerDe;

class HiveJsonTest {
    private static final TableSchema EVENTS = Written.table(
            "id string",
            "tags array<string>",
            "person struct<name:string,age:int>",
            "items array<struct<sku:string,qty:int>>",
            "attrs map<string,array<string>>",
            "ok boolean",
            "small tinyint",
            "raw binary",
            "price decimal(5,2)",
            "ts timestamp");

    @TempDir
    Path directory;

    private List<Object> row(Deserializer options, String json) throws Exception {
        return Duck.rows(Written.file(directory, Written.PARQUET, EVENTS, options, List.of(json)))
                .getFirst();
    }

    @Test
    void keepsMapKeysAndMatchesMembersInAnyCase() throws Exception {
        assertThat(row(Written.HIVE, """
                {"ID":7,"TAGS":[1,null,true],"Person":{"NAME":"Bob","extra":1},"attrs":{"MixedKey":["v"]},"ok":"TRUE",
                 "small":-3,"raw":"hé","price":"1.005","ts":"2026-1-2 3:4:5.5"}"""))
                .satisfies(row -> {
                    assertThat(row.subList(0, 2)).isEqualTo(List.of("7", Arrays.asList("1", null, "true")));
                    assertThat(row.get(2)).hasToString("{name=Bob, age=null}");
                    assertThat(row.get(4)).isEqualTo(Map.of("MixedKey", List.of("v")));
                    assertThat(row.subList(5, 9).toString()).isEqualTo("[true, -3, [[104, -61, -87]], 1.01]");
                    assertThat(row.get(9)).hasToString("2026-01-02T03:04:05.500");
                });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "[1]                       | Data does not match the schema. java.io.IOException: Start token not found where expected",
        "{\"tags\":\"solo\"}       | Data does not match the schema. java.io.IOException: Start of Array expected",
        "{\"attrs\":{\"k\":\"v\"}} | Data does not match the schema. java.io.IOException: Start of Array expected",
        "{\"person\":[\"Bob\",41]} | Data does not match the schema. java.io.IOException: Start of Object expected",
        "{\"person\":42}           | Data does not match the schema. java.io.IOException: Start of Object expected",
        "{\"person\":{\"age\":\"7\"}} | Data does not match the schema. Current token (VALUE_STRING) not numeric, can not use numeric value accessors",
        "{\"small\":[7]}           | Data does not match the schema. Current token (START_ARRAY) not numeric, can not use numeric value accessors",
        "{\"small\":300}           | Data does not match the schema. Numeric value (300) out of range of Java byte",
        "{\"id\":{\"nested\":1}}   | One or more fields have incorrect format. Exception when validating field (root)",
        "{\"tags\":[{\"K\":1}]}    | One or more fields have incorrect format. Exception when validating field (root)",
        "{\"ok\":\"yes\"}          | Data does not match the schema. For input string: \"yes\"",
        "{\"ts\":5}                | Data does not match the schema. Timestamp format must be yyyy-mm-dd hh:mm:ss[.fffffffff]",
        "5                         | The input JSON contained a primitive at the top level. The top level must be an object or array.",
    })
    void refusesWhatHasNotTheShapeOfItsColumn(String json, String message) {
        assertThat(Written.read(new JsonDeserializer(Written.HIVE, EVENTS), json, new Rows(EVENTS)))
                .hasValue(new ConversionFailure("DataFormatConversion.MalformedData", message));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-02T03:04:05.678+0100, 2026-01-02T02:04:05.678",
        "02/Jan/2026:03:04:05,         2026-01-02T03:04:05",
        "1767323045678,                2026-01-02T03:04:05.678",
        "1767323045678.9,              2026-01-02T03:04:05.678",
        "2026-01-02 03:04:05.123456,   2026-01-02T03:04:05.123456",
    })
    void readsTimestampsByThePatternsGiven(String text, String expected) throws Exception {
        var options = Deserializer.builder()
                .hiveJsonSerDe(HiveJsonSerDe.builder()
                        .timestampFormats("yyyy-MM-dd'T'HH:mm:ss.SSSZ", "dd/MMM/yyyy:HH:mm:ss", "millis")
                        .build())
                .build();

        assertThat(row(options, "{\"ts\":\"" + text + "\"}").getLast()).hasToString(expected);
    }

    @Test
    void tellsWhichPatternIsNone() {
        assertThat(HiveTimestamps.firstInvalid(List.of("millis", "yyyy-MM-dd"))).isEmpty();
        assertThat(HiveTimestamps.firstInvalid(List.of("yyyy", "yyyy-bb"))).hasValue("yyyy-bb");
        assertThat(HiveTimestamps.firstInvalid(List.of(""))).hasValue("");
    }
}
