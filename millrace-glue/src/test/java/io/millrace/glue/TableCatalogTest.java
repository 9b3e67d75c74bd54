package io.millrace.glue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.catalog.SqliteCatalog;
import io.millrace.model.AlreadyExistsException;
import io.millrace.model.Caller;
import io.millrace.model.ConcurrentModificationException;
import io.millrace.model.EntityNotFoundException;
import io.millrace.model.InvalidInputException;
import io.millrace.model.Namespace;
import io.millrace.testkit.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.glue.model.BatchCreatePartitionRequest;
import software.amazon.awssdk.services.glue.model.Column;
import software.amazon.awssdk.services.glue.model.CreateDatabaseRequest;
import software.amazon.awssdk.services.glue.model.CreatePartitionRequest;
import software.amazon.awssdk.services.glue.model.CreateTableRequest;
import software.amazon.awssdk.services.glue.model.Database;
import software.amazon.awssdk.services.glue.model.DeleteDatabaseRequest;
import software.amazon.awssdk.services.glue.model.DeleteTableRequest;
import software.amazon.awssdk.services.glue.model.GetDatabaseRequest;
import software.amazon.awssdk.services.glue.model.GetDatabasesRequest;
import software.amazon.awssdk.services.glue.model.GetPartitionRequest;
import software.amazon.awssdk.services.glue.model.GetPartitionsRequest;
import software.amazon.awssdk.services.glue.model.GetTableRequest;
import software.amazon.awssdk.services.glue.model.GetTableVersionRequest;
import software.amazon.awssdk.services.glue.model.GetTableVersionsRequest;
import software.amazon.awssdk.services.glue.model.GetTablesRequest;
import software.amazon.awssdk.services.glue.model.Order;
import software.amazon.awssdk.services.glue.model.PartitionIndex;
import software.amazon.awssdk.services.glue.model.PartitionInput;
import software.amazon.awssdk.services.glue.model.StorageDescriptor;
import software.amazon.awssdk.services.glue.model.Table;
import software.amazon.awssdk.services.glue.model.TableInput;
import software.amazon.awssdk.services.glue.model.TableVersion;
import software.amazon.awssdk.services.glue.model.UpdateDatabaseRequest;
import software.amazon.awssdk.services.glue.model.UpdateTableRequest;

class TableCatalogTest {
    private static final Namespace HOME = new Namespace("111122223333", "eu-west-1");
    private static final Instant BEGIN = Instant.parse("2030-01-01T00:00:00Z");
    private static final TableInput ORDERS = TableInput.builder()
            .name("Orders")
            .description("what was bought")
            .owner("sales")
            .retention(7)
            .tableType("EXTERNAL_TABLE")
            .parameters(Map.of("classification", "parquet"))
            .lastAccessTime(Instant.ofEpochMilli(1_700_000_000_123L))
            .partitionKeys(column("day", "date"), column("shop", "int"))
            .storageDescriptor(storage -> storage.location("s3://lake/orders/")
                    .columns(
                            column("id", "bigint"),
                            column("Items", "array<struct<sku:string,n:int>>"),
                            Column.builder().name("note").build())
                    .serdeInfo(serde -> serde.serializationLibrary("org.example.Serde")
                            .parameters(Map.of("serialization.format", "1")))
                    .sortColumns(Order.builder().column("id").sortOrder(1).build())
                    .skewedInfo(skewed -> skewed.skewedColumnNames("id"))
                    .schemaReference(schema -> schema.schemaVersionNumber(3L)))
            .build();

    @TempDir
    private Path folder;

    private final ManualClock clock = new ManualClock(BEGIN);
    private SqliteCatalog sql;
    private TableCatalog tables;

    @BeforeEach
    void open() {
        sql = SqliteCatalog.open(folder.resolve("catalog.db"));
        tables = new TableCatalog(sql, clock);
    }

    @AfterEach
    void close() {
        sql.close();
    }

    private static Column column(String name, String type) {
        return Column.builder().name(name).type(type).build();
    }

    private static Caller caller(Namespace namespace) {
        return new Caller(namespace, "arn:aws:iam::" + namespace.account() + ":root", "", "r");
    }

    @Test
    void keepsADatabaseAcrossRestarts() {
        tables.createDatabase(
                caller(HOME),
                CreateDatabaseRequest.builder()
                        .databaseInput(input -> input.name("Lake")
                                .description("all of it")
                                .locationUri("s3://lake/")
                                .parameters(Map.of("a", "b")))
                        .build());
        sql.close();
        open();

        var database = database("LAKE");
        assertThat(database.name()).isEqualTo("lake");
        assertThat(database.description()).isEqualTo("all of it");
        assertThat(database.locationUri()).isEqualTo("s3://lake/");
        assertThat(database.parameters()).containsExactly(Map.entry("a", "b"));
        assertThat(database.createTime()).isEqualTo(BEGIN);
        assertThat(database.catalogId()).isEqualTo("111122223333");
        assertThat(database.createTableDefaultPermissions())
                .singleElement()
                .satisfies(all -> assertThat(all.principal().dataLakePrincipalIdentifier())
                        .isEqualTo("IAM_ALLOWED_PRINCIPALS"));
    }

    @Test
    void refusesADatabaseThatIsThereAlreadyAndOneThatIsNot() {
        create("lake");

        assertThatThrownBy(() -> create("LAKE"))
                .isInstanceOf(AlreadyExistsException.class)
                .hasMessage("Database already exists.");
        var noPond = "Database pond not found.";
        notFound(noPond, () -> database("Pond"));
        notFound(
                noPond,
                () -> tables.deleteDatabase(
                        caller(HOME),
                        DeleteDatabaseRequest.builder().name("pond").build()));
        notFound(noPond, () -> put("pond", ORDERS));
        notFound(noPond, () -> table("pond", "orders"));
        notFound(noPond, () -> listTables("pond", request -> {}));
        notFound(
                noPond,
                () -> tables.updateDatabase(
                        caller(HOME),
                        UpdateDatabaseRequest.builder()
                                .name("pond")
                                .databaseInput(input -> input.name("pond"))
                                .build()));
        notFound(
                noPond,
                () -> tables.deleteTable(
                        caller(HOME),
                        DeleteTableRequest.builder()
                                .databaseName("pond")
                                .name("t")
                                .build()));
    }

    @Test
    void keepsCatalogsOfAccountsAndRegionsApart() {
        create("lake");
        var elsewhere = caller(new Namespace("111122223333", "us-east-1"));

        assertThat(tables.getDatabases(elsewhere, GetDatabasesRequest.builder().build())
                        .databaseList())
                .isEmpty();
        assertThat(tables.getDatabase(
                                caller(new Namespace("999999999999", "eu-west-1")),
                                GetDatabaseRequest.builder()
                                        .catalogId("111122223333")
                                        .name("lake")
                                        .build())
                        .database()
                        .catalogId())
                .isEqualTo("111122223333");
        notFound(
                "Catalog else not found.",
                () -> tables.getDatabase(
                        elsewhere,
                        GetDatabaseRequest.builder()
                                .catalogId("else")
                                .name("lake")
                                .build()));
    }

    @Test
    void changesADatabaseButNotItsName() {
        create("lake");
        tables.updateDatabase(
                caller(HOME),
                UpdateDatabaseRequest.builder()
                        .name("lake")
                        .databaseInput(input -> input.name("Lake").description("new"))
                        .build());

        assertThat(database("lake").description()).isEqualTo("new");
        assertThatThrownBy(() -> tables.updateDatabase(
                        caller(HOME),
                        UpdateDatabaseRequest.builder()
                                .name("lake")
                                .databaseInput(input -> input.name("pond"))
                                .build()))
                .isInstanceOf(InvalidInputException.class);
    }

    @Test
    void listsDatabasesPageByPage() {
        List.of("c", "a", "b", "e", "d").forEach(this::create);

        var names = new ArrayList<String>();
        var request = GetDatabasesRequest.builder().maxResults(2).build();
        int pages = 0;
        do {
            var page = tables.getDatabases(caller(HOME), request);
            page.databaseList().forEach(database -> names.add(database.name()));
            request = request.toBuilder().nextToken(page.nextToken()).build();
            pages++;
        } while (request.nextToken() != null);

        assertThat(names).containsExactly("a", "b", "c", "d", "e");
        assertThat(pages).isEqualTo(3);
        assertThatThrownBy(() -> tables.getDatabases(
                        caller(HOME),
                        GetDatabasesRequest.builder().nextToken("made up").build()))
                .isInstanceOf(InvalidInputException.class);
    }

    @Test
    void keepsAllThatATableIsDescribedWith() {
        create("lake");
        put("Lake", ORDERS);
        sql.close();
        open();

        var table = table("LAKE", "ORDERS");
        assertThat(table.name()).isEqualTo("orders");
        assertThat(table.databaseName()).isEqualTo("lake");
        assertThat(table.versionId()).isEqualTo("0");
        assertThat(table.createTime()).isEqualTo(BEGIN);
        assertThat(table.updateTime()).isEqualTo(BEGIN);
        assertThat(table.createdBy()).isEqualTo("arn:aws:iam::111122223333:root");
        assertThat(table.catalogId()).isEqualTo("111122223333");
        assertThat(table.retention()).isEqualTo(7);
        assertThat(table.lastAccessTime()).isEqualTo(ORDERS.lastAccessTime());
        assertThat(table.partitionKeys()).isEqualTo(ORDERS.partitionKeys());
        assertThat(table.parameters()).isEqualTo(ORDERS.parameters());
        assertThat(table.storageDescriptor())
                .isEqualTo(ORDERS.storageDescriptor().toBuilder()
                        .compressed(false)
                        .numberOfBuckets(0)
                        .storedAsSubDirectories(false)
                        .build());
    }

    @Test
    void tellsOtherRoomsWhatATableLooksLike() {
        create("lake");
        put("lake", ORDERS);
        change(ORDERS.toBuilder().storageDescriptor((StorageDescriptor) null).build(), null);

        var first = tables.table(HOME, "", "Lake", "Orders", "0");
        assertThat(first.version()).isEqualTo("0");
        assertThat(first.columns())
                .containsExactly(
                        new TableSchema.Column("id", "bigint"),
                        new TableSchema.Column("Items", "array<struct<sku:string,n:int>>"),
                        new TableSchema.Column("note", ""));
        assertThat(first.partitionKeys())
                .containsExactly(new TableSchema.Column("day", "date"), new TableSchema.Column("shop", "int"));
        assertThat(first.location()).isEqualTo("s3://lake/orders/");
        assertThat(first.parameters()).containsExactly(Map.entry("classification", "parquet"));

        var latest = tables.table(HOME, "111122223333", "lake", "orders", TableCatalog.LATEST);
        assertThat(latest.version()).isEqualTo("1");
        assertThat(latest.columns()).isEmpty();
        assertThat(latest.location()).isEmpty();

        notFound("Version not found.", () -> tables.table(HOME, "", "lake", "orders", "2"));
        notFound("Version not found.", () -> tables.table(HOME, "", "lake", "orders", "newest"));
        notFound("Table returns not found.", () -> tables.table(HOME, "", "lake", "returns", "LATEST"));
        notFound("Database pond not found.", () -> tables.table(HOME, "", "pond", "orders", "LATEST"));
    }

    @Test
    void refusesATableThatIsThereAlreadyAndOneThatIsNot() {
        create("lake");
        put("lake", ORDERS);

        assertThatThrownBy(() -> put("lake", ORDERS))
                .isInstanceOf(AlreadyExistsException.class)
                .hasMessage("Table already exists.");
        notFound("Table returns not found.", () -> table("lake", "returns"));
        notFound(
                "Table returns not found.",
                () -> change(ORDERS.toBuilder().name("returns").build(), null));
        notFound(
                "Table returns not found.",
                () -> tables.deleteTable(
                        caller(HOME),
                        DeleteTableRequest.builder()
                                .databaseName("lake")
                                .name("returns")
                                .build()));
    }

    @Test
    void keepsEachVersionOfATable() {
        create("lake");
        put("lake", ORDERS);
        clock.advance(Duration.ofHours(1));
        change(ORDERS.toBuilder().owner("second").build(), null);
        change(ORDERS.toBuilder().owner("third").build(), null);

        assertThat(table("lake", "orders").owner()).isEqualTo("third");
        assertThat(table("lake", "orders").createTime()).isEqualTo(BEGIN);
        assertThat(table("lake", "orders").updateTime()).isEqualTo(BEGIN.plus(Duration.ofHours(1)));
        assertThat(versions(request -> {})).extracting(TableVersion::versionId).containsExactly("2", "1", "0");
        assertThat(version("1").table().owner()).isEqualTo("second");
        assertThat(version(null).versionId()).isEqualTo("2");
        notFound("Version not found.", () -> version("3"));

        var page = tables.getTableVersions(
                caller(HOME),
                GetTableVersionsRequest.builder()
                        .databaseName("lake")
                        .tableName("orders")
                        .maxResults(2)
                        .build());
        assertThat(page.tableVersions()).hasSize(2);
        assertThat(versions(request -> request.nextToken(page.nextToken())))
                .extracting(TableVersion::versionId)
                .containsExactly("0");
    }

    @Test
    void keepsNoEarlierVersionWhenToldSo() {
        create("lake");
        put("lake", ORDERS);
        tables.updateTable(
                caller(HOME),
                UpdateTableRequest.builder()
                        .databaseName("lake")
                        .tableInput(ORDERS)
                        .skipArchive(true)
                        .build());

        assertThat(versions(request -> {})).extracting(TableVersion::versionId).containsExactly("1");
    }

    @Test
    void refusesAChangeOfAVersionThatIsNotTheNewest() {
        create("lake");
        put("lake", ORDERS);
        change(ORDERS, "0");

        assertThatThrownBy(() -> change(ORDERS.toBuilder().owner("late").build(), "0"))
                .isInstanceOf(ConcurrentModificationException.class);
        assertThat(table("lake", "orders").owner()).isEqualTo("sales");
    }

    @Test
    void listsTablesByPatternPageByPage() {
        create("lake");
        for (var name : List.of("orders_eu", "orders_us", "returns", "orders_asia")) {
            put("lake", ORDERS.toBuilder().name(name).tableType("T").build());
        }
        var page = tables.getTables(
                caller(HOME),
                GetTablesRequest.builder()
                        .databaseName("lake")
                        .expression("orders_.*")
                        .maxResults(2)
                        .build());
        assertThat(page.tableList()).extracting(Table::name).containsExactly("orders_asia", "orders_eu");
        assertThat(listTables("lake", request -> request.expression("orders_.*").nextToken(page.nextToken())))
                .extracting(Table::name)
                .containsExactly("orders_us");
        assertThat(listTables("lake", request -> request.attributesToGetWithStrings("NAME")))
                .hasSize(4)
                .allSatisfy(table -> assertThat(table.tableType()).isNull());
        assertThatThrownBy(() -> listTables("lake", request -> request.expression("(")))
                .isInstanceOf(InvalidInputException.class);
    }

    @Test
    void givesUpAPatternThatTakesForEver() {
        create("lake");
        put("lake", ORDERS.toBuilder().name("a".repeat(200)).build());

        assertThatThrownBy(() -> listTables("lake", request -> request.expression("a*a*a*a*a*a*b")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("too long");
    }

    @Test
    void deletesWithADatabaseAllThatIsInIt() {
        create("lake");
        put("lake", ORDERS);
        change(ORDERS, null);
        add("2030-01-01", "1");
        tables.deleteDatabase(
                caller(HOME), DeleteDatabaseRequest.builder().name("lake").build());

        create("lake");
        assertThat(listTables("lake", request -> {})).isEmpty();
        put("lake", ORDERS);
        assertThat(versions(request -> {})).hasSize(1);
        assertThat(partitions(null)).isEmpty();

        tables.deleteTable(
                caller(HOME),
                DeleteTableRequest.builder().databaseName("lake").name("ORDERS").build());
        notFound("Table orders not found.", () -> table("lake", "orders"));
    }

    @Test
    void keepsPartitions() {
        create("lake");
        put("lake", ORDERS);
        add("2030-01-01", "1");

        assertThatThrownBy(() -> add("2030-01-01", "1"))
                .isInstanceOf(AlreadyExistsException.class)
                .hasMessage("Partition already exists.");
        assertThatThrownBy(() -> add("2030-01-01"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("The number of partition keys do not match the number of partition values");
        var found =
                tables.getPartition(caller(HOME), partition("2030-01-01", "1")).partition();
        assertThat(found.values()).containsExactly("2030-01-01", "1");
        assertThat(found.storageDescriptor().location()).isEqualTo("s3://lake/orders/2030-01-01/1");
        assertThat(found.creationTime()).isEqualTo(BEGIN);
        notFound("Cannot find partition.", () -> tables.getPartition(caller(HOME), partition("2030-01-02", "1")));
    }

    private static GetPartitionRequest partition(String... values) {
        return GetPartitionRequest.builder()
                .databaseName("lake")
                .tableName("orders")
                .partitionValues(values)
                .build();
    }

    @Test
    void addsManyPartitionsAndNamesThoseThatWereThere() {
        create("lake");
        put("lake", ORDERS);
        add("2030-01-01", "1");

        var reply = tables.batchCreatePartition(
                caller(HOME),
                BatchCreatePartitionRequest.builder()
                        .databaseName("lake")
                        .tableName("orders")
                        .partitionInputList(
                                PartitionInput.builder()
                                        .values("2030-01-01", "1")
                                        .build(),
                                PartitionInput.builder()
                                        .values("2030-01-01", "2")
                                        .build())
                        .build());

        assertThat(reply.errors()).singleElement().satisfies(error -> {
            assertThat(error.partitionValues()).containsExactly("2030-01-01", "1");
            assertThat(error.errorDetail().errorCode()).isEqualTo("AlreadyExistsException");
        });
        assertThat(partitions(null)).containsExactly("2030-01-01/1", "2030-01-01/2");
    }

    @Test
    void findsPartitionsByExpression() {
        create("lake");
        put("lake", ORDERS);
        for (var day : List.of("2030-01-01", "2030-01-02", "2030-02-01")) {
            for (var shop : List.of("2", "10")) {
                add(day, shop);
            }
        }
        add(PartitionFilter.NULL_VALUE, "3");

        assertThat(partitions("shop > 2")).hasSize(4).contains("2030-01-01/10", PartitionFilter.NULL_VALUE + "/3");
        assertThat(partitions("day = '2030-01-01'")).containsExactly("2030-01-01/10", "2030-01-01/2");
        assertThat(partitions("DAY LIKE '2030-01-%' and 3 > shop")).containsExactly("2030-01-01/2", "2030-01-02/2");
        assertThat(partitions("day BETWEEN '2030-01-02' AND '2030-01-31' OR (shop = 2 AND day >= date '2030-02-01')"))
                .containsExactly("2030-01-02/10", "2030-01-02/2", "2030-02-01/2");
        assertThat(partitions("shop in (2, 3) and not day in ('2030-01-01', '2030-01-02')"))
                .containsExactly("2030-02-01/2", PartitionFilter.NULL_VALUE + "/3");
        assertThat(partitions("day is null")).containsExactly(PartitionFilter.NULL_VALUE + "/3");
        assertThat(partitions("day is not null and shop <> 10 and day not like '%01'"))
                .containsExactly("2030-01-02/2");
        for (var nonsense :
                List.of("shop", "shop = ", "town = 1", "shop + 1 = 2", "(shop = 1", "shop = 1 2", "day not '1'")) {
            assertThatThrownBy(() -> partitions(nonsense))
                    .as(nonsense)
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("Unsupported expression '" + nonsense + "'");
        }
        assertThatThrownBy(() -> partitions("(".repeat(1000))).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> partitions("not ".repeat(500) + "shop = 1")).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void listsPartitionsPageByPageAndInSegments() {
        create("lake");
        put("lake", ORDERS);
        for (int shop = 0; shop < 20; shop++) {
            add("2030-01-01", Integer.toString(shop));
        }
        var paged = new ArrayList<List<String>>();
        var request = GetPartitionsRequest.builder()
                .databaseName("lake")
                .tableName("orders")
                .maxResults(7)
                .excludeColumnSchema(true)
                .build();
        do {
            var page = tables.getPartitions(caller(HOME), request);
            page.partitions().forEach(partition -> {
                paged.add(partition.values());
                assertThat(partition.storageDescriptor().columns()).isEmpty();
            });
            request = request.toBuilder().nextToken(page.nextToken()).build();
        } while (request.nextToken() != null);
        assertThat(paged).hasSize(20).doesNotHaveDuplicates();

        var segments = new ArrayList<List<String>>();
        for (int i = 0; i < 3; i++) {
            int number = i;
            tables.getPartitions(
                            caller(HOME),
                            GetPartitionsRequest.builder()
                                    .databaseName("lake")
                                    .tableName("orders")
                                    .segment(segment ->
                                            segment.segmentNumber(number).totalSegments(3))
                                    .build())
                    .partitions()
                    .forEach(partition -> segments.add(partition.values()));
        }
        assertThat(segments).containsExactlyInAnyOrderElementsOf(paged);
    }

    @Test
    void refusesWhatItDoesNotKeep() {
        create("lake");
        assertThatThrownBy(() -> tables.createTable(
                        caller(HOME),
                        CreateTableRequest.builder()
                                .databaseName("lake")
                                .tableInput(ORDERS)
                                .partitionIndexes(PartitionIndex.builder()
                                        .indexName("i")
                                        .keys("day")
                                        .build())
                                .build()))
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> tables.createTable(
                        caller(HOME),
                        CreateTableRequest.builder()
                                .databaseName("lake")
                                .name("t")
                                .build()))
                .isInstanceOf(InvalidInputException.class);
    }

    private void create(String name) {
        tables.createDatabase(
                caller(HOME),
                CreateDatabaseRequest.builder()
                        .databaseInput(input -> input.name(name))
                        .build());
    }

    private Database database(String name) {
        return tables.getDatabase(
                        caller(HOME), GetDatabaseRequest.builder().name(name).build())
                .database();
    }

    private void put(String database, TableInput table) {
        tables.createTable(
                caller(HOME),
                CreateTableRequest.builder()
                        .databaseName(database)
                        .tableInput(table)
                        .build());
    }

    private void change(TableInput table, String version) {
        tables.updateTable(
                caller(HOME),
                UpdateTableRequest.builder()
                        .databaseName("lake")
                        .tableInput(table)
                        .versionId(version)
                        .build());
    }

    private Table table(String database, String name) {
        return tables.getTable(
                        caller(HOME),
                        GetTableRequest.builder()
                                .databaseName(database)
                                .name(name)
                                .build())
                .table();
    }

    private List<Table> listTables(String database, Consumer<GetTablesRequest.Builder> more) {
        return tables.getTables(
                        caller(HOME),
                        GetTablesRequest.builder()
                                .databaseName(database)
                                .applyMutation(more)
                                .build())
                .tableList();
    }

    private List<TableVersion> versions(Consumer<GetTableVersionsRequest.Builder> more) {
        return tables.getTableVersions(
                        caller(HOME),
                        GetTableVersionsRequest.builder()
                                .databaseName("lake")
                                .tableName("orders")
                                .applyMutation(more)
                                .build())
                .tableVersions();
    }

    private TableVersion version(String version) {
        return tables.getTableVersion(
                        caller(HOME),
                        GetTableVersionRequest.builder()
                                .databaseName("lake")
                                .tableName("orders")
                                .versionId(version)
                                .build())
                .tableVersion();
    }

    private void add(String... values) {
        tables.createPartition(
                caller(HOME),
                CreatePartitionRequest.builder()
                        .databaseName("lake")
                        .tableName("orders")
                        .partitionInput(input -> input.values(values)
                                .storageDescriptor(storage -> storage.columns(column("id", "bigint"))
                                        .location("s3://lake/orders/" + String.join("/", values))))
                        .build());
    }

    private List<String> partitions(String expression) {
        return tables
                .getPartitions(
                        caller(HOME),
                        GetPartitionsRequest.builder()
                                .databaseName("lake")
                                .tableName("orders")
                                .expression(expression)
                                .build())
                .partitions()
                .stream()
                .map(partition -> String.join("/", partition.values()))
                .toList();
    }

    private static void notFound(String message, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(EntityNotFoundException.class).hasMessage(message);
    }
}
