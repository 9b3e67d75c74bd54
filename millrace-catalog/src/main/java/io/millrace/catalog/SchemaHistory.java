package io.millrace.catalog;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Which migrations the file has seen, each with its checksum, and the rules for going on from there. */
final class SchemaHistory {
    private static final String CREATE_TABLE = """
            CREATE TABLE IF NOT EXISTS schema_migration (
                room TEXT NOT NULL,
                number INTEGER NOT NULL,
                checksum TEXT NOT NULL,
                PRIMARY KEY (room, number)
            )""";

    private static final Pattern STATEMENT_END = Pattern.compile(";[ \t]*(\n|$)");

    private final Path file;
    private final Catalog catalog;

    SchemaHistory(Path file, Catalog catalog) {
        this.file = file;
        this.catalog = catalog;
    }

    void migrate(List<Migration> migrations) {
        var byRoom = new LinkedHashMap<String, List<Migration>>();
        for (var migration : migrations) {
            var ofRoom = byRoom.computeIfAbsent(migration.room(), _ -> new ArrayList<>());
            ofRoom.add(migration);
            assert migration.number() == ofRoom.size() : migration.room() + " has a gap before " + migration.number();
        }
        // Together, because each transaction waits for the disk.
        catalog.transact(connection -> bringUp(connection, byRoom));
    }

    private Integer bringUp(Connection connection, Map<String, List<Migration>> byRoom) throws SQLException {
        execute(connection, CREATE_TABLE);
        int migrations = 0;
        for (var ofRoom : byRoom.entrySet()) {
            migrations += bringUp(connection, ofRoom.getKey(), ofRoom.getValue());
        }
        return migrations;
    }

    private int bringUp(Connection connection, String room, List<Migration> known) throws SQLException {
        var applied = appliedChecksums(connection, room);
        if (applied.size() > known.size()) {
            throw new CatalogException("the catalog " + file + " has version " + applied.size() + " of the " + room
                    + " tables, but this Millrace knows them only up to version " + known.size()
                    + "; start the newer Millrace that wrote it");
        }
        for (int i = 0; i < applied.size(); i++) {
            if (!applied.get(i).equals(checksum(known.get(i)))) {
                throw new CatalogException("the catalog " + file + " was made with another script " + (i + 1)
                        + " of the " + room + " tables than this Millrace has; it was written by a different build");
            }
        }
        for (var migration : known.subList(applied.size(), known.size())) {
            apply(connection, migration);
        }
        return known.size();
    }

    private static List<String> appliedChecksums(Connection connection, String room) throws SQLException {
        var checksums = new ArrayList<String>();
        try (var statement =
                connection.prepareStatement("SELECT checksum FROM schema_migration WHERE room = ? ORDER BY number")) {
            statement.setString(1, room);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    checksums.add(rows.getString(1));
                }
            }
        }
        return checksums;
    }

    private static void apply(Connection connection, Migration migration) throws SQLException {
        for (var sql : STATEMENT_END.split(migration.sql(), -1)) {
            if (!sql.isBlank()) {
                execute(connection, sql);
            }
        }
        try (var statement =
                connection.prepareStatement("INSERT INTO schema_migration (room, number, checksum) VALUES (?, ?, ?)")) {
            statement.setString(1, migration.room());
            statement.setInt(2, migration.number());
            statement.setString(3, checksum(migration));
            statement.executeUpdate();
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String checksum(Migration migration) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(migration.sql().getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
