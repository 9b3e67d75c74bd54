package io.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.server.Millrace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.glue.model.Column;

/** {@code millrace firehose} against a server. */
@ExtendWith(SharedServer.class)
class DeliveryCommandsTest {
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private Path folder;

    private final String name = "cli-" + UUID.randomUUID();
    private CommandRun command;

    @BeforeEach
    void useServer(Millrace millrace) {
        command = new CommandRun(millrace.endpoint().toString(), folder);
    }

    @Test
    void createsListsDescribesAndDeletes() throws IOException {
        command.succeed(
                "firehose",
                "create",
                name,
                "--bucket",
                "lake",
                "--prefix",
                "logs/",
                "--compress",
                "gzip",
                "--size-mb",
                "7");

        assertThat(command.succeed("firehose", "list").out().lines()).contains(name);
        assertThat(command.succeed("firehose", "describe", name).out())
                .contains("arn:aws:s3:::lake/logs/", "GZIP", "7 MiB or 300 s", "ACTIVE", "DirectPut");
        var s3 = described().path("ExtendedS3DestinationDescription");
        assertThat(s3.path("BufferingHints").path("SizeInMBs").asInt()).isEqualTo(7);
        assertThat(s3.path("ProcessingConfiguration").path("Enabled").isBoolean())
                .isTrue();

        command.succeed("firehose", "delete", name);

        assertThat(command.succeed("firehose", "list").out().lines()).doesNotContain(name);
        var missing = command.run("firehose", "describe", name);
        assertThat(missing.exitCode()).isEqualTo(1);
        assertThat(missing.err())
                .isEqualTo("Firehose " + name + " under account 000000000000 not found. (ResourceNotFoundException)\n");
    }

    private JsonNode described() throws IOException {
        return JSON.readTree(command.succeed("firehose", "describe", name, "--output", "json")
                        .out())
                .path("Destinations")
                .path(0);
    }

    @Test
    void deliversAStreamToAnEndpoint() throws IOException {
        command.succeed("streams", "create", name, "--shards", "1", "--wait");
        command.succeed(
                "firehose",
                "create",
                name,
                "--http",
                "http://localhost:9000/in",
                "--access-key",
                "secret",
                "--source-stream",
                name,
                "--interval-s",
                "1");

        var all = command.succeed("firehose", "describe", name, "--output", "json")
                .out();
        assertThat(all).doesNotContain("secret");
        assertThat(JSON.readTree(all)
                        .path("Source")
                        .path("KinesisStreamSourceDescription")
                        .path("KinesisStreamARN")
                        .asText())
                .isEqualTo("arn:aws:kinesis:us-east-1:000000000000:stream/" + name);
        assertThat(described()
                        .path("HttpEndpointDestinationDescription")
                        .path("S3DestinationDescription")
                        .path("BucketARN")
                        .asText())
                .isEqualTo("arn:aws:s3:::" + name + "-failed");
    }

    @Test
    void convertsWithATablesSchema(Millrace millrace) throws IOException {
        var database = "web_" + UUID.randomUUID().toString().replace("-", "");
        try (var glue = TableCatalogTest.clientOf(millrace)) {
            glue.createDatabase(request -> request.databaseInput(input -> input.name(database)));
            glue.createTable(request -> request.databaseName(database)
                    .tableInput(input -> input.name("logs")
                            .storageDescriptor(storage -> storage.columns(
                                    Column.builder().name("path").type("string").build()))));
        }
        command.succeed(
                "firehose",
                "create",
                name,
                "--to-folder",
                "lake",
                "--parquet",
                database + ".logs",
                "--interval-s",
                "9");

        var conversion = described().path("ExtendedS3DestinationDescription").path("DataFormatConversionConfiguration");
        assertThat(conversion.path("SchemaConfiguration").path("TableName").asText())
                .isEqualTo("logs");
        assertThat(conversion
                        .path("OutputFormatConfiguration")
                        .path("Serializer")
                        .has("ParquetSerDe"))
                .isTrue();
    }

    @Test
    void knowsServicesByTheirNames() throws IOException {
        assertThat(command.succeed("firehose", "presets").out())
                .contains("datadog", "Datadog", "logs-us1, logs-us3", "honeycomb", "dataset");
        command.succeed(
                "firehose",
                "create",
                name,
                "--preset",
                "honeycomb",
                "--site",
                "eu",
                "--access-key",
                "secret",
                "--param",
                "dataset=web",
                "--param",
                "team=a",
                "--interval-s",
                "7");

        var http = described().path("HttpEndpointDestinationDescription");
        assertThat(http.path("EndpointConfiguration").path("Url").asText())
                .isEqualTo("https://api.eu1.honeycomb.io/1/kinesis_events/web");
        assertThat(http.path("EndpointConfiguration").path("Name").asText()).isEqualTo("Honeycomb");
        assertThat(http.path("RequestConfiguration").toString())
                .isEqualTo("{\"ContentEncoding\":\"GZIP\",\"CommonAttributes\":[{\"AttributeName\":\"team\","
                        + "\"AttributeValue\":\"a\"}]}");
        assertThat(http.path("BufferingHints").path("IntervalInSeconds").asInt())
                .isEqualTo(7);
        assertThat(command.run("firehose", "create", name, "--preset", "datadog")
                        .err())
                .startsWith("The preset datadog needs --access-key: API key.");
        assertThat(command.run("firehose", "create", name, "--preset", "nowhere")
                        .err())
                .startsWith("There is no preset nowhere. See 'millrace firehose presets'.");
    }

    @Test
    void takesAnythingFromAFile() throws IOException {
        var file = Files.writeString(folder.resolve("input.json"), """
                {"SplunkDestinationConfiguration": {
                    "HECEndpoint": "http://localhost:8088", "HECEndpointType": "Raw", "HECToken": "t",
                    "S3Configuration": {"RoleARN": "arn:aws:iam::123456789012:role/r", "BucketARN": "arn:aws:s3:::b"}},
                 "Tags": [{"Key": "a", "Value": "b"}]}
                """);

        command.succeed("firehose", "create", name, "--cli-input-json", file.toString());

        assertThat(described()
                        .path("SplunkDestinationDescription")
                        .path("HECEndpoint")
                        .asText())
                .isEqualTo("http://localhost:8088");
    }

    @Test
    void refusesWhatMakesNoSense() throws IOException {
        var wrong = Files.writeString(folder.resolve("wrong.json"), "{\"Destination\": 1}");

        assertThat(command.run("firehose", "create", name).err())
                .startsWith("Say where to deliver to: --bucket, --http, --preset or --cli-input-json.");
        assertThat(command.run("firehose", "create", name, "--bucket", "b", "--parquet", "t")
                        .err())
                .startsWith("'t' is not a table. Write DATABASE.TABLE.");
        assertThat(command.run("firehose", "create", name, "--cli-input-json", wrong.toString())
                        .err())
                .startsWith("The file has a member Destination that the API does not have there.");
        assertThat(command.run("firehose", "create", name, "--bucket", "b", "--size-mb", "500")
                        .err())
                .contains("Member must have value less than or equal to 128 (ValidationException)");
    }
}
