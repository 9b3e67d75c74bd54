package io.millrace.catalog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.sqlite.SQLiteConfig;

/** Where the database lies and how connections to it are set up. */
record SqliteFile(Path path) {
    /** How long a statement waits for another process that has the file locked, a backup for example. */
    private static final int BUSY_WAIT_MAX_MILLIS = 5_000;

    private static final Set<PosixFilePermission> OWNER_ALONE = PosixFilePermissions.fromString("rw-------");

    /**
     * Makes the file if it is missing, and keeps all but its owner out: rooms keep secrets in it. The files that SQLite
     * makes beside it are as private as it is.
     */
    SqliteFile keptPrivate() {
        try {
            if (Files.notExists(path)) {
                Files.createFile(path);
            }
            for (var file : List.of(path, besides("-wal"), besides("-shm"))) {
                var permissions = Files.getFileAttributeView(file, PosixFileAttributeView.class);
                if (permissions != null && Files.isRegularFile(file)) {
                    permissions.setPermissions(OWNER_ALONE);
                }
            }
            return this;
        } catch (IOException e) {
            throw new CatalogException("can't open the catalog " + path + ": " + e, e);
        }
    }

    private Path besides(String suffix) {
        return path.resolveSibling(path.getFileName() + suffix);
    }

    Connection openForWriting() {
        return open(config());
    }

    Connection openForReading() {
        var connection = open(config());
        try (var statement = connection.createStatement()) {
            statement.execute("PRAGMA query_only = ON");
            // A read is one transaction, so that it sees one moment.
            connection.setAutoCommit(false);
            return connection;
        } catch (SQLException e) {
            throw cannotOpen(e);
        }
    }

    private static SQLiteConfig config() {
        var config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        // FULL syncs the write-ahead log at every commit; NORMAL would lose the newest commits with the power.
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.enforceForeignKeys(true);
        config.setBusyTimeout(BUSY_WAIT_MAX_MILLIS);
        return config;
    }

    private Connection open(SQLiteConfig config) {
        try {
            return config.createConnection("jdbc:sqlite:" + path);
        } catch (SQLException e) {
            throw cannotOpen(e);
        }
    }

    private CatalogException cannotOpen(SQLException cause) {
        return new CatalogException("can't open the catalog " + path + ": " + cause.getMessage(), cause);
    }
}
