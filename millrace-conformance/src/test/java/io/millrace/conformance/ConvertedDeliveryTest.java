package io.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.formats.Arrow;
import io.millrace.server.Millrace;
import io.millrace.server.MillraceConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import org.duckdb.DuckDBDriver;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.firehose.model.ExtendedS3DestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.Serializer;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.glue.model.Column;

/** Log lines go in as JSON and come out as files of a table, which another library reads. */
class ConvertedDeliveryTest {
    private static final JsonMapper JSON = new JsonMapper();

    private static Millrace millrace;
    private static FirehoseSdk firehose;
    private static GlueClient glue;

    @BeforeAll
    static void startWithATable() {
        millrace = Millrace.start(MillraceConfig.ephemeral().with("firehose.interval-max", "1s"));
        firehose = FirehoseSdk.connect(millrace.endpoint());
        glue = TableCatalogTest.clientOf(millrace);
        glue.createDatabase(request -> request.databaseInput(input -> input.name("web")));
        glue.createTable(request -> request.databaseName("web")
                .tableInput(table -> table.name("requests")
                        .storageDescriptor(storage -> storage.columns(
                                column("ts", "timestamp"),
                                column("path", "string"),
                                column("status", "int"),
                                column("cost", "decimal(10,2)"),
                                column("cached", "boolean"),
                                column("tags", "array<string>"),
                                column("client", "struct<ip:string,port:int>")))));
    }

    @AfterAll
    static void stop() {
        glue.close();
        firehose.close();
        millrace.close();
    }

    private static Column column(String name, String type) {
        return Column.builder().name(name).type(type).build();
    }

    private static ExtendedS3DestinationConfiguration.Builder converted(
            String bucket, Consumer<Serializer.Builder> serializer) {
        return FirehoseSdk.to(bucket)
                .prefix("ok/!{timestamp:yyyy}/")
                .errorOutputPrefix("err/!{firehose:error-output-type}/")
                .dataFormatConversionConfiguration(conversion -> conversion
                        .enabled(true)
                        .schemaConfiguration(schema -> schema.roleARN(FirehoseSdk.ROLE)
                                .databaseName("web")
                                .tableName("requests"))
                        .inputFormatConfiguration(input -> input.deserializer(it -> it.openXJsonSerDe(_ -> {})))
                        .outputFormatConfiguration(output -> output.serializer(serializer)));
    }

    private static Path folder(String bucket) {
        return millrace.dataDirectory().resolve("objects").resolve(bucket);
    }

    @Test
    void anotherLibraryReadsTheParquetFilesValueByValue() throws SQLException {
        firehose.create("parquet", converted("parquet", it -> it.parquetSerDe(serde -> serde.compression("SNAPPY"))));
        firehose.put(
                "parquet",
                "{\"ts\":\"2030-01-01T12:00:00.5Z\",\"path\":\"/größe\",\"status\":200,\"cost\":1.255,\"cached\":true,"
                        + "\"tags\":[\"a\",\"b\"],\"client\":{\"ip\":\"10.0.0.1\",\"port\":8080}}\n",
                "nonsense\n",
                "{\"Path\":\"/two\",\"status\":\"404\",\"unknown\":1}\n{\"ts\":1893499200,\"status\":-1}\n",
                "{\"path\":\"/three\",\"status\":\"soon\"}\n");
        var delivered = new DeliveredFolder(folder("parquet"));
        Await.until(
                "delivery",
                () -> delivered.lines("err/").size() >= 2
                        && !keys(delivered, "ok/").isEmpty());

        assertThat(keys(delivered, "ok/")).singleElement().asString().endsWith(".parquet");
        var files = "('" + folder("parquet") + "/ok/**/*.parquet')";
        assertThat(query(
                        "select epoch_ms(ts), path, status, cost, cached, tags, client.ip, client.port from read_parquet"
                                + files + " order by status desc"))
                .containsExactly(
                        "null|/two|404|null|null|null|null|null",
                        "1893499200500|/größe|200|1.26|true|[a, b]|10.0.0.1|8080",
                        "1893499200000|null|-1|null|null|null|null|null");
        assertThat(query("select distinct compression from parquet_metadata" + files))
                .containsExactly("SNAPPY");
        assertThat(delivered.lines("err/format-conversion-failed/"))
                .extracting(ConvertedDeliveryTest::reason)
                .containsExactlyInAnyOrder(
                        "web.requests DataFormatConversion.ParseError nonsense",
                        "web.requests DataFormatConversion.MalformedData {\"path\":\"/three\",\"status\":\"soon\"}");
    }

    private static List<String> keys(DeliveredFolder delivered, String prefix) {
        return delivered.objects().keySet().stream()
                .filter(key -> key.startsWith(prefix))
                .toList();
    }

    private static String reason(String line) {
        var failure = json(line);
        var table = failure.path("dataCatalogTable");
        assertThat(failure.path("attemptsMade").asInt()).isEqualTo(1);
        assertThat(failure.path("lastErrorMessage").asText()).isNotEmpty();
        return table.path("databaseName").asText() + "."
                + table.path("tableName").asText() + " "
                + failure.path("lastErrorCode").asText() + " "
                + new String(Base64.getDecoder().decode(failure.path("rawData").asText()), StandardCharsets.UTF_8)
                        .strip();
    }

    private static JsonNode json(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> query(String sql) throws SQLException {
        try (var connection = new DuckDBDriver().connect("jdbc:duckdb:", new Properties());
                var statement = connection.createStatement();
                var results = statement.executeQuery(sql)) {
            var rows = new ArrayList<String>();
            while (results.next()) {
                var values = new ArrayList<String>();
                for (int column = 1; column <= results.getMetaData().getColumnCount(); column++) {
                    values.add(String.valueOf(results.getString(column)));
                }
                rows.add(String.join("|", values));
            }
            return rows;
        }
    }

    @Test
    void anotherLibraryReadsTheOrcFilesValueByValue() throws Exception {
        firehose.create("orc", converted("orc", it -> it.orcSerDe(serde -> serde.compression("SNAPPY"))));
        firehose.put(
                "orc",
                "{\"ts\":\"2030-01-01T12:00:00.5Z\",\"path\":\"/größe\",\"status\":200,\"cost\":1.255,\"cached\":true,"
                        + "\"tags\":[\"a\",\"b\"],\"client\":{\"ip\":\"10.0.0.1\",\"port\":8080}}\n",
                "nonsense\n",
                "{\"Path\":\"/two\",\"status\":\"404\",\"unknown\":1}\n{\"ts\":1893499200,\"status\":-1}\n",
                "{\"path\":\"/three\",\"status\":\"soon\"}\n");
        var delivered = new DeliveredFolder(folder("orc"));
        Await.until(
                "delivery",
                () -> delivered.lines("err/").size() >= 2
                        && !keys(delivered, "ok/").isEmpty());

        assertThat(keys(delivered, "ok/")).singleElement().asString().endsWith(".orc");
        var noon = LocalDateTime.parse("2030-01-01T12:00");
        assertThat(Arrow.rows(folder("orc").resolve(keys(delivered, "ok/").getFirst())))
                .containsExactly(
                        Arrays.asList(
                                noon.plusNanos(500_000_000),
                                "/größe",
                                200L,
                                new BigDecimal("1.26"),
                                true,
                                List.of("a", "b"),
                                Map.of("ip", "10.0.0.1", "port", 8080L)),
                        Arrays.asList(null, "/two", 404L, null, null, null, null),
                        Arrays.asList(noon, null, -1L, null, null, null, null));
        assertThat(delivered.lines("err/format-conversion-failed/"))
                .extracting(ConvertedDeliveryTest::reason)
                .containsExactlyInAnyOrder(
                        "web.requests DataFormatConversion.ParseError nonsense",
                        "web.requests DataFormatConversion.MalformedData {\"path\":\"/three\",\"status\":\"soon\"}");
    }
}
