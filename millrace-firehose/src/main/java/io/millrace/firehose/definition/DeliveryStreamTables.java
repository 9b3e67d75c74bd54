package io.millrace.firehose.definition;

import io.millrace.catalog.Migration;
import io.millrace.model.Namespace;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.firehose.model.DatabaseSourceConfiguration;
import software.amazon.awssdk.services.firehose.model.DeliveryStreamType;
import software.amazon.awssdk.services.firehose.model.DirectPutSourceConfiguration;
import software.amazon.awssdk.services.firehose.model.KeyType;
import software.amazon.awssdk.services.firehose.model.KinesisStreamSourceConfiguration;
import software.amazon.awssdk.services.firehose.model.MSKSourceConfiguration;

/**
 * What the catalog keeps of delivery streams: their rows, and how they are read and written. Each method is part of a
 * transaction.
 */
final class DeliveryStreamTables {
    static final List<Migration> MIGRATIONS = List.of(new Migration("firehose", 1, """
            CREATE TABLE firehose_counter (
                name TEXT PRIMARY KEY,
                next_value BIGINT NOT NULL
            );
            CREATE TABLE firehose_stream (
                id BIGINT PRIMARY KEY,
                account TEXT NOT NULL,
                region TEXT NOT NULL,
                name TEXT NOT NULL,
                source_type TEXT NOT NULL,
                source_json TEXT NOT NULL,
                source_start_millis BIGINT NOT NULL,
                encryption_key_type TEXT,
                encryption_key_arn TEXT,
                encryption_enabled INTEGER NOT NULL,
                created_millis BIGINT NOT NULL,
                updated_millis BIGINT NOT NULL,
                UNIQUE (account, region, name)
            );
            CREATE TABLE firehose_revision (
                stream_id BIGINT NOT NULL REFERENCES firehose_stream (id),
                version INTEGER NOT NULL,
                since_millis BIGINT NOT NULL,
                destination_kind TEXT NOT NULL,
                configuration_json TEXT NOT NULL,
                PRIMARY KEY (stream_id, version)
            );
            CREATE TABLE firehose_tag (
                stream_id BIGINT NOT NULL REFERENCES firehose_stream (id),
                tag_key TEXT NOT NULL,
                tag_value TEXT NOT NULL,
                place INTEGER NOT NULL,
                PRIMARY KEY (stream_id, tag_key)
            );
            CREATE TABLE firehose_encryption_change (
                stream_id BIGINT NOT NULL REFERENCES firehose_stream (id),
                changed_millis BIGINT NOT NULL
            );
            CREATE INDEX firehose_encryption_change_of ON firehose_encryption_change (stream_id, changed_millis);
            """));

    private static final List<String> OF_STREAMS =
            List.of("firehose_encryption_change", "firehose_tag", "firehose_revision");

    private static final String NO_CONFIGURATION = "{}";

    private final SdkJson json;

    DeliveryStreamTables(SdkJson json) {
        this.json = json;
    }

    /** A number that nobody else ever got or will get. */
    long allocateId(Connection connection) throws SQLException {
        try (var statement = connection.prepareStatement("""
                INSERT INTO firehose_counter (name, next_value) VALUES ('STREAM_ID', 1)
                ON CONFLICT (name) DO UPDATE SET next_value = firehose_counter.next_value + 1
                RETURNING next_value""");
                var rows = statement.executeQuery()) {
            rows.next();
            return rows.getLong(1) - 1;
        }
    }

    void insert(Connection connection, DeliveryStream stream) throws SQLException {
        try (var statement = connection.prepareStatement("""
                INSERT INTO firehose_stream (encryption_key_type, encryption_key_arn, encryption_enabled,
                    updated_millis, id, account, region, name, source_type, source_json, source_start_millis,
                    created_millis)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""")) {
            bindMutable(statement, stream);
            statement.setLong(5, stream.id());
            statement.setString(6, stream.account());
            statement.setString(7, stream.region());
            statement.setString(8, stream.name());
            statement.setString(9, stream.type().name());
            statement.setString(10, sourceJson(stream.source()));
            statement.setLong(11, sourceStart(stream.source()).toEpochMilli());
            statement.setLong(12, stream.created().toEpochMilli());
            statement.executeUpdate();
        }
        insertRevision(connection, stream.id(), stream.current());
    }

    void update(Connection connection, DeliveryStream stream) throws SQLException {
        try (var statement = connection.prepareStatement("""
                UPDATE firehose_stream SET encryption_key_type = ?, encryption_key_arn = ?, encryption_enabled = ?,
                    updated_millis = ?
                WHERE id = ?""")) {
            bindMutable(statement, stream);
            statement.setLong(5, stream.id());
            statement.executeUpdate();
        }
    }

    private static void bindMutable(PreparedStatement statement, DeliveryStream stream) throws SQLException {
        var encryption = stream.encryption();
        bindText(statement, 1, encryption.map(set -> set.keyType().name()));
        bindText(statement, 2, encryption.flatMap(Encryption::keyArn));
        statement.setInt(3, stream.isEncrypted() ? 1 : 0);
        statement.setLong(4, stream.updated().toEpochMilli());
    }

    private static void bindText(PreparedStatement statement, int at, Optional<String> text) throws SQLException {
        if (text.isPresent()) {
            statement.setString(at, text.get());
        } else {
            statement.setNull(at, Types.VARCHAR);
        }
    }

    private String sourceJson(Source source) {
        return switch (source) {
            case Source.DirectPut(var hint) ->
                hint.map(mib -> json.write(DirectPutSourceConfiguration.builder()
                                .throughputHintInMBs(mib)
                                .build()))
                        .orElse(NO_CONFIGURATION);
            case Source.KinesisStream stream -> json.write(stream.configuration());
            case Source.KafkaTopic topic -> json.write(topic.configuration());
            case Source.Database(var configuration) -> json.write(configuration);
        };
    }

    private static Instant sourceStart(Source source) {
        return switch (source) {
            case Source.KinesisStream stream -> stream.deliveryStart();
            case Source.KafkaTopic topic -> topic.deliveryStart();
            case Source.DirectPut _, Source.Database _ -> Instant.EPOCH;
        };
    }

    void insertRevision(Connection connection, long streamId, Revision revision) throws SQLException {
        try (var statement = connection.prepareStatement("""
                INSERT INTO firehose_revision (stream_id, version, since_millis, destination_kind, configuration_json)
                VALUES (?, ?, ?, ?, ?)""")) {
            statement.setLong(1, streamId);
            statement.setInt(2, revision.version());
            statement.setLong(3, revision.since().toEpochMilli());
            statement.setString(4, revision.given().kind().name());
            statement.setString(5, json.write(revision.given().configuration()));
            statement.executeUpdate();
        }
    }

    void deleteRevisionsBefore(Connection connection, long streamId, int version) throws SQLException {
        try (var statement =
                connection.prepareStatement("DELETE FROM firehose_revision WHERE stream_id = ? AND version < ?")) {
            statement.setLong(1, streamId);
            statement.setInt(2, version);
            statement.executeUpdate();
        }
    }

    /** Deletes a delivery stream with all that hangs on it. */
    void delete(Connection connection, long streamId) throws SQLException {
        for (var table : OF_STREAMS) {
            delete(connection, "DELETE FROM " + table + " WHERE stream_id = ?", streamId);
        }
        delete(connection, "DELETE FROM firehose_stream WHERE id = ?", streamId);
    }

    private static void delete(Connection connection, String sql, long streamId) throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            statement.setLong(1, streamId);
            statement.executeUpdate();
        }
    }

    /** Tags in the order in which their keys were first given. */
    Map<String, String> tags(Connection connection, long streamId) throws SQLException {
        try (var statement = connection.prepareStatement(
                "SELECT tag_key, tag_value FROM firehose_tag WHERE stream_id = ? ORDER BY place")) {
            statement.setLong(1, streamId);
            try (var rows = statement.executeQuery()) {
                var tags = new LinkedHashMap<String, String>();
                while (rows.next()) {
                    tags.put(rows.getString(1), rows.getString(2));
                }
                return tags;
            }
        }
    }

    /** Writes all tags anew, in the order given. */
    void putTags(Connection connection, long streamId, Map<String, String> tags) throws SQLException {
        delete(connection, "DELETE FROM firehose_tag WHERE stream_id = ?", streamId);
        try (var statement = connection.prepareStatement(
                "INSERT INTO firehose_tag (stream_id, tag_key, tag_value, place) VALUES (?, ?, ?, ?)")) {
            int place = 0;
            for (var tag : tags.entrySet()) {
                statement.setLong(1, streamId);
                statement.setString(2, tag.getKey());
                statement.setString(3, tag.getValue());
                statement.setInt(4, place++);
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    /** How often encryption was started or stopped since then. */
    int encryptionChanges(Connection connection, long streamId, Instant since) throws SQLException {
        try (var statement = connection.prepareStatement(
                "SELECT COUNT(*) FROM firehose_encryption_change WHERE stream_id = ? AND changed_millis > ?")) {
            statement.setLong(1, streamId);
            statement.setLong(2, since.toEpochMilli());
            try (var rows = statement.executeQuery()) {
                rows.next();
                return rows.getInt(1);
            }
        }
    }

    /** Counts one more, and forgets those of before. */
    void countEncryptionChange(Connection connection, long streamId, Instant now, Instant since) throws SQLException {
        try (var statement = connection.prepareStatement(
                "DELETE FROM firehose_encryption_change WHERE stream_id = ? AND changed_millis <= ?")) {
            statement.setLong(1, streamId);
            statement.setLong(2, since.toEpochMilli());
            statement.executeUpdate();
        }
        try (var statement = connection.prepareStatement(
                "INSERT INTO firehose_encryption_change (stream_id, changed_millis) VALUES (?, ?)")) {
            statement.setLong(1, streamId);
            statement.setLong(2, now.toEpochMilli());
            statement.executeUpdate();
        }
    }

    /** Every delivery stream with its revisions. */
    List<DeliveryStream> load(Connection connection) throws SQLException {
        var revisions = loadRevisions(connection);
        var streams = new ArrayList<DeliveryStream>();
        try (var statement = connection.prepareStatement("SELECT * FROM firehose_stream");
                var row = statement.executeQuery()) {
            while (row.next()) {
                long id = row.getLong("id");
                streams.add(new DeliveryStream(
                        id,
                        new DeliveryStreamAddress(
                                new Namespace(row.getString("account"), row.getString("region")),
                                row.getString("name")),
                        source(row),
                        encryption(row),
                        Instant.ofEpochMilli(row.getLong("created_millis")),
                        Instant.ofEpochMilli(row.getLong("updated_millis")),
                        revisions.getOrDefault(id, List.of())));
            }
        }
        return streams;
    }

    private Map<Long, List<Revision>> loadRevisions(Connection connection) throws SQLException {
        var revisions = new HashMap<Long, List<Revision>>();
        try (var statement =
                        connection.prepareStatement("SELECT * FROM firehose_revision ORDER BY stream_id, version");
                var row = statement.executeQuery()) {
            while (row.next()) {
                var kind = DestinationKind.valueOf(row.getString("destination_kind"));
                var configuration = kind.typed(json.read(kind.builder(), row.getString("configuration_json")));
                revisions
                        .computeIfAbsent(row.getLong("stream_id"), _ -> new ArrayList<>())
                        .add(Revision.of(
                                row.getInt("version"),
                                Instant.ofEpochMilli(row.getLong("since_millis")),
                                configuration));
            }
        }
        return revisions;
    }

    private Source source(ResultSet row) throws SQLException {
        var text = row.getString("source_json");
        var start = Instant.ofEpochMilli(row.getLong("source_start_millis"));
        return switch (DeliveryStreamType.valueOf(row.getString("source_type"))) {
            case DIRECT_PUT -> {
                var configuration = (DirectPutSourceConfiguration) read(DirectPutSourceConfiguration.builder(), text);
                yield new Source.DirectPut(Optional.ofNullable(configuration.throughputHintInMBs()));
            }
            case KINESIS_STREAM_AS_SOURCE ->
                new Source.KinesisStream(
                        (KinesisStreamSourceConfiguration) read(KinesisStreamSourceConfiguration.builder(), text),
                        start);
            case MSK_AS_SOURCE ->
                new Source.KafkaTopic((MSKSourceConfiguration) read(MSKSourceConfiguration.builder(), text), start);
            case DATABASE_AS_SOURCE ->
                new Source.Database((DatabaseSourceConfiguration) read(DatabaseSourceConfiguration.builder(), text));
            case UNKNOWN_TO_SDK_VERSION -> throw new IllegalStateException("no such type was ever written");
        };
    }

    private SdkPojo read(SdkPojo builder, String text) {
        return json.read(builder, text);
    }

    private static Optional<Encryption> encryption(ResultSet row) throws SQLException {
        var keyType = row.getString("encryption_key_type");
        return keyType == null
                ? Optional.empty()
                : Optional.of(new Encryption(
                        KeyType.valueOf(keyType),
                        Optional.ofNullable(row.getString("encryption_key_arn")),
                        row.getInt("encryption_enabled") != 0));
    }
}
