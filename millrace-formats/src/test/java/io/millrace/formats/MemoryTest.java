package io.millrace.formats;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.Seeds;
import java.io.OutputStream;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.firehose.model.ParquetSerDe;
import software.amazon.awssdk.services.firehose.model.Serializer;

class MemoryTest {
    private static final long BUDGET_BYTES = 2 << 20;
    /** What one more record, one more batch and the last page of each column may add before somebody looks. */
    private static final long SLACK_BYTES = 1 << 20;

    private static final int RECORDS = 40_000;
    private static final int WORD_BYTES = 400;

    static List<Serializer> formats() {
        return List.of(
                Written.PARQUET,
                Written.parquet(
                        ParquetSerDe.builder().enableDictionaryCompression(true).build()),
                Written.ORC);
    }

    @ParameterizedTest
    @MethodSource("formats")
    void keepsToItsBudgetHoweverMuchIsWritten(Serializer format) {
        Seeds.forEach(1, random -> {
            var schema = Written.table("id bigint", "word string", "tags array<string>");
            var deserializer = new JsonDeserializer(Written.OPENX, schema);
            var rows = new Rows(schema);
            var noise = new byte[WORD_BYTES];
            long most = 0;
            try (var file = ColumnarWriter.open(format, schema, OutputStream.nullOutputStream(), BUDGET_BYTES)) {
                for (int number = 0; number < RECORDS; number++) {
                    random.nextBytes(noise);
                    var word = HexFormat.of().formatHex(noise);
                    Written.read(
                            deserializer,
                            "{\"id\":" + number + ",\"word\":\"" + word + "\",\"tags\":[\"a\",\"" + number + "\"]}",
                            rows);
                    file.write(rows);
                    rows.clear();
                    most = Math.max(most, file.bufferedBytes());
                }
                file.finish();
            }
            assertThat(most).isBetween(BUDGET_BYTES / 2, BUDGET_BYTES + SLACK_BYTES);
        });
    }

    @ParameterizedTest
    @MethodSource("formats")
    void givesItsMemoryBackWhenAGroupIsEnded(Serializer format) throws Exception {
        var schema = Written.table("id bigint", "word string");
        var deserializer = new JsonDeserializer(Written.OPENX, schema);
        var rows = new Rows(schema);
        try (var file = ColumnarWriter.open(format, schema, OutputStream.nullOutputStream(), Written.MEMORY_BYTES)) {
            long empty = file.bufferedBytes();
            for (var record : Numbered.records(20_000)) {
                Written.read(deserializer, record, rows);
                file.write(rows);
                rows.clear();
            }
            long full = file.bufferedBytes();
            file.endGroup();

            assertThat(file.bufferedBytes()).isLessThan(empty + (full - empty) / 4);
        }
    }
}
