package io.millrace.bench.jmh;

import io.millrace.bench.requests.WebRequests;
import io.millrace.formats.ColumnarWriter;
import io.millrace.formats.JsonDeserializer;
import io.millrace.formats.Rows;
import io.millrace.formats.TableSchema;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import software.amazon.awssdk.services.firehose.model.Deserializer;
import software.amazon.awssdk.services.firehose.model.OpenXJsonSerDe;
import software.amazon.awssdk.services.firehose.model.OrcCompression;
import software.amazon.awssdk.services.firehose.model.OrcSerDe;
import software.amazon.awssdk.services.firehose.model.ParquetCompression;
import software.amazon.awssdk.services.firehose.model.ParquetSerDe;
import software.amazon.awssdk.services.firehose.model.Serializer;

/**
 * JSON records to Parquet and ORC. One operation is a megabyte (10^6 bytes) of records, so that operations per second are
 * MB/s of input: reading alone, and reading with writing. The files go nowhere, so no disk is measured.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
public class RecordConversion {
    private static final int MEGABYTE = 1_000_000;
    private static final long MEMORY_BYTES = 16 << 20;

    private static final TableSchema REQUESTS = new TableSchema(WebRequests.COLUMNS.stream()
            .map(column -> TableSchema.Column.of(column.name(), column.type()))
            .toList());

    @Param({"parquet-snappy", "parquet-gzip", "parquet-none", "parquet-snappy-dictionary", "orc-snappy", "orc-zlib"})
    String format = "parquet-snappy";

    private final List<byte[]> records = new ArrayList<>();
    private final Rows rows = new Rows(REQUESTS);
    private final Rows all = new Rows(REQUESTS);
    private final JsonDeserializer deserializer = new JsonDeserializer(
            Deserializer.builder()
                    .openXJsonSerDe(OpenXJsonSerDe.builder().build())
                    .build(),
            REQUESTS);
    private @Nullable ColumnarWriter file;

    @Setup
    public void prepare() throws IOException {
        var requests = new WebRequests(1);
        int bytes = 0;
        while (bytes < MEGABYTE) {
            var record = requests.next();
            records.add(record);
            bytes += record.length;
        }
        for (var record : records) {
            deserializer.read(record, 0, record.length, all);
        }
        file = ColumnarWriter.open(serializer(), REQUESTS, OutputStream.nullOutputStream(), MEMORY_BYTES);
    }

    @TearDown
    public void finish() throws IOException {
        Objects.requireNonNull(file).finish();
    }

    @Benchmark
    public long jsonToRows() {
        long size = 0;
        for (var record : records) {
            deserializer.read(record, 0, record.length, rows);
            size += rows.sizeBytes();
            rows.clear();
        }
        return size;
    }

    @Benchmark
    public long jsonToFile() throws IOException {
        var to = Objects.requireNonNull(file);
        for (var record : records) {
            deserializer.read(record, 0, record.length, rows);
            to.write(rows);
            rows.clear();
        }
        return to.bufferedBytes();
    }

    /** The writer alone. */
    @Benchmark
    public long rowsToFile() throws IOException {
        var to = Objects.requireNonNull(file);
        to.write(all);
        return to.bufferedBytes();
    }

    private Serializer serializer() {
        return switch (format) {
            case "parquet-snappy" -> parquet(ParquetSerDe.builder().build());
            case "parquet-gzip" ->
                parquet(ParquetSerDe.builder()
                        .compression(ParquetCompression.GZIP)
                        .build());
            case "parquet-none" ->
                parquet(ParquetSerDe.builder()
                        .compression(ParquetCompression.UNCOMPRESSED)
                        .build());
            case "parquet-snappy-dictionary" ->
                parquet(ParquetSerDe.builder().enableDictionaryCompression(true).build());
            case "orc-snappy" -> orc(OrcSerDe.builder().build());
            case "orc-zlib" ->
                orc(OrcSerDe.builder().compression(OrcCompression.ZLIB).build());
            default -> throw new IllegalArgumentException(format);
        };
    }

    private static Serializer parquet(ParquetSerDe options) {
        return Serializer.builder().parquetSerDe(options).build();
    }

    private static Serializer orc(OrcSerDe options) {
        return Serializer.builder().orcSerDe(options).build();
    }
}
