package io.millrace.glue;

import io.millrace.catalog.Migration;
import io.millrace.glue.TableName.DatabaseName;
import io.millrace.model.Namespace;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import software.amazon.awssdk.services.glue.model.DatabaseInput;
import software.amazon.awssdk.services.glue.model.PartitionInput;
import software.amazon.awssdk.services.glue.model.TableInput;

/** What the catalog database keeps of databases, tables and partitions. Each method is part of a transaction. */
final class GlueTables {
    static final List<Migration> MIGRATIONS = List.of(new Migration("glue", 1, """
            CREATE TABLE glue_database (
                account TEXT NOT NULL,
                region TEXT NOT NULL,
                name TEXT NOT NULL,
                input TEXT NOT NULL,
                created_at_millis BIGINT NOT NULL,
                PRIMARY KEY (account, region, name)
            );
            CREATE TABLE glue_table (
                account TEXT NOT NULL,
                region TEXT NOT NULL,
                database_name TEXT NOT NULL,
                name TEXT NOT NULL,
                version BIGINT NOT NULL,
                created_by TEXT NOT NULL,
                created_at_millis BIGINT NOT NULL,
                PRIMARY KEY (account, region, database_name, name),
                FOREIGN KEY (account, region, database_name)
                    REFERENCES glue_database (account, region, name) ON DELETE CASCADE
            );
            CREATE TABLE glue_table_version (
                account TEXT NOT NULL,
                region TEXT NOT NULL,
                database_name TEXT NOT NULL,
                table_name TEXT NOT NULL,
                version BIGINT NOT NULL,
                input TEXT NOT NULL,
                made_at_millis BIGINT NOT NULL,
                PRIMARY KEY (account, region, database_name, table_name, version),
                FOREIGN KEY (account, region, database_name, table_name)
                    REFERENCES glue_table (account, region, database_name, name) ON DELETE CASCADE
            );
            CREATE TABLE glue_partition (
                account TEXT NOT NULL,
                region TEXT NOT NULL,
                database_name TEXT NOT NULL,
                table_name TEXT NOT NULL,
                partition_values TEXT NOT NULL,
                input TEXT NOT NULL,
                created_at_millis BIGINT NOT NULL,
                PRIMARY KEY (account, region, database_name, table_name, partition_values),
                FOREIGN KEY (account, region, database_name, table_name)
                    REFERENCES glue_table (account, region, database_name, name) ON DELETE CASCADE
            );
            """));

    record StoredDatabase(DatabaseName name, DatabaseInput input, Instant createdAt) {}

    /** One version of a table, with what all its versions share. */
    record StoredTable(
            TableName name, long version, TableInput input, String createdBy, Instant createdAt, Instant madeAt) {}

    record StoredPartition(TableName table, PartitionInput input, Instant createdAt) {
        /** What a partition is found and sorted by. */
        String key() {
            return StoredJson.write(input.values());
        }
    }

    /** Turns a row into what it stands for. */
    private interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    private static final String TABLE = """
            SELECT t.name, v.version, v.input, t.created_by, t.created_at_millis, v.made_at_millis
            FROM glue_table t JOIN glue_table_version v
                ON v.account = t.account AND v.region = t.region
                    AND v.database_name = t.database_name AND v.table_name = t.name
            WHERE t.account = ? AND t.region = ? AND t.database_name = ?""";

    Optional<StoredDatabase> database(Connection connection, DatabaseName name) throws SQLException {
        try (var statement = prepare(connection, """
                SELECT name, input, created_at_millis FROM glue_database
                WHERE account = ? AND region = ? AND name = ?""", name)) {
            return only(statement, row -> database(name.namespace(), row));
        }
    }

    List<StoredDatabase> databases(Connection connection, Namespace namespace, String after, int max)
            throws SQLException {
        try (var statement = connection.prepareStatement("""
                SELECT name, input, created_at_millis FROM glue_database
                WHERE account = ? AND region = ? AND name > ? ORDER BY name LIMIT ?""")) {
            statement.setString(1, namespace.account());
            statement.setString(2, namespace.region());
            statement.setString(3, after);
            statement.setInt(4, max);
            return some(statement, row -> database(namespace, row), _ -> true, max);
        }
    }

    private static StoredDatabase database(Namespace namespace, ResultSet row) throws SQLException {
        return new StoredDatabase(
                new DatabaseName(namespace, row.getString(1)),
                StoredJson.read(row.getString(2), DatabaseInput.class, DatabaseInput.builder()),
                Instant.ofEpochMilli(row.getLong(3)));
    }

    void insert(Connection connection, StoredDatabase database) throws SQLException {
        try (var statement = prepare(connection, """
                INSERT INTO glue_database (account, region, name, input, created_at_millis)
                VALUES (?, ?, ?, ?, ?)""", database.name())) {
            statement.setString(4, StoredJson.write(database.input()));
            statement.setLong(5, database.createdAt().toEpochMilli());
            statement.executeUpdate();
        }
    }

    void update(Connection connection, DatabaseName name, DatabaseInput input) throws SQLException {
        try (var statement = connection.prepareStatement(
                "UPDATE glue_database SET input = ? WHERE account = ? AND region = ? AND name = ?")) {
            statement.setString(1, StoredJson.write(input));
            statement.setString(2, name.namespace().account());
            statement.setString(3, name.namespace().region());
            statement.setString(4, name.name());
            statement.executeUpdate();
        }
    }

    /** Its tables go with it. */
    boolean delete(Connection connection, DatabaseName name) throws SQLException {
        try (var statement =
                prepare(connection, "DELETE FROM glue_database WHERE account = ? AND region = ? AND name = ?", name)) {
            return statement.executeUpdate() > 0;
        }
    }

    /** The table as it is now. */
    Optional<StoredTable> table(Connection connection, TableName name) throws SQLException {
        try (var statement = prepare(connection, TABLE + " AND t.name = ? AND v.version = t.version", name)) {
            return only(statement, row -> table(name.database(), row));
        }
    }

    Optional<StoredTable> table(Connection connection, TableName name, long version) throws SQLException {
        try (var statement = prepare(connection, TABLE + " AND t.name = ? AND v.version = ?", name)) {
            statement.setLong(5, version);
            return only(statement, row -> table(name.database(), row));
        }
    }

    List<StoredTable> tables(
            Connection connection, DatabaseName database, String after, Predicate<StoredTable> wanted, int max)
            throws SQLException {
        try (var statement = prepare(
                connection,
                TABLE + " AND t.name > ? AND v.version = t.version ORDER BY t.name",
                database.table(after))) {
            return some(statement, row -> table(database, row), wanted, max);
        }
    }

    /** The newest first. */
    List<StoredTable> versions(Connection connection, TableName name, long below, int max) throws SQLException {
        try (var statement = prepare(
                connection, TABLE + " AND t.name = ? AND v.version < ? ORDER BY v.version DESC LIMIT ?", name)) {
            statement.setLong(5, below);
            statement.setInt(6, max);
            return some(statement, row -> table(name.database(), row), _ -> true, max);
        }
    }

    private static StoredTable table(DatabaseName database, ResultSet row) throws SQLException {
        return new StoredTable(
                database.table(row.getString(1)),
                row.getLong(2),
                StoredJson.read(row.getString(3), TableInput.class, TableInput.builder()),
                row.getString(4),
                Instant.ofEpochMilli(row.getLong(5)),
                Instant.ofEpochMilli(row.getLong(6)));
    }

    void insert(Connection connection, StoredTable table) throws SQLException {
        try (var statement = prepare(connection, """
                INSERT INTO glue_table
                    (account, region, database_name, name, version, created_by, created_at_millis)
                VALUES (?, ?, ?, ?, ?, ?, ?)""", table.name())) {
            statement.setLong(5, table.version());
            statement.setString(6, table.createdBy());
            statement.setLong(7, table.createdAt().toEpochMilli());
            statement.executeUpdate();
        }
        insertVersion(connection, table);
    }

    /** Makes this the table's newest version. */
    void addVersion(Connection connection, StoredTable table) throws SQLException {
        insertVersion(connection, table);
        try (var statement = connection.prepareStatement("""
                UPDATE glue_table SET version = ?
                WHERE account = ? AND region = ? AND database_name = ? AND name = ?""")) {
            statement.setLong(1, table.version());
            statement.setString(2, table.name().database().namespace().account());
            statement.setString(3, table.name().database().namespace().region());
            statement.setString(4, table.name().database().name());
            statement.setString(5, table.name().name());
            statement.executeUpdate();
        }
    }

    private static void insertVersion(Connection connection, StoredTable table) throws SQLException {
        try (var statement = prepare(connection, """
                INSERT INTO glue_table_version
                    (account, region, database_name, table_name, version, input, made_at_millis)
                VALUES (?, ?, ?, ?, ?, ?, ?)""", table.name())) {
            statement.setLong(5, table.version());
            statement.setString(6, StoredJson.write(table.input()));
            statement.setLong(7, table.madeAt().toEpochMilli());
            statement.executeUpdate();
        }
    }

    void deleteVersions(Connection connection, TableName name, long from, long to) throws SQLException {
        try (var statement = prepare(connection, """
                DELETE FROM glue_table_version
                WHERE account = ? AND region = ? AND database_name = ? AND table_name = ?
                    AND version BETWEEN ? AND ?""", name)) {
            statement.setLong(5, from);
            statement.setLong(6, to);
            statement.executeUpdate();
        }
    }

    /** Its versions and partitions go with it. */
    boolean delete(Connection connection, TableName name) throws SQLException {
        try (var statement = prepare(connection, """
                DELETE FROM glue_table
                WHERE account = ? AND region = ? AND database_name = ? AND name = ?""", name)) {
            return statement.executeUpdate() > 0;
        }
    }

    Optional<StoredPartition> partition(Connection connection, TableName table, List<String> values)
            throws SQLException {
        try (var statement = prepare(connection, """
                SELECT input, created_at_millis FROM glue_partition
                WHERE account = ? AND region = ? AND database_name = ? AND table_name = ?
                    AND partition_values = ?""", table)) {
            statement.setString(5, StoredJson.write(values));
            return only(statement, row -> partition(table, row));
        }
    }

    List<StoredPartition> partitions(
            Connection connection, TableName table, String after, Predicate<StoredPartition> wanted, int max)
            throws SQLException {
        try (var statement = prepare(connection, """
                SELECT input, created_at_millis FROM glue_partition
                WHERE account = ? AND region = ? AND database_name = ? AND table_name = ?
                    AND partition_values > ? ORDER BY partition_values""", table)) {
            statement.setString(5, after);
            return some(statement, row -> partition(table, row), wanted, max);
        }
    }

    private static StoredPartition partition(TableName table, ResultSet row) throws SQLException {
        return new StoredPartition(
                table,
                StoredJson.read(row.getString(1), PartitionInput.class, PartitionInput.builder()),
                Instant.ofEpochMilli(row.getLong(2)));
    }

    void insert(Connection connection, StoredPartition partition) throws SQLException {
        try (var statement = prepare(connection, """
                INSERT INTO glue_partition
                    (account, region, database_name, table_name, partition_values, input, created_at_millis)
                VALUES (?, ?, ?, ?, ?, ?, ?)""", partition.table())) {
            statement.setString(5, partition.key());
            statement.setString(6, StoredJson.write(partition.input()));
            statement.setLong(7, partition.createdAt().toEpochMilli());
            statement.executeUpdate();
        }
    }

    /** Fills in the first three parameters. */
    private static PreparedStatement prepare(Connection connection, String sql, DatabaseName name) throws SQLException {
        var statement = connection.prepareStatement(sql);
        statement.setString(1, name.namespace().account());
        statement.setString(2, name.namespace().region());
        statement.setString(3, name.name());
        return statement;
    }

    /** Fills in the first four parameters. */
    private static PreparedStatement prepare(Connection connection, String sql, TableName name) throws SQLException {
        var statement = prepare(connection, sql, name.database());
        statement.setString(4, name.name());
        return statement;
    }

    private static <T> Optional<T> only(PreparedStatement statement, Row<T> row) throws SQLException {
        return some(statement, row, _ -> true, 1).stream().findFirst();
    }

    private static <T> List<T> some(PreparedStatement statement, Row<T> row, Predicate<T> wanted, int max)
            throws SQLException {
        var found = new ArrayList<T>();
        try (var rows = statement.executeQuery()) {
            while (found.size() < max && rows.next()) {
                var read = row.read(rows);
                if (wanted.test(read)) {
                    found.add(read);
                }
            }
        }
        return found;
    }
}
