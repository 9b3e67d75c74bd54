package io.millrace.firehose.iceberg;

import io.millrace.firehose.delivery.Attempt;
import io.millrace.firehose.delivery.Batch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import software.amazon.awssdk.services.firehose.model.DestinationTableConfiguration;
import software.amazon.awssdk.services.firehose.model.IcebergDestinationConfiguration;

/** Tables, what is delivered to them, and two ways to read them back: Iceberg's own, and DuckDB on the files. */
final class Lake {
    private final Path folder;
    private final Warehouse.TableCatalog catalog;
    private final Warehouse warehouse;

    Lake(Path folder) {
        this(folder, new FolderCatalog(folder.resolve("lake/tables"), java.util.UUID::randomUUID));
    }

    Lake(Path folder, Warehouse.TableCatalog catalog) {
        this.folder = folder;
        this.catalog = catalog;
        warehouse = new Warehouse(catalog);
    }

    static TableIdentifier shop(String table) {
        return TableIdentifier.of("shop", table);
    }

    Table create(String table, Schema schema) {
        return create(table, schema, PartitionSpec.unpartitioned());
    }

    Table create(String table, Schema schema, PartitionSpec spec) {
        var properties = new HashMap<>(Warehouse.PROPERTIES);
        // Iceberg's reader would have Hadoop decompress.
        properties.put("write.parquet.compression-codec", "uncompressed");
        properties.put("commit.retry.min-wait-ms", "1");
        catalog.create(shop(table), schema, spec, properties);
        return table(table);
    }

    Table table(String table) {
        return catalog.load(shop(table));
    }

    Attempt deliver(Batch batch, Consumer<IcebergDestinationConfiguration.Builder> with) throws InterruptedException {
        var configuration = IcebergDestinationConfiguration.builder()
                .roleARN("arn:aws:iam::1:role/r")
                .catalogConfiguration(catalog -> catalog.warehouseLocation("s3://lake/tables"));
        with.accept(configuration);
        try (var destination = new IcebergDestination(configuration.build(), () -> warehouse, UUID::randomUUID)) {
            return destination.attempt(batch);
        }
    }

    /** To the table shop.orders. */
    Attempt deliver(Batch batch) throws InterruptedException {
        return deliver(batch, Lake::orders);
    }

    /** To the table shop.orders and no other. */
    static void orders(IcebergDestinationConfiguration.Builder to) {
        orders(to, _ -> {});
    }

    static void orders(
            IcebergDestinationConfiguration.Builder to, Consumer<DestinationTableConfiguration.Builder> with) {
        var table = DestinationTableConfiguration.builder()
                .destinationDatabaseName("shop")
                .destinationTableName("orders");
        with.accept(table);
        to.destinationTableConfigurationList(table.build());
    }

    /** The table's rows, as text, in order. */
    List<String> rows(String table, String... columns) throws IOException {
        try (var rows = IcebergGenerics.read(table(table)).build()) {
            return StreamSupport.stream(rows.spliterator(), false)
                    .map(row -> text(row, columns))
                    .sorted()
                    .toList();
        }
    }

    private static String text(Record row, String... columns) {
        return List.of(columns).stream()
                .map(column -> String.valueOf(row.getField(column)))
                .collect(Collectors.joining("|"));
    }

    /** The paths of the files that the newest snapshot adds up to. */
    List<String> dataFiles(String table) throws IOException {
        try (var tasks = table(table).newScan().planFiles()) {
            var paths = new ArrayList<String>();
            tasks.forEach(task -> paths.add(task.file().location()));
            return paths;
        }
    }

    List<Snapshot> snapshots(String table) {
        var all = new ArrayList<Snapshot>();
        table(table).snapshots().forEach(all::add);
        return all;
    }

    /** All Parquet files there are, committed or not. */
    List<Path> parquetFiles() {
        try (var all = Files.walk(folder)) {
            return all.filter(path -> path.toString().endsWith(".parquet")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What DuckDB finds in a table's data files. */
    List<String> duck(String table, String columns) throws SQLException, IOException {
        var files = dataFiles(table).stream().map(file -> "'" + file + "'").collect(Collectors.joining(","));
        try (var connection = DriverManager.getConnection("jdbc:duckdb:");
                var statement = connection.createStatement()) {
            statement.execute("set threads = 1");
            statement.execute("set TimeZone = 'UTC'");
            try (var results = statement.executeQuery("select " + columns + " from read_parquet([" + files
                    + "], union_by_name = true, hive_partitioning = false)")) {
                var rows = new ArrayList<String>();
                while (results.next()) {
                    var row = new ArrayList<String>();
                    for (int i = 1; i <= results.getMetaData().getColumnCount(); i++) {
                        row.add(String.valueOf(results.getString(i)));
                    }
                    rows.add(String.join("|", row));
                }
                rows.sort(null);
                return rows;
            }
        }
    }

    Map<String, String> lastSummary(String table) {
        return table(table).currentSnapshot().summary();
    }
}
