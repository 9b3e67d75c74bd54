package io.millrace.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.firehose.model.ParquetCompression;
import software.amazon.awssdk.services.firehose.model.ParquetSerDe;
import software.amazon.awssdk.services.firehose.model.ParquetWriterVersion;

class ParquetFileTest {
    private static final long SMALL_BUDGET_BYTES = 16 << 10;

    @TempDir
    Path directory;

    @Test
    void keepsEveryTypeAsDuckDbReadsIt() throws Exception {
        var schema = Written.table(
                "t tinyint", "s smallint", "i int", "l bigint", "f float", "d double", "n decimal(9,2)",
                "w decimal(38,10)", "b boolean", "x string", "v varchar(3)", "c char(4)", "y binary", "day date",
                "ts timestamp", "a array<int>", "m map<string,bigint>", "r struct<p:int,q:array<string>>");
        var file = Written.file(directory, Written.PARQUET, schema, Written.OPENX, List.of("""
                {"t":-128,"s":32767,"i":-2147483648,"l":9223372036854775807,"f":1.5,"d":-0.1,"n":1.005,
                 "w":"-1234567890123456789012345678.0123456789","b":true,"x":"h\\u00e9\\ud83d\\ude00","v":"abcdef","c":"ab  ",
                 "y":"AQID","day":"1969-12-31","ts":"2026-02-28T23:59:59.123456Z","a":[1,null,3],
                 "m":{"k":1,"z":null},"r":{"p":7,"q":["u"]}} {}"""));

        assertThat(Duck.rows(file))
                .containsExactly(
                        Arrays.asList(
                                -128L,
                                32767L,
                                (long) Integer.MIN_VALUE,
                                Long.MAX_VALUE,
                                1.5f,
                                -0.1,
                                new BigDecimal("1.01"),
                                new BigDecimal("-1234567890123456789012345678.0123456789"),
                                true,
                                "hé😀",
                                "abc",
                                "ab",
                                List.of("[1, 2, 3]"),
                                LocalDate.parse("1969-12-31"),
                                LocalDateTime.parse("2026-02-28T23:59:59.123456"),
                                Arrays.asList(1L, null, 3L),
                                mapOf("k", 1L, "z", null),
                                Map.of("p", 7L, "q", List.of("u"))),
                        Arrays.asList(new Object[18]));
    }

    @Test
    void honoursItsOptionsAsFarAsItsMemoryGoes() throws Exception {
        var options = ParquetSerDe.builder()
                .blockSizeBytes(64 << 20)
                .pageSizeBytes(64 << 10)
                .compression(ParquetCompression.GZIP)
                .enableDictionaryCompression(true)
                .maxPaddingBytes(1 << 20)
                .writerVersion(ParquetWriterVersion.V2)
                .build();
        var schema = Written.table("id bigint", "word string");
        var file = directory.resolve("numbered.parquet");
        var rows = new Rows(schema);
        var deserializer = new JsonDeserializer(Written.OPENX, schema);
        try (var writer = ColumnarWriter.open(
                Written.parquet(options), schema, Files.newOutputStream(file), SMALL_BUDGET_BYTES)) {
            for (var record : Numbered.records(50_000)) {
                Written.read(deserializer, record, rows);
                writer.write(rows);
                rows.clear();
            }
            writer.finish();
        }

        assertThat(Duck.rows(file)).isEqualTo(Numbered.rows(50_000));
        var chunks = Duck.query("select distinct path_in_schema, compression, encodings like '%DICT%'"
                + " from parquet_metadata('" + file + "') order by 1");
        assertThat(chunks).containsExactly(List.of("id", "GZIP", false), List.of("word", "GZIP", true));
        assertThat((Long) Duck.query("select max(row_group_id) from parquet_metadata('" + file + "')")
                        .getFirst()
                        .getFirst())
                .isPositive();
    }

    @Test
    void writesATableWithoutRows() throws Exception {
        var schema = Written.table("id bigint");

        var file = Written.file(directory, Written.PARQUET, schema, Written.OPENX, List.of());

        assertThat(Duck.rows(file)).isEmpty();
    }

    @Test
    void leavesNoReadableFileBehindWhenItIsNotFinished() throws Exception {
        var schema = Written.table("id bigint");
        var file = directory.resolve("torn.parquet");
        var rows = new Rows(schema);
        Written.read(new JsonDeserializer(Written.OPENX, schema), "{\"id\":1}", rows);
        try (var writer =
                ColumnarWriter.open(Written.PARQUET, schema, Files.newOutputStream(file), SMALL_BUDGET_BYTES)) {
            writer.write(rows);
            writer.endGroup();
        }

        assertThatThrownBy(() -> Duck.rows(file)).isInstanceOf(SQLException.class);
    }

    private static Map<Object, Object> mapOf(Object... entries) {
        var map = new LinkedHashMap<>();
        for (int i = 0; i < entries.length; i += 2) {
            map.put(entries[i], entries[i + 1]);
        }
        return map;
    }
}
