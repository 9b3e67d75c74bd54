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
import software.amazon.awssdk.services.firehose.model.OpenXJsonSerDe;

class OpenXJsonTest {
    private static final TableSchema EVENTS = Written.table(
            "id string",
            "tags array<string>",
            "person struct<name:string,age:int>",
            "items array<struct<sku:string,qty:int>>",
            "attrs map<string,array<string>>");

    @TempDir
    Path directory;

    private List<Object> row(String json) throws Exception {
        return row(Written.OPENX, EVENTS, json);
    }

    private List<Object> row(Deserializer options, TableSchema schema, String json) throws Exception {
        var rows = Duck.rows(Written.file(directory, Written.PARQUET, schema, options, List.of(json)));
        assertThat(rows).hasSize(1);
        return rows.getFirst();
    }

    private Object value(String type, String json) throws Exception {
        return row(Written.OPENX, Written.table("a " + type), "{\"a\":" + json + "}").getFirst();
    }

    private static Deserializer options(OpenXJsonSerDe options) {
        return Deserializer.builder().openXJsonSerDe(options).build();
    }

    private static ConversionFailure failure(TableSchema schema, String record) {
        var rows = new Rows(schema);
        var failure = Written.read(new JsonDeserializer(Written.OPENX, schema), record, rows);
        assertThat(rows.count()).isZero();
        return failure.orElseThrow();
    }

    @Test
    void matchesKeysInAnyCaseAtEveryDepthAndDropsUndeclaredOnes() throws Exception {
        assertThat(row("""
                {"ID":"r2","PERSON":{"NAME":"Bob","Age":41,"extra":{"deep":[1]}},"ITEMS":[{"SKU":"s2","QTY":"3"}],"no":[[]]}"""))
                .isEqualTo(Arrays.asList(
                        "r2",
                        null,
                        Map.of("name", "Bob", "age", 41L),
                        List.of(Map.of("sku", "s2", "qty", 3L)),
                        null));
    }

    @Test
    void wrapsWhatIsNoArrayIntoOne() throws Exception {
        assertThat(row("{\"tags\":\"solo\",\"items\":{\"sku\":\"x\",\"qty\":1}}").subList(1, 4))
                .isEqualTo(Arrays.asList(List.of("solo"), null, List.of(Map.of("sku", "x", "qty", 1L))));
        assertThat(value("array<array<int>>", "5")).isEqualTo(List.of(List.of(5L)));
    }

    @Test
    void fillsAStructFromAnArrayByPosition() throws Exception {
        assertThat(row("{\"person\":[\"Zoe\",9,\"ignored\"]}").get(2)).isEqualTo(Map.of("name", "Zoe", "age", 9L));
        assertThat(row("[\"r1\",[\"t\"]]").subList(0, 2)).isEqualTo(List.of("r1", List.of("t")));
    }

    @Test
    void tellsAnEmptyObjectFromNone() throws Exception {
        var row = row("{\"person\":{},\"tags\":[],\"attrs\":{}}");

        assertThat((Map<?, ?>) row.get(2)).hasSize(2).allSatisfy((_, member) -> assertThat(member)
                .isNull());
        assertThat(row.get(1)).isEqualTo(List.of());
        assertThat(row.get(4)).isEqualTo(Map.of());
        assertThat(row("{\"person\":null}").get(2)).isNull();
    }

    @Test
    void lowersTheKeysOfMapsAndOfObjectsInStrings() throws Exception {
        assertThat(row("{\"attrs\":{\"MixedKey\":[\"v\"]}}").get(4)).isEqualTo(Map.of("mixedkey", List.of("v")));
        assertThat(row("{\"id\":{\"Outer\": {\"Inner\": [1, 2.50, \"A\\n\", true, null, {}]}}}").getFirst())
                .isEqualTo("{\"outer\":{\"inner\":[1,2.50,\"A\\n\",true,null,{}]}}");
        assertThat(row("{\"tags\":[[\"a\",\"b\"],{\"K\":1},7,false]}").get(1))
                .isEqualTo(List.of("[\"a\",\"b\"]", "{\"k\":1}", "7", "false"));
    }

    @Test
    void givesTheLastOfRepeatedKeys() throws Exception {
        assertThat(row("{\"id\":\"first\",\"ID\":\"last\"}").getFirst()).isEqualTo("last");
        assertThat(row("{\"attrs\":{\"k\":[\"1\"],\"z\":[],\"K\":[\"2\"]}}").get(4))
                .isEqualTo(Map.of("k", List.of("2"), "z", List.of()));

        var many = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            many.append(i == 0 ? "" : ",").append("\"key").append(i % 50).append("\":").append(i);
        }
        var map = (Map<?, ?>) value("map<string,int>", "{" + many + "}");
        assertThat(map).hasSize(50).allSatisfy((key, value) -> assertThat(key).isEqualTo("key" + ((Long) value - 150)));
    }

    @Test
    void keepsCaseWhereItIsAskedTo() throws Exception {
        var exact = options(OpenXJsonSerDe.builder().caseInsensitive(false).build());

        assertThat(row(exact, EVENTS, """
                {"id":"s","Tags":["x"],"person":{"NAME":"Bob","age":2},"attrs":{"MixedKey":["v"]}}"""))
                .satisfies(row -> {
                    assertThat(row.get(1)).isNull();
                    assertThat(row.get(2)).hasToString("{name=null, age=2}");
                    assertThat(row.get(4)).isEqualTo(Map.of("MixedKey", List.of("v")));
                });
    }

    @Test
    void mapsKeysToColumnsAndDotsToUnderscores() throws Exception {
        var mapped = options(OpenXJsonSerDe.builder()
                .convertDotsInJsonKeysToUnderscores(true)
                .columnToJsonKeyMappings(Map.of("ts", "Timestamp"))
                .build());

        assertThat(row(mapped, Written.table("ts bigint", "a_b string"), "{\"timestamp\":7,\"ts\":8,\"a.b\":\"x\"}"))
                .isEqualTo(List.of(7L, "x"));
    }

    @Test
    void takesSeveralObjectsInOneRecord() throws Exception {
        var schema = Written.table("a int");

        assertThat(Duck.rows(Written.file(
                        directory, Written.PARQUET, schema, Written.OPENX, List.of("{\"a\":1}{\"a\":2}\n {\"a\":3} "))))
                .containsExactly(List.of(1L), List.of(2L), List.of(3L));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "timestamp | \"2026-01-02T03:04:05Z\"          | 2026-01-02T03:04:05",
        "timestamp | \"2026-01-02T03:04:05.6789Z\"     | 2026-01-02T03:04:05.678900",
        "timestamp | \"2026-1-2 3:4:5.5\"              | 2026-01-02T03:04:05.500",
        "timestamp | 1767323045                        | 2026-01-02T03:04:05",
        "timestamp | 1767323045678                     | 2026-01-02T03:04:05.678",
        "timestamp | \"1767323045.25\"                 | 2026-01-02T03:04:05.250",
        "timestamp | 1767323045.25                     | 2026-01-02T03:04:05.250",
        "timestamp | 999999999999                      | !Data does not match the schema. The timestamp is not of the years 1 to 9999.",
        "timestamp | 1000000000000                     | 2001-09-09T01:46:40",
        "timestamp | -1                                | 1969-12-31T23:59:59",
        "timestamp | \"2026-01-02T03:04:05+01:00\"     | !Data does not match the schema. Timestamp format must be yyyy-mm-dd hh:mm:ss[.fffffffff]",
        "timestamp | \"2026-02-30 00:00:00\"           | !Data does not match the schema. Timestamp format must be yyyy-mm-dd hh:mm:ss[.fffffffff]",
        "timestamp | \"soon\"                          | !Data does not match the schema. Timestamp format must be yyyy-mm-dd hh:mm:ss[.fffffffff]",
        "timestamp | 1e999999999                       | !Data does not match the schema. Timestamp format must be yyyy-mm-dd hh:mm:ss[.fffffffff]",
        "date      | \"2026-1-2\"                      | 2026-01-02",
        "date      | \"2026-13-02\"                    | !Data does not match the schema. For input string: \"2026-13-02\"",
        "int       | \"41\"                            | 41",
        "int       | 3.0                               | 3",
        "int       | 1e3                               | 1000",
        "int       | \"oops\"                          | !Data does not match the schema. For input string: \"oops\"",
        "int       | 1.5                               | !Data does not match the schema. For input string: \"1.5\"",
        "int       | 2147483648                        | !Data does not match the schema. For input string: \"2147483648\"",
        "int       | true                              | !Data does not match the schema. For input string: \"true\"",
        "int       | [1]                               | !Data does not match the schema. For input string: \"[1]\"",
        "tinyint   | 128                               | !Data does not match the schema. For input string: \"128\"",
        "bigint    | 9223372036854775808               | !Data does not match the schema. For input string: \"9223372036854775808\"",
        "double    | \"2.5\"                           | 2.5",
        "double    | 1e999                             | !Data does not match the schema. For input string: \"1e999\"",
        "float     | 1e300                             | !Data does not match the schema. For input string: \"1e300\"",
        "decimal(5,2) | 2.345                          | 2.35",
        "decimal(5,2) | -2.345                         | -2.35",
        "decimal(5,2) | \"1e2\"                        | 100.00",
        "decimal(5,2) | 1e-999999999                   | 0.00",
        "decimal(5,2) | 0e999999999                    | 0.00",
        "decimal(5,2) | 1e999999999                    | !Data does not match the schema. The value 1e999999999 does not fit into decimal(5,2).",
        "decimal(5,2) | 999.995                        | !Data does not match the schema. The value 999.995 does not fit into decimal(5,2).",
        "decimal(38,38) | 0.12345678901234567890123456789012345678 | 0.12345678901234567890123456789012345678",
        "boolean   | \"TRUE\"                          | true",
        "boolean   | \"yes\"                           | !Data does not match the schema. For input string: \"yes\"",
        "binary    | \"AB!D\"                          | !Data does not match the schema. Illegal base64 character 21",
        "string    | 1.50                              | 1.50",
        "string    | \"\"                              | ''",
        "string    | \"\\ud800x\\udc00\"                | \ufffdx\ufffd",
        "string    | \"z\u00fc\u20ac\\ud83d\\ude00\"    | z\u00fc\u20ac\ud83d\ude00",
        "varchar(2) | \"\\ud83d\\ude00bc\"              | \ud83d\ude00b",
        "struct<b:int> | 42                            | !Data does not match the schema. Data is not JSONObject  but java.lang.Long with value 42",
        "struct<b:int> | \"x\"                         | !Data does not match the schema. Data is not JSONObject  but java.lang.String with value x",
        "map<string,int> | 1.5                         | !Data does not match the schema. Data is not JSONObject  but java.lang.Double with value 1.5",
    })
    void readsOrRefuses(String type, String json, String expected) throws Exception {
        if (expected.startsWith("!")) {
            assertThat(failure(Written.table("a " + type), "{\"a\":" + json + "}"))
                    .isEqualTo(new ConversionFailure("DataFormatConversion.MalformedData", expected.substring(1)));
        } else {
            assertThat(value(type, json))
                    .hasToString(expected.replace("''", ""));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "~~        | DataFormatConversion.MalformedData | The record was empty or contained only whitespace.",
        "~ \t ~   | DataFormatConversion.MalformedData | The record was empty or contained only whitespace.",
        "42        | DataFormatConversion.MalformedData | The input JSON contained a primitive at the top level. The top level must be an object or array.",
        "{} null   | DataFormatConversion.MalformedData | The input JSON contained a primitive at the top level. The top level must be an object or array.",
        "{\"a\":1  | DataFormatConversion.ParseError    | Encountered malformed JSON. Unexpected end-of-input: expected close marker for Object (start marker at [line: 1, column: 1])\\n at [line: 1, column: 7]",
        "{'a':1}   | DataFormatConversion.ParseError    | Encountered malformed JSON. Unexpected character (''' (code 39)): was expecting double-quote to start field name\\n at [line: 1, column: 2]",
        "{},{}     | DataFormatConversion.ParseError    | Encountered malformed JSON. Unexpected character (',' (code 44)): expected a value\\n at [line: 1, column: 3]",
        "{\"a\":[\"x\",{\"b\":1}]} {] | DataFormatConversion.ParseError | Encountered malformed JSON. Unexpected close marker ']': expected '}' (for Object starting at [line: 1, column: 21])\\n at [line: 1, column: 22]",
    })
    void saysWhyARecordIsNoneOfJson(String record, String code, String message) {
        assertThat(failure(Written.table("a int"), record))
                .isEqualTo(new ConversionFailure(code, message.replace("\\n", "\n")));
    }

    @Test
    void refusesARecordWholeWhenItsLastObjectFails() {
        var schema = Written.table("a int");
        var rows = new Rows(schema);
        var deserializer = new JsonDeserializer(Written.OPENX, schema);

        assertThat(Written.read(deserializer, "{\"a\":1}", rows)).isEmpty();
        assertThat(Written.read(deserializer, "{\"a\":2}{\"a\":[{}, {\"x\":[1]}]}{\"a\":3}", rows)).isPresent();
        assertThat(Written.read(deserializer, "{\"a\":4}", rows)).isEmpty();

        assertThat(rows.count()).isEqualTo(2);
        assertThat(rows.value(rows.start(1))).isEqualTo(4);
    }

    @Test
    void boundsWhatARecordMayGrowTo() {
        var wide = new String[200];
        Arrays.setAll(wide, i -> "c" + i + " int");

        assertThat(failure(Written.table(wide), "{}".repeat(20_000)).message())
                .isEqualTo("Data does not match the schema. The record has more than 2097152 values.");
    }

    @Test
    void skipsUndeclaredValuesOfAnyDepthAndRefusesBottomlessOnes() {
        var schema = Written.table("a int");
        var rows = new Rows(schema);
        var deserializer = new JsonDeserializer(Written.OPENX, schema);

        assertThat(Written.read(deserializer, "{\"b\":" + "[".repeat(900) + "]".repeat(900) + ",\"a\":1}", rows))
                .isEmpty();
        assertThat(Written.read(deserializer, "{\"b\":" + "[".repeat(500_000), rows))
                .hasValueSatisfying(failure -> assertThat(failure.code()).isEqualTo("DataFormatConversion.ParseError"));
    }

    @Test
    void refusesBytesThatAreNoText() {
        var schema = Written.table("a string");
        var bytes = new byte[] {'{', '"', 'a', '"', ':', '"', (byte) 0xFF, '"', '}'};

        assertThat(new JsonDeserializer(Written.OPENX, schema).read(bytes, 0, bytes.length, new Rows(schema)))
                .hasValue(new ConversionFailure(
                        "DataFormatConversion.ParseError",
                        "Encountered malformed JSON. Invalid UTF-8 start byte 0xff\n at [line: 1, column: 8]"));
    }
}
