package io.millrace.formats;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParquetFileTest {
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

    private static Map<Object, Object> mapOf(Object... entries) {
        var map = new java.util.LinkedHashMap<>();
        for (int i = 0; i < entries.length; i += 2) {
            map.put(entries[i], entries[i + 1]);
        }
        return map;
    }
}
