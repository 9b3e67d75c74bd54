package io.millrace.formats;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.firehose.model.Deserializer;
import software.amazon.awssdk.services.firehose.model.HiveJsonSerDe;
import software.amazon.awssdk.services.firehose.model.OpenXJsonSerDe;
import software.amazon.awssdk.services.firehose.model.OrcSerDe;
import software.amazon.awssdk.services.firehose.model.ParquetSerDe;
import software.amazon.awssdk.services.firehose.model.Serializer;

/** Tables, options and files of tests. */
final class Written {
    static final long MEMORY_BYTES = 4 << 20;
    static final Deserializer OPENX = Deserializer.builder()
            .openXJsonSerDe(OpenXJsonSerDe.builder().build())
            .build();
    static final Deserializer HIVE = Deserializer.builder()
            .hiveJsonSerDe(HiveJsonSerDe.builder().build())
            .build();
    static final Serializer PARQUET = parquet(ParquetSerDe.builder().build());
    static final Serializer ORC = orc(OrcSerDe.builder().build());

    private Written() {}

    /** {@code table("id bigint", "tags array<string>")}. */
    static TableSchema table(String... columns) {
        return new TableSchema(Arrays.stream(columns)
                .map(column -> column.split(" ", 2))
                .map(parts -> TableSchema.Column.of(parts[0], parts[1]))
                .toList());
    }

    static Serializer parquet(ParquetSerDe options) {
        return Serializer.builder().parquetSerDe(options).build();
    }

    static Serializer orc(OrcSerDe options) {
        return Serializer.builder().orcSerDe(options).build();
    }

    static Optional<ConversionFailure> read(JsonDeserializer deserializer, String json, Rows rows) {
        var bytes = json.getBytes(StandardCharsets.UTF_8);
        return deserializer.read(bytes, 0, bytes.length, rows);
    }

    static Path file(Path directory, Serializer serializer, TableSchema schema, Deserializer json, List<String> records)
            throws IOException {
        var path = Files.createTempFile(directory, "rows", ".file");
        var deserializer = new JsonDeserializer(json, schema);
        var rows = new Rows(schema);
        try (var file = ColumnarWriter.open(serializer, schema, Files.newOutputStream(path), MEMORY_BYTES)) {
            for (var record : records) {
                assertThat(read(deserializer, record, rows)).as(record).isEmpty();
                file.write(rows);
                rows.clear();
            }
            file.finish();
        }
        return path;
    }
}
