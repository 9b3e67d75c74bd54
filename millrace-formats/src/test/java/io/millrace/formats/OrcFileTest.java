package io.millrace.formats;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.firehose.model.OrcCompression;
import software.amazon.awssdk.services.firehose.model.OrcFormatVersion;
import software.amazon.awssdk.services.firehose.model.OrcSerDe;

class OrcFileTest {
    @TempDir
    Path directory;

    @Test
    void keepsEveryTypeAsArrowReadsIt() throws Exception {
        var schema = Written.table(
                "t tinyint",
                "s smallint",
                "i int",
                "l bigint",
                "f float",
                "d double",
                "n decimal(9,2)",
                "w decimal(38,10)",
                "b boolean",
                "x string",
                "v varchar(3)",
                "c char(4)",
                "y binary",
                "day date",
                "ts timestamp",
                "a array<int>",
                "m map<string,bigint>",
                "r struct<p:int,q:array<string>>");
        var file = Written.file(directory, Written.ORC, schema, Written.OPENX, List.of("""
                {"t":-128,"s":32767,"i":-2147483648,"l":9223372036854775807,"f":1.5,"d":-0.1,"n":1.005,
                 "w":"-1234567890123456789012345678.0123456789","b":true,"x":"h\\u00e9\\ud83d\\ude00","v":"abcdef","c":"ab  ",
                 "y":"AQID","day":"1500-01-01","ts":"2026-02-28T23:59:59.123456789Z","a":[1,null,3],
                 "m":{"k":1,"z":null},"r":{"p":7,"q":["u"]}} {}"""));
        var map = new LinkedHashMap<>();
        map.put("k", 1L);
        map.put("z", null);

        assertThat(Arrow.rows(file))
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
                                "ab  ",
                                List.of("[1, 2, 3]"),
                                LocalDate.parse("1500-01-01"),
                                LocalDateTime.parse("2026-02-28T23:59:59.123456789"),
                                Arrays.asList(1L, null, 3L),
                                map,
                                Map.of("p", 7L, "q", List.of("u"))),
                        Arrays.asList(new Object[18]));
    }

    @ParameterizedTest
    @EnumSource(value = OrcCompression.class, mode = EnumSource.Mode.EXCLUDE, names = "UNKNOWN_TO_SDK_VERSION")
    void writesEachCompressionWithEveryOptionSet(OrcCompression compression) throws Exception {
        var options = OrcSerDe.builder()
                .compression(compression)
                .stripeSizeBytes(8 << 20)
                .blockSizeBytes(64 << 20)
                .rowIndexStride(1000)
                .enablePadding(true)
                .paddingTolerance(0.1)
                .bloomFilterColumns("WORD", "gone")
                .bloomFilterFalsePositiveProbability(0.01)
                .dictionaryKeyThreshold(0.8)
                .formatVersion(OrcFormatVersion.V0_11)
                .build();
        var schema = Written.table("id bigint", "word string");
        var records = Numbered.records(5_000);

        var file = Written.file(directory, Written.orc(options), schema, Written.OPENX, records);

        assertThat(Arrow.rows(file)).isEqualTo(Numbered.rows(5_000));
    }
}
