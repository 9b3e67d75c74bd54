package io.millrace.catalog;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * A connection whose transactions we spell out ourselves. The driver's own calls lose count when SQLite ends a
 * transaction on its own, as it does on a full disk, and would then commit each savepoint alone.
 */
record Statements(Connection connection) {
    void run(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
