package io.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.StaticTableOperations;
import org.apache.iceberg.Table;
import org.duckdb.DuckDBDriver;

/**
 * A table as others see it: Iceberg's library says which files make it up and which deletes hold for each of them, and DuckDB
 * reads those.
 */
record IcebergTable(Table table) {

    /** Whether there is a table in the folder yet. */
    static boolean exists(Path folder) {
        return Files.exists(folder.resolve("metadata/version-hint.text"));
    }

    /** The newest version of the table in a folder. */
    static IcebergTable in(Path folder) {
        try {
            var metadata = folder.resolve("metadata");
            int version = Integer.parseInt(Files.readString(metadata.resolve("version-hint.text")));
            // The hint may be a version late.
            while (Files.exists(metadata.resolve("v" + (version + 1) + ".metadata.json"))) {
                version++;
            }
            var newest = metadata.resolve("v" + version + ".metadata.json").toString();
            return new IcebergTable(
                    new BaseTable(new StaticTableOperations(newest, new LocalTableFiles()), folder.toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many commits it has seen. */
    int snapshots() {
        var count = 0;
        for (var _ : table.snapshots()) {
            count++;
        }
        return count;
    }

    /** The rows, each with its values in the order of the columns, in no order. */
    List<List<String>> rows(String... columns) {
        var rows = new ArrayList<List<String>>();
        try (var duck = new DuckDBDriver().connect("jdbc:duckdb:", new Properties());
                var files = table.newScan().planFiles()) {
            try (var statement = duck.createStatement()) {
                statement.execute("set threads = 1");
                statement.execute("set TimeZone = 'UTC'");
            }
            for (var file : files) {
                rows.addAll(rows(duck, file, columns));
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return rows;
    }

    private List<List<String>> rows(Connection duck, FileScanTask file, String... columns) throws SQLException {
        var location = "'" + file.file().location() + "'";
        var there = new HashSet<>(names(duck, location));
        var wanted = Stream.of(columns)
                // A column that is younger than the file is null in it.
                .map(column -> there.contains(column) ? "d.\"" + column + "\"" : "null")
                .collect(Collectors.joining(", "));
        var sql = new StringBuilder(
                "select " + wanted + " from read_parquet(" + location + ", hive_partitioning = false) d where true");
        var deletes = file.deletes().stream().collect(Collectors.groupingBy(this::sameKey));
        deletes.forEach((sameKey, files) -> sql.append(" and not exists (select 1 from read_parquet([")
                .append(files.stream()
                        .map(delete -> "'" + delete.location() + "'")
                        .collect(Collectors.joining(", ")))
                .append("], hive_partitioning = false) e where ")
                .append(sameKey)
                .append(")"));
        return query(duck, sql.toString(), columns.length);
    }

    private String sameKey(DeleteFile delete) {
        assertThat(delete.content()).isEqualTo(FileContent.EQUALITY_DELETES);
        return delete.equalityFieldIds().stream()
                .map(id -> table.schema().findColumnName(id))
                .map(name -> "e.\"" + name + "\" is not distinct from d.\"" + name + "\"")
                .collect(Collectors.joining(" and "));
    }

    private static List<String> names(Connection duck, String location) throws SQLException {
        return query(duck, "select name from parquet_schema(" + location + ")", 1).stream()
                .map(List::getFirst)
                .toList();
    }

    private static List<List<String>> query(Connection duck, String sql, int columns) throws SQLException {
        try (var statement = duck.createStatement();
                var results = statement.executeQuery(sql)) {
            var rows = new ArrayList<List<String>>();
            while (results.next()) {
                var row = new ArrayList<String>();
                for (int column = 1; column <= columns; column++) {
                    row.add(String.valueOf(results.getString(column)));
                }
                rows.add(row);
            }
            return rows;
        }
    }
}
