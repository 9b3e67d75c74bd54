package io.millrace.bench.jmh;

import io.millrace.formats.ColumnarWriter;
import io.millrace.formats.JsonDeserializer;
import io.millrace.formats.Rows;
import io.millrace.formats.TableSchema;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
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
    private static final String[] COUNTRIES = {"DE", "FR", "US", "JP", "BR", "IN", "GB", "ZA"};

    /** What a table of web requests has, nested parts and all. */
    private static final TableSchema REQUESTS = new TableSchema(List.of(
            TableSchema.Column.of("request_id", "string"),
            TableSchema.Column.of("received", "timestamp"),
            TableSchema.Column.of("customer", "bigint"),
            TableSchema.Column.of("method", "string"),
            TableSchema.Column.of("path", "string"),
            TableSchema.Column.of("status", "int"),
            TableSchema.Column.of("bytes_sent", "bigint"),
            TableSchema.Column.of("seconds", "double"),
            TableSchema.Column.of("price", "decimal(12,4)"),
            TableSchema.Column.of("cached", "boolean"),
            TableSchema.Column.of("user_agent", "string"),
            TableSchema.Column.of("client", "struct<ip:string,country:string,port:int>"),
            TableSchema.Column.of("headers", "map<string,string>"),
            TableSchema.Column.of("tags", "array<string>")));

    @Param({"parquet-snappy", "parquet-gzip", "parquet-none", "parquet-snappy-dictionary", "orc-snappy", "orc-zlib"})
    String format = "parquet-snappy";

    private final List<byte[]> records = new ArrayList<>();
    private final Rows rows = new Rows(REQUESTS);
    private final JsonDeserializer deserializer = new JsonDeserializer(
            Deserializer.builder()
                    .openXJsonSerDe(OpenXJsonSerDe.builder().build())
                    .build(),
            REQUESTS);
    private ColumnarWriter file;

    @Setup
    public void prepare() throws IOException {
        var random = new SplittableRandom(1);
        int bytes = 0;
        for (int number = 0; bytes < MEGABYTE; number++) {
            var record = record(random, number).getBytes(StandardCharsets.UTF_8);
            records.add(record);
            bytes += record.length;
        }
        file = ColumnarWriter.open(serializer(), REQUESTS, OutputStream.nullOutputStream(), MEMORY_BYTES);
    }

    @TearDown
    public void finish() throws IOException {
        file.finish();
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
        for (var record : records) {
            deserializer.read(record, 0, record.length, rows);
            file.write(rows);
            rows.clear();
        }
        return file.bufferedBytes();
    }

    private Serializer serializer() {
        return switch (format) {
            case "parquet-snappy" -> parquet(ParquetSerDe.builder().build());
            case "parquet-gzip" -> parquet(
                    ParquetSerDe.builder().compression(ParquetCompression.GZIP).build());
            case "parquet-none" -> parquet(ParquetSerDe.builder()
                    .compression(ParquetCompression.UNCOMPRESSED)
                    .build());
            case "parquet-snappy-dictionary" -> parquet(
                    ParquetSerDe.builder().enableDictionaryCompression(true).build());
            case "orc-snappy" -> orc(OrcSerDe.builder().build());
            case "orc-zlib" -> orc(
                    OrcSerDe.builder().compression(OrcCompression.ZLIB).build());
            default -> throw new IllegalArgumentException(format);
        };
    }

    private static Serializer parquet(ParquetSerDe options) {
        return Serializer.builder().parquetSerDe(options).build();
    }

    private static Serializer orc(OrcSerDe options) {
        return Serializer.builder().orcSerDe(options).build();
    }

    private static String record(SplittableRandom random, int number) {
        return ("{\"request_id\":\"%016x%016x\",\"received\":\"2026-03-%02dT%02d:%02d:%02d.%03dZ\",\"customer\":%d,"
                        + "\"method\":\"%s\",\"path\":\"/shop/items/%d/reviews?page=%d\",\"status\":%d,\"bytes_sent\":%d,"
                        + "\"seconds\":%.6f,\"price\":%.4f,\"cached\":%b,"
                        + "\"user_agent\":\"Mozilla/5.0 (X11; Linux x86_64; rv:%d.0) Gecko/20100101 Firefox/%d.0\","
                        + "\"client\":{\"ip\":\"10.%d.%d.%d\",\"country\":\"%s\",\"port\":%d},"
                        + "\"headers\":{\"accept\":\"text/html\",\"accept-language\":\"en\",\"x-trace\":\"%08x\"},"
                        + "\"tags\":[\"shop\",\"region-%d\"],\"undeclared\":{\"number\":%d}}\n")
                .formatted(
                        random.nextLong(),
                        random.nextLong(),
                        1 + random.nextInt(28),
                        random.nextInt(24),
                        random.nextInt(60),
                        random.nextInt(60),
                        random.nextInt(1000),
                        random.nextInt(100_000),
                        random.nextInt(10) == 0 ? "POST" : "GET",
                        random.nextInt(50_000),
                        random.nextInt(20),
                        random.nextInt(20) == 0 ? 404 : 200,
                        random.nextInt(200_000),
                        random.nextDouble(),
                        random.nextDouble() * 1000,
                        random.nextBoolean(),
                        100 + random.nextInt(40),
                        100 + random.nextInt(40),
                        random.nextInt(256),
                        random.nextInt(256),
                        random.nextInt(256),
                        COUNTRIES[random.nextInt(COUNTRIES.length)],
                        1024 + random.nextInt(60_000),
                        random.nextInt(),
                        random.nextInt(12),
                        number);
    }
}
