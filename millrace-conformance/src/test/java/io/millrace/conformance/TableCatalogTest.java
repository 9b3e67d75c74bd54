package io.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.millrace.server.Millrace;
import io.millrace.server.MillraceConfig;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.glue.model.AlreadyExistsException;
import software.amazon.awssdk.services.glue.model.Column;
import software.amazon.awssdk.services.glue.model.ConcurrentModificationException;
import software.amazon.awssdk.services.glue.model.Database;
import software.amazon.awssdk.services.glue.model.EntityNotFoundException;
import software.amazon.awssdk.services.glue.model.GlueException;
import software.amazon.awssdk.services.glue.model.IcebergSchema;
import software.amazon.awssdk.services.glue.model.IcebergStructField;
import software.amazon.awssdk.services.glue.model.InvalidInputException;
import software.amazon.awssdk.services.glue.model.Order;
import software.amazon.awssdk.services.glue.model.PartitionInput;
import software.amazon.awssdk.services.glue.model.Table;
import software.amazon.awssdk.services.glue.model.TableInput;

@ExtendWith(SharedServer.class)
class TableCatalogTest {
    private static final Column ID = Column.builder().name("id").type("bigint").build();
    private static final Column ITEMS = Column.builder()
            .name("items")
            .type("array<struct<sku:string,n:int>>")
            .comment("größer als sonst")
            .build();

    private GlueClient glue;
    private String lake;

    static GlueClient clientOf(Millrace server) {
        return clientOf(server.endpoint());
    }

    static GlueClient clientOf(URI endpoint) {
        return GlueClient.builder()
                .endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create("millrace", "millrace")))
                .httpClient(UrlConnectionHttpClient.create())
                .build();
    }

    @BeforeEach
    void createADatabase(Millrace server) {
        glue = clientOf(server);
        lake = "lake_" + UUID.randomUUID().toString().replace("-", "");
        glue.createDatabase(request -> request.databaseInput(input -> input.name(lake)));
    }

    @AfterEach
    void deleteIt() {
        glue.deleteDatabase(request -> request.name(lake));
        glue.close();
    }

    private static TableInput orders(Column... columns) {
        return TableInput.builder()
                .name("Orders")
                .tableType("EXTERNAL_TABLE")
                .parameters(Map.of("classification", "parquet"))
                .lastAccessTime(Instant.parse("2030-01-01T00:00:00.5Z"))
                .partitionKeys(Column.builder().name("day").type("date").build())
                .storageDescriptor(storage -> storage.columns(columns)
                        .location("s3://lake/orders/")
                        .compressed(true)
                        .sortColumns(Order.builder().column("id").sortOrder(0).build())
                        .serdeInfo(serde -> serde.parameters(Map.of("paths", "id,items"))))
                .build();
    }

    @Test
    void describesATableAsItWasMade() {
        glue.createTable(request -> request.databaseName(lake).tableInput(orders(ID, ITEMS)));

        var table = glue.getTable(request -> request.databaseName(lake).name("ORDERS"))
                .table();

        assertThat(table.name()).isEqualTo("orders");
        assertThat(table.databaseName()).isEqualTo(lake);
        assertThat(table.versionId()).isEqualTo("0");
        assertThat(table.catalogId()).isEqualTo("000000000000");
        assertThat(table.storageDescriptor().columns()).containsExactly(ID, ITEMS);
        assertThat(table.storageDescriptor().compressed()).isTrue();
        assertThat(table.storageDescriptor().serdeInfo())
                .isEqualTo(orders().storageDescriptor().serdeInfo());
        assertThat(table.lastAccessTime()).isEqualTo(Instant.parse("2030-01-01T00:00:00.5Z"));
        assertThat(table.parameters()).containsExactly(Map.entry("classification", "parquet"));
        assertThat(table.partitionKeys()).extracting(Column::name).containsExactly("day");
    }

    @Test
    void makesVersions() {
        glue.createTable(request -> request.databaseName(lake).tableInput(orders(ID)));
        glue.updateTable(request ->
                request.databaseName(lake).tableInput(orders(ID, ITEMS)).versionId("0"));

        var versions = glue
                .getTableVersionsPaginator(request ->
                        request.databaseName(lake).tableName("orders").maxResults(1))
                .stream()
                .flatMap(page -> page.tableVersions().stream())
                .toList();

        assertThat(versions).extracting(version -> version.versionId()).containsExactly("1", "0");
        assertThat(versions.getLast().table().storageDescriptor().columns()).containsExactly(ID);
        assertThatExceptionOfType(ConcurrentModificationException.class)
                .isThrownBy(() -> glue.updateTable(request ->
                        request.databaseName(lake).tableInput(orders()).versionId("0")));
    }

    @Test
    void pagesThroughDatabasesAndTables() {
        for (var name : List.of("a", "b", "c")) {
            glue.createTable(request -> request.databaseName(lake).tableInput(table -> table.name(name)));
        }
        assertThat(glue.getTablesPaginator(request -> request.databaseName(lake).maxResults(2)).stream()
                        .flatMap(page -> page.tableList().stream()))
                .extracting(Table::name)
                .containsExactly("a", "b", "c");
        assertThat(glue.getDatabasesPaginator(request -> request.maxResults(1)).stream()
                        .flatMap(page -> page.databaseList().stream()))
                .extracting(Database::name)
                .contains(lake);
    }

    @Test
    void keepsPartitions() {
        glue.createTable(request -> request.databaseName(lake).tableInput(orders(ID)));
        glue.createPartition(request -> request.databaseName(lake)
                .tableName("orders")
                .partitionInput(partition -> partition.values("2030-01-01")));
        var reply = glue.batchCreatePartition(request -> request.databaseName(lake)
                .tableName("orders")
                .partitionInputList(
                        PartitionInput.builder().values("2030-01-01").build(),
                        PartitionInput.builder().values("2030-01-02").build()));

        assertThat(reply.errors())
                .singleElement()
                .satisfies(
                        error -> assertThat(error.errorDetail().errorMessage()).isEqualTo("Partition already exists."));
        assertThat(glue.getPartitions(request ->
                                request.databaseName(lake).tableName("orders").expression("day > '2030-01-01'"))
                        .partitions())
                .singleElement()
                .satisfies(partition -> assertThat(partition.values()).containsExactly("2030-01-02"));
        assertThat(glue.getPartition(request ->
                                request.databaseName(lake).tableName("orders").partitionValues("2030-01-01"))
                        .partition()
                        .tableName())
                .isEqualTo("orders");
    }

    @Test
    void refusesAsTheServiceDoes() {
        assertThatExceptionOfType(EntityNotFoundException.class)
                .isThrownBy(() -> glue.getDatabase(request -> request.name("pond")))
                .withMessageContaining("Database pond not found.")
                .satisfies(e -> assertThat(e.statusCode()).isEqualTo(400));
        assertThatExceptionOfType(EntityNotFoundException.class)
                .isThrownBy(() ->
                        glue.getTable(request -> request.databaseName(lake).name("returns")))
                .withMessageContaining("Table returns not found.");
        assertThatExceptionOfType(AlreadyExistsException.class)
                .isThrownBy(() -> glue.createDatabase(request -> request.databaseInput(input -> input.name(lake))));
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> glue.getDatabases(request -> request.nextToken("made up")));
        assertThatExceptionOfType(GlueException.class)
                .isThrownBy(() -> glue.createDatabase(request -> request.databaseInput(input -> input.name(""))))
                .withMessageContaining("1 validation error detected: Value '' at 'databaseInput.name' failed to satisfy"
                        + " constraint: Member must have length greater than or equal to 1")
                .satisfies(e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("ValidationException"));
        assertThatExceptionOfType(GlueException.class)
                .isThrownBy(() -> glue.getCrawlers(request -> {}))
                .satisfies(e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("UnknownOperationException"));
    }

    @Test
    void refusesTableFormatsWhateverTheyHold() {
        var anything = Document.mapBuilder().putString("type", "list").build();
        var schema = IcebergSchema.builder()
                .fields(IcebergStructField.builder()
                        .id(1)
                        .name("id")
                        .required(true)
                        .type(anything)
                        .build())
                .build();
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> glue.createTable(request -> request.databaseName(lake)
                        .tableInput(orders(ID))
                        .openTableFormatInput(format ->
                                format.icebergInput(iceberg -> iceberg.metadataOperation("CREATE")
                                        .createIcebergTableInput(table ->
                                                table.location("s3://lake/t").schema(schema))))));
    }

    @Test
    void remembersAcrossRestarts(@TempDir Path folder) {
        var config = MillraceConfig.inDirectory(folder).with("server.port", "0");
        try (var server = Millrace.start(config);
                var client = clientOf(server)) {
            client.createDatabase(request -> request.databaseInput(input -> input.name("lake")));
            client.createTable(request -> request.databaseName("lake").tableInput(orders(ID, ITEMS)));
        }
        try (var server = Millrace.start(config);
                var client = clientOf(server)) {
            assertThat(client.getTable(request -> request.databaseName("lake").name("orders"))
                            .table()
                            .storageDescriptor()
                            .columns())
                    .containsExactly(ID, ITEMS);
        }
    }
}
