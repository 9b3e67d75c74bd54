package io.millrace.streams;

import io.millrace.catalog.Migration;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the catalog keeps of tags and policies. Each method is part of a transaction. What hangs on a stream goes in the
 * transaction that deletes the stream ({@link StreamTables#deleteStream}).
 */
final class ResourceTables {
    /** The tags of streams were in a table of their own before consumers could have any. */
    static final List<Migration> MIGRATIONS = List.of(new Migration("stream-resources", 1, """
            CREATE TABLE streams_resource_tag (
                stream_id BIGINT NOT NULL REFERENCES streams_stream (id),
                consumer TEXT NOT NULL,
                tag_key TEXT NOT NULL,
                tag_value TEXT NOT NULL,
                PRIMARY KEY (stream_id, consumer, tag_key)
            );
            INSERT INTO streams_resource_tag (stream_id, consumer, tag_key, tag_value)
                SELECT stream_id, '', tag_key, tag_value FROM streams_tag;
            DROP TABLE streams_tag;
            CREATE TABLE streams_resource_policy (
                stream_id BIGINT NOT NULL REFERENCES streams_stream (id),
                consumer TEXT NOT NULL,
                document TEXT NOT NULL,
                PRIMARY KEY (stream_id, consumer)
            );
            """));

    /** The tables that hold rows of single streams, which go with them. */
    static final List<String> OF_STREAMS = List.of("streams_resource_tag", "streams_resource_policy");

    Map<String, String> tags(Connection connection, ResourceKey resource) throws SQLException {
        var tags = new HashMap<String, String>();
        try (var statement = prepare(
                connection,
                "SELECT tag_key, tag_value FROM streams_resource_tag WHERE stream_id = ? AND consumer = ?",
                resource)) {
            try (var row = statement.executeQuery()) {
                while (row.next()) {
                    tags.put(row.getString("tag_key"), row.getString("tag_value"));
                }
            }
        }
        return tags;
    }

    /** Adds tags; those whose keys are there already get the new values. */
    void putTags(Connection connection, ResourceKey resource, Map<String, String> tags) throws SQLException {
        try (var statement = prepare(connection, """
                INSERT INTO streams_resource_tag (stream_id, consumer, tag_key, tag_value) VALUES (?, ?, ?, ?)
                ON CONFLICT (stream_id, consumer, tag_key) DO UPDATE SET tag_value = excluded.tag_value""", resource)) {
            for (var tag : tags.entrySet()) {
                statement.setString(3, tag.getKey());
                statement.setString(4, tag.getValue());
                statement.executeUpdate();
            }
        }
    }

    void removeTags(Connection connection, ResourceKey resource, Collection<String> keys) throws SQLException {
        try (var statement = prepare(
                connection,
                "DELETE FROM streams_resource_tag WHERE stream_id = ? AND consumer = ? AND tag_key = ?",
                resource)) {
            for (var key : keys) {
                statement.setString(3, key);
                statement.executeUpdate();
            }
        }
    }

    /** The documents of all policies. */
    Map<ResourceKey, String> policies(Connection connection) throws SQLException {
        var policies = new HashMap<ResourceKey, String>();
        try (var statement = connection.prepareStatement("SELECT * FROM streams_resource_policy");
                var row = statement.executeQuery()) {
            while (row.next()) {
                policies.put(
                        new ResourceKey(row.getLong("stream_id"), row.getString("consumer")),
                        row.getString("document"));
            }
        }
        return policies;
    }

    void putPolicy(Connection connection, ResourceKey resource, String document) throws SQLException {
        try (var statement = prepare(connection, """
                INSERT INTO streams_resource_policy (stream_id, consumer, document) VALUES (?, ?, ?)
                ON CONFLICT (stream_id, consumer) DO UPDATE SET document = excluded.document""", resource)) {
            statement.setString(3, document);
            statement.executeUpdate();
        }
    }

    void removePolicy(Connection connection, ResourceKey resource) throws SQLException {
        try (var statement = prepare(
                connection, "DELETE FROM streams_resource_policy WHERE stream_id = ? AND consumer = ?", resource)) {
            statement.executeUpdate();
        }
    }

    /** Removes all that hangs on a resource; it is gone. */
    void remove(Connection connection, ResourceKey resource) throws SQLException {
        for (var table : OF_STREAMS) {
            try (var statement =
                    prepare(connection, "DELETE FROM " + table + " WHERE stream_id = ? AND consumer = ?", resource)) {
                statement.executeUpdate();
            }
        }
    }

    private static PreparedStatement prepare(Connection connection, String sql, ResourceKey resource)
            throws SQLException {
        var statement = connection.prepareStatement(sql);
        statement.setLong(1, resource.streamId());
        statement.setString(2, resource.consumer());
        return statement;
    }
}
