package io.millrace.streams;

import io.millrace.catalog.Migration;
import io.millrace.log.ShardKey;
import io.millrace.model.Namespace;
import io.millrace.streams.shard.HashKey;
import io.millrace.streams.shard.HashRange;
import io.millrace.streams.shard.Shard;
import io.millrace.streams.shard.ShardMap;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.services.kinesis.model.MetricsName;
import software.amazon.awssdk.services.kinesis.model.StreamMode;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/** What the catalog keeps of streams: their rows, and how they are read and written. Each method is part of a transaction. */
final class StreamTables {
    static final List<Migration> MIGRATIONS =
            List.of(new Migration("streams", 1, """
            CREATE TABLE streams_counter (
                name TEXT PRIMARY KEY,
                next_value BIGINT NOT NULL
            );
            CREATE TABLE streams_secret (
                name TEXT PRIMARY KEY,
                hex TEXT NOT NULL
            );
            CREATE TABLE streams_stream (
                id BIGINT PRIMARY KEY,
                account TEXT NOT NULL,
                region TEXT NOT NULL,
                name TEXT NOT NULL,
                status TEXT NOT NULL,
                mode TEXT NOT NULL,
                retention_hours INTEGER NOT NULL,
                horizon_floor_millis BIGINT NOT NULL,
                max_record_kib INTEGER NOT NULL,
                created_millis BIGINT NOT NULL,
                transition_due_millis BIGINT NOT NULL,
                next_shard_index INTEGER NOT NULL,
                UNIQUE (account, region, name)
            );
            CREATE TABLE streams_shard (
                stream_id BIGINT NOT NULL REFERENCES streams_stream (id),
                shard_index INTEGER NOT NULL,
                stage TEXT NOT NULL,
                log_key BIGINT NOT NULL UNIQUE,
                range_start TEXT NOT NULL,
                range_end TEXT NOT NULL,
                parent_index INTEGER,
                adjacent_parent_index INTEGER,
                creation_second BIGINT NOT NULL,
                created_millis BIGINT NOT NULL,
                closing_second BIGINT,
                closed_millis BIGINT,
                first_child_index INTEGER,
                PRIMARY KEY (stream_id, shard_index)
            );
            CREATE TABLE streams_tag (
                stream_id BIGINT NOT NULL REFERENCES streams_stream (id),
                tag_key TEXT NOT NULL,
                tag_value TEXT NOT NULL,
                PRIMARY KEY (stream_id, tag_key)
            );
            """), new Migration("streams", 2, """
            ALTER TABLE streams_stream ADD COLUMN encryption_key_id TEXT;
            ALTER TABLE streams_stream ADD COLUMN shard_level_metrics TEXT NOT NULL DEFAULT '';
            ALTER TABLE streams_stream ADD COLUMN warm_throughput_mib INTEGER;
            """), ScalingTables.MIGRATION);

    /** The tables that hold rows of single streams, which go with them. */
    private static final List<String> OF_STREAMS = Stream.of(
                    ScalingTables.OF_STREAMS,
                    ResourceTables.OF_STREAMS,
                    ConsumerTables.OF_STREAMS,
                    List.of("streams_shard"))
            .flatMap(List::stream)
            .toList();

    /** Whether a shard is there for clients, or waits for its stream's pending step. */
    enum Stage {
        PENDING,
        LIVE
    }

    /** Numbers that are given out once and never again. */
    enum Counter {
        STREAM_ID,
        LOG_KEY,
        CONSUMER_ID
    }

    /** The first of {@code count} numbers that nobody else will get. */
    long allocate(Connection connection, Counter counter, int count) throws SQLException {
        try (var statement = connection.prepareStatement("""
                INSERT INTO streams_counter (name, next_value) VALUES (?, ?)
                ON CONFLICT (name) DO UPDATE SET next_value = streams_counter.next_value + excluded.next_value
                RETURNING next_value""")) {
            statement.setString(1, counter.name());
            statement.setLong(2, count);
            try (var rows = statement.executeQuery()) {
                rows.next();
                return rows.getLong(1) - count;
            }
        }
    }

    /** The secret of that name; the proposed one becomes it if there was none. */
    byte[] secret(Connection connection, String name, byte[] proposed) throws SQLException {
        try (var statement = connection.prepareStatement(
                "INSERT INTO streams_secret (name, hex) VALUES (?, ?) ON CONFLICT (name) DO NOTHING")) {
            statement.setString(1, name);
            statement.setString(2, HexFormat.of().formatHex(proposed));
            statement.executeUpdate();
        }
        try (var statement = connection.prepareStatement("SELECT hex FROM streams_secret WHERE name = ?")) {
            statement.setString(1, name);
            try (var rows = statement.executeQuery()) {
                rows.next();
                return HexFormat.of().parseHex(rows.getString(1));
            }
        }
    }

    void insertStream(Connection connection, StreamState stream) throws SQLException {
        try (var statement = connection.prepareStatement("""
                INSERT INTO streams_stream (status, mode, retention_hours, horizon_floor_millis, max_record_kib,
                    transition_due_millis, next_shard_index, encryption_key_id, shard_level_metrics,
                    warm_throughput_mib, id, account, region, name, created_millis)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""")) {
            bindMutable(statement, stream);
            statement.setLong(11, stream.id());
            statement.setString(12, stream.address().namespace().account());
            statement.setString(13, stream.address().namespace().region());
            statement.setString(14, stream.address().name());
            statement.setLong(15, stream.createdMillis());
            statement.executeUpdate();
        }
    }

    void updateStream(Connection connection, StreamState stream) throws SQLException {
        try (var statement = connection.prepareStatement("""
                UPDATE streams_stream SET status = ?, mode = ?, retention_hours = ?, horizon_floor_millis = ?,
                    max_record_kib = ?, transition_due_millis = ?, next_shard_index = ?, encryption_key_id = ?,
                    shard_level_metrics = ?, warm_throughput_mib = ?
                WHERE id = ?""")) {
            bindMutable(statement, stream);
            statement.setLong(11, stream.id());
            statement.executeUpdate();
        }
    }

    private static void bindMutable(PreparedStatement statement, StreamState stream) throws SQLException {
        statement.setString(1, stream.status().name());
        var settings = stream.settings();
        statement.setString(2, settings.mode().name());
        statement.setLong(3, settings.retention().toHours());
        statement.setLong(4, stream.horizonFloorMillis());
        statement.setInt(5, settings.maxRecordKib());
        statement.setLong(6, stream.transitionDueMillis());
        statement.setInt(7, stream.nextShardIndex());
        bindText(statement, 8, settings.encryptionKeyId());
        statement.setString(
                9,
                settings.shardLevelMetrics().stream().map(Enum::name).sorted().collect(Collectors.joining(",")));
        bindInt(statement, 10, settings.warmThroughputMib());
    }

    /** Deletes a stream with all that hangs on it. */
    void deleteStream(Connection connection, long streamId) throws SQLException {
        for (var table : OF_STREAMS) {
            delete(connection, "DELETE FROM " + table + " WHERE stream_id = ?", streamId);
        }
        delete(connection, "DELETE FROM streams_stream WHERE id = ?", streamId);
    }

    private static void delete(Connection connection, String sql, long streamId) throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            statement.setLong(1, streamId);
            statement.executeUpdate();
        }
    }

    /** Writes shards as they are now, whether they were there before or not. */
    void putShards(Connection connection, long streamId, List<Shard> shards, Stage stage) throws SQLException {
        try (var statement = connection.prepareStatement("""
                INSERT INTO streams_shard (stream_id, shard_index, stage, log_key, range_start, range_end,
                    parent_index, adjacent_parent_index, creation_second, created_millis, closing_second,
                    closed_millis, first_child_index)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (stream_id, shard_index) DO UPDATE SET stage = excluded.stage,
                    creation_second = excluded.creation_second, created_millis = excluded.created_millis,
                    closing_second = excluded.closing_second, closed_millis = excluded.closed_millis,
                    first_child_index = excluded.first_child_index""")) {
            for (var shard : shards) {
                bindShard(statement, streamId, shard, stage);
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    private static void bindShard(PreparedStatement statement, long streamId, Shard shard, Stage stage)
            throws SQLException {
        statement.setLong(1, streamId);
        statement.setInt(2, shard.index());
        statement.setString(3, stage.name());
        statement.setLong(4, shard.logKey().id());
        statement.setString(5, shard.range().start().toString());
        statement.setString(6, shard.range().end().toString());
        bindInt(statement, 7, shard.parents().stream().findFirst());
        bindInt(statement, 8, shard.parents().stream().skip(1).findFirst());
        statement.setLong(9, shard.creationSecond());
        statement.setLong(10, shard.createdMillis());
        bindMoment(statement, 11, shard.closing().map(Shard.Closing::second));
        bindMoment(statement, 12, shard.closing().map(Shard.Closing::millis));
        bindInt(statement, 13, shard.closing().map(Shard.Closing::firstChildIndex));
    }

    private static void bindInt(PreparedStatement statement, int at, Optional<Integer> number) throws SQLException {
        if (number.isPresent()) {
            statement.setInt(at, number.get());
        } else {
            statement.setNull(at, Types.INTEGER);
        }
    }

    private static void bindText(PreparedStatement statement, int at, Optional<String> text) throws SQLException {
        if (text.isPresent()) {
            statement.setString(at, text.get());
        } else {
            statement.setNull(at, Types.VARCHAR);
        }
    }

    private static void bindMoment(PreparedStatement statement, int at, Optional<Long> moment) throws SQLException {
        if (moment.isPresent()) {
            statement.setLong(at, moment.get());
        } else {
            statement.setNull(at, Types.BIGINT);
        }
    }

    void deleteShards(Connection connection, long streamId, List<Shard> shards) throws SQLException {
        try (var statement =
                connection.prepareStatement("DELETE FROM streams_shard WHERE stream_id = ? AND shard_index = ?")) {
            for (var shard : shards) {
                statement.setLong(1, streamId);
                statement.setInt(2, shard.index());
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    /** Every stream with its shards. */
    List<StreamState> loadStreams(Connection connection) throws SQLException {
        var live = loadShards(connection, Stage.LIVE);
        var pending = loadShards(connection, Stage.PENDING);
        var streams = new ArrayList<StreamState>();
        try (var statement = connection.prepareStatement("SELECT * FROM streams_stream");
                var row = statement.executeQuery()) {
            while (row.next()) {
                long id = row.getLong("id");
                streams.add(new StreamState(
                        id,
                        new StreamAddress(
                                new Namespace(row.getString("account"), row.getString("region")),
                                row.getString("name")),
                        StreamStatus.valueOf(row.getString("status")),
                        settings(row),
                        row.getLong("horizon_floor_millis"),
                        row.getLong("created_millis"),
                        row.getLong("transition_due_millis"),
                        row.getInt("next_shard_index"),
                        ShardMap.of(live.getOrDefault(id, List.of()).stream()),
                        List.copyOf(pending.getOrDefault(id, List.of()))));
            }
        }
        return streams;
    }

    private static StreamSettings settings(ResultSet row) throws SQLException {
        int warmThroughputMib = row.getInt("warm_throughput_mib");
        var warmThroughput = row.wasNull() ? Optional.<Integer>empty() : Optional.of(warmThroughputMib);
        return new StreamSettings(
                StreamMode.valueOf(row.getString("mode")),
                Duration.ofHours(row.getLong("retention_hours")),
                row.getInt("max_record_kib"),
                Optional.ofNullable(row.getString("encryption_key_id")),
                Arrays.stream(row.getString("shard_level_metrics").split(","))
                        .filter(name -> !name.isEmpty())
                        .map(MetricsName::valueOf)
                        .collect(Collectors.toSet()),
                warmThroughput);
    }

    private static Map<Long, List<Shard>> loadShards(Connection connection, Stage stage) throws SQLException {
        var byStream = new HashMap<Long, List<Shard>>();
        try (var statement = connection.prepareStatement(
                "SELECT * FROM streams_shard WHERE stage = ? ORDER BY stream_id, shard_index")) {
            statement.setString(1, stage.name());
            try (var row = statement.executeQuery()) {
                while (row.next()) {
                    byStream.computeIfAbsent(row.getLong("stream_id"), _ -> new ArrayList<>())
                            .add(shard(row));
                }
            }
        }
        return byStream;
    }

    private static Shard shard(ResultSet row) throws SQLException {
        return new Shard(
                row.getInt("shard_index"),
                new ShardKey(row.getLong("log_key")),
                new HashRange(hashKey(row.getString("range_start")), hashKey(row.getString("range_end"))),
                parents(row),
                row.getLong("creation_second"),
                row.getLong("created_millis"),
                closing(row));
    }

    private static List<Integer> parents(ResultSet row) throws SQLException {
        var parents = new ArrayList<Integer>(2);
        for (var column : List.of("parent_index", "adjacent_parent_index")) {
            int index = row.getInt(column);
            if (!row.wasNull()) {
                parents.add(index);
            }
        }
        return List.copyOf(parents);
    }

    private static Optional<Shard.Closing> closing(ResultSet row) throws SQLException {
        long millis = row.getLong("closed_millis");
        return row.wasNull()
                ? Optional.empty()
                : Optional.of(
                        new Shard.Closing(row.getLong("closing_second"), millis, row.getInt("first_child_index")));
    }

    private static HashKey hashKey(String decimal) {
        return HashKey.parse(decimal).orElseThrow(() -> new AssertionError("not a hash key: " + decimal));
    }
}
