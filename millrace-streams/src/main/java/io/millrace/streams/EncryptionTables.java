package io.millrace.streams;

import io.millrace.catalog.Migration;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** When the encryption of streams was changed, as far as it counts against the quota. */
final class EncryptionTables {
    static final List<Migration> MIGRATIONS = List.of(new Migration("stream-encryption", 1, """
            CREATE TABLE streams_encryption_change (
                stream_id BIGINT NOT NULL REFERENCES streams_stream (id),
                changed_millis BIGINT NOT NULL
            );
            CREATE INDEX streams_encryption_change_of ON streams_encryption_change (stream_id);
            """));

    int changesSince(Connection connection, long streamId, long millis) throws SQLException {
        try (var statement = connection.prepareStatement(
                "SELECT COUNT(*) FROM streams_encryption_change WHERE stream_id = ? AND changed_millis > ?")) {
            statement.setLong(1, streamId);
            statement.setLong(2, millis);
            try (var rows = statement.executeQuery()) {
                rows.next();
                return rows.getInt(1);
            }
        }
    }

    /** Adds a change and forgets those that count no more. */
    void addChange(Connection connection, long streamId, long millis, long forgetUntilMillis) throws SQLException {
        try (var statement = connection.prepareStatement(
                "DELETE FROM streams_encryption_change WHERE stream_id = ? AND changed_millis <= ?")) {
            statement.setLong(1, streamId);
            statement.setLong(2, forgetUntilMillis);
            statement.executeUpdate();
        }
        try (var statement = connection.prepareStatement(
                "INSERT INTO streams_encryption_change (stream_id, changed_millis) VALUES (?, ?)")) {
            statement.setLong(1, streamId);
            statement.setLong(2, millis);
            statement.executeUpdate();
        }
    }
}
