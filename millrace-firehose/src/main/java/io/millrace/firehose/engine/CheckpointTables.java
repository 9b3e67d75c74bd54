package io.millrace.firehose.engine;

import io.millrace.catalog.Catalog;
import io.millrace.catalog.Migration;
import io.millrace.firehose.engine.Progress.OfGroup;
import io.millrace.firehose.engine.Progress.Range;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;

/** The checkpoints in the catalog. */
final class CheckpointTables implements Checkpoints {
    static final List<Migration> MIGRATIONS = List.of(
            new Migration("firehose_delivery", 1, """
            CREATE TABLE firehose_checkpoint (
                stream_id BIGINT NOT NULL,
                shard TEXT NOT NULL,
                low_offset BIGINT NOT NULL,
                finished INTEGER NOT NULL,
                PRIMARY KEY (stream_id, shard)
            );
            CREATE TABLE firehose_ahead (
                stream_id BIGINT NOT NULL,
                shard TEXT NOT NULL,
                lanes TEXT NOT NULL,
                from_offset BIGINT NOT NULL,
                up_to_offset BIGINT NOT NULL,
                PRIMARY KEY (stream_id, shard, lanes)
            );
            CREATE TABLE firehose_intent (
                stream_id BIGINT NOT NULL,
                shard TEXT NOT NULL,
                lanes TEXT NOT NULL,
                up_to_offset BIGINT NOT NULL,
                batch_id TEXT NOT NULL,
                first_failure_millis BIGINT,
                attempts INTEGER NOT NULL,
                PRIMARY KEY (stream_id, shard, lanes)
            );
            """),
            new Migration("firehose_delivery", 2, """
            CREATE TABLE firehose_ahead_ranges (
                stream_id BIGINT NOT NULL,
                shard TEXT NOT NULL,
                lanes TEXT NOT NULL,
                from_offset BIGINT NOT NULL,
                up_to_offset BIGINT NOT NULL,
                PRIMARY KEY (stream_id, shard, lanes, from_offset)
            );
            INSERT INTO firehose_ahead_ranges (stream_id, shard, lanes, from_offset, up_to_offset)
                SELECT stream_id, shard, lanes, from_offset, up_to_offset FROM firehose_ahead;
            DROP TABLE firehose_ahead;
            ALTER TABLE firehose_ahead_ranges RENAME TO firehose_ahead;
            """),
            new Migration("firehose_delivery", 3, """
            CREATE TABLE firehose_version_start (
                stream_id BIGINT NOT NULL,
                shard TEXT NOT NULL,
                version INTEGER NOT NULL,
                from_offset BIGINT NOT NULL,
                PRIMARY KEY (stream_id, shard, version)
            );
            """));

    private static final List<String> TABLES =
            List.of("firehose_checkpoint", "firehose_ahead", "firehose_intent", "firehose_version_start");

    private final Catalog catalog;

    CheckpointTables(Catalog catalog) {
        this.catalog = catalog;
    }

    @Override
    public Progress load(Place place) {
        return catalog.read(connection -> {
            var aheads = aheads(connection, place);
            var intents = intents(connection, place);
            var groups = new HashMap<String, OfGroup>();
            for (var group : union(aheads.keySet(), intents.keySet())) {
                groups.put(
                        group,
                        new OfGroup(aheads.getOrDefault(group, Ahead.NONE), Optional.ofNullable(intents.get(group))));
            }
            return new Progress(low(connection, place), groups);
        });
    }

    private static Set<String> union(Set<String> one, Set<String> other) {
        var all = new HashSet<>(one);
        all.addAll(other);
        return all;
    }

    private static Optional<Long> low(Connection connection, Place place) throws SQLException {
        try (var statement = connection.prepareStatement(
                        "SELECT low_offset FROM firehose_checkpoint WHERE stream_id = ? AND shard = ?");
                var rows = query(statement, place)) {
            return rows.next() ? Optional.of(rows.getLong(1)) : Optional.empty();
        }
    }

    private static Map<String, Ahead> aheads(Connection connection, Place place) throws SQLException {
        var found = new HashMap<String, Ahead>();
        try (var statement = connection.prepareStatement("SELECT lanes, from_offset, up_to_offset FROM firehose_ahead"
                        + " WHERE stream_id = ? AND shard = ?");
                var rows = query(statement, place)) {
            while (rows.next()) {
                found.merge(
                        rows.getString(1),
                        Ahead.NONE.with(new Range(rows.getLong(2), rows.getLong(3))),
                        (all, one) -> all.with(one.ranges().getFirst()));
            }
        }
        return found;
    }

    private static Map<String, Intent> intents(Connection connection, Place place) throws SQLException {
        var found = new HashMap<String, Intent>();
        try (var statement = connection.prepareStatement("SELECT lanes, up_to_offset, batch_id, first_failure_millis,"
                        + " attempts FROM firehose_intent WHERE stream_id = ? AND shard = ?");
                var rows = query(statement, place)) {
            while (rows.next()) {
                long firstFailure = rows.getLong(4);
                var since = rows.wasNull() ? OptionalLong.empty() : OptionalLong.of(firstFailure);
                var intent = new Intent(rows.getLong(2), UUID.fromString(rows.getString(3)), since, rows.getInt(5));
                found.put(rows.getString(1), intent);
            }
        }
        return found;
    }

    private static ResultSet query(PreparedStatement statement, Place place) throws SQLException {
        statement.setLong(1, place.streamId());
        statement.setString(2, place.shard());
        return statement.executeQuery();
    }

    @Override
    public Set<String> finished(long streamId) {
        return catalog.read(connection -> {
            var shards = new HashSet<String>();
            try (var statement = connection.prepareStatement(
                    "SELECT shard FROM firehose_checkpoint WHERE stream_id = ? AND finished = 1")) {
                statement.setLong(1, streamId);
                try (var rows = statement.executeQuery()) {
                    while (rows.next()) {
                        shards.add(rows.getString(1));
                    }
                }
            }
            return shards;
        });
    }

    @Override
    public void intend(Place place, String group, Intent intent) {
        catalog.transact(connection -> {
            try (var statement = connection.prepareStatement("""
                    INSERT INTO firehose_intent
                        (stream_id, shard, lanes, up_to_offset, batch_id, first_failure_millis, attempts)
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT (stream_id, shard, lanes) DO UPDATE SET up_to_offset = excluded.up_to_offset,
                        batch_id = excluded.batch_id, first_failure_millis = excluded.first_failure_millis,
                        attempts = excluded.attempts""")) {
                set(statement, place, group);
                statement.setLong(4, intent.upTo());
                statement.setString(5, intent.id().toString());
                if (intent.firstFailureMillis().isPresent()) {
                    statement.setLong(6, intent.firstFailureMillis().getAsLong());
                } else {
                    statement.setNull(6, Types.BIGINT);
                }
                statement.setInt(7, intent.attempts());
                return statement.executeUpdate();
            }
        });
    }

    @Override
    public void done(Place place, String group, Ahead ahead, long low) {
        catalog.transact(connection -> {
            try (var statement = connection.prepareStatement(
                    "DELETE FROM firehose_ahead WHERE stream_id = ? AND shard = ? AND lanes = ?")) {
                set(statement, place, group);
                statement.executeUpdate();
            }
            try (var statement = connection.prepareStatement("INSERT INTO firehose_ahead"
                    + " (stream_id, shard, lanes, from_offset, up_to_offset) VALUES (?, ?, ?, ?, ?)")) {
                for (var range : ahead.ranges()) {
                    set(statement, place, group);
                    statement.setLong(4, range.from());
                    statement.setLong(5, range.upTo());
                    statement.executeUpdate();
                }
            }
            try (var statement = connection.prepareStatement(
                    "DELETE FROM firehose_intent WHERE stream_id = ? AND shard = ? AND lanes = ?")) {
                set(statement, place, group);
                statement.executeUpdate();
            }
            return advance(connection, place, low);
        });
    }

    @Override
    public void advance(Place place, long low) {
        catalog.transact(connection -> advance(connection, place, low));
    }

    private static int advance(Connection connection, Place place, long low) throws SQLException {
        // Two groups of a shard may come here in another order than they looked at the mark.
        try (var statement = connection.prepareStatement("""
                INSERT INTO firehose_checkpoint (stream_id, shard, low_offset, finished) VALUES (?, ?, ?, 0)
                ON CONFLICT (stream_id, shard) DO UPDATE SET low_offset =
                    CASE WHEN excluded.low_offset > firehose_checkpoint.low_offset
                        THEN excluded.low_offset ELSE firehose_checkpoint.low_offset END""")) {
            statement.setLong(1, place.streamId());
            statement.setString(2, place.shard());
            statement.setLong(3, low);
            statement.executeUpdate();
        }
        int forgotten = 0;
        // A delivery under way has a record at or beyond the mark; what ends before it was given up, or its records are
        // gone.
        for (var table : List.of("firehose_ahead", "firehose_intent")) {
            try (var statement = connection.prepareStatement(
                    "DELETE FROM " + table + " WHERE stream_id = ? AND shard = ? AND up_to_offset <= ?")) {
                statement.setLong(1, place.streamId());
                statement.setString(2, place.shard());
                statement.setLong(3, low);
                forgotten += statement.executeUpdate();
            }
        }
        return forgotten;
    }

    @Override
    public void finish(Place place) {
        catalog.transact(connection -> {
            try (var statement = connection.prepareStatement(
                    "UPDATE firehose_checkpoint SET finished = 1 WHERE stream_id = ? AND shard = ?")) {
                statement.setLong(1, place.streamId());
                statement.setString(2, place.shard());
                return statement.executeUpdate();
            }
        });
    }

    @Override
    public List<VersionStart> versionStarts(Place place) {
        return catalog.read(connection -> {
            var starts = new ArrayList<VersionStart>();
            try (var statement = connection.prepareStatement("SELECT version, from_offset FROM firehose_version_start"
                            + " WHERE stream_id = ? AND shard = ? ORDER BY version");
                    var rows = query(statement, place)) {
                while (rows.next()) {
                    starts.add(new VersionStart(rows.getInt(1), rows.getLong(2)));
                }
            }
            return List.copyOf(starts);
        });
    }

    @Override
    public void startVersion(Place place, VersionStart start) {
        catalog.transact(connection -> {
            try (var statement = connection.prepareStatement("INSERT INTO firehose_version_start"
                    + " (stream_id, shard, version, from_offset) VALUES (?, ?, ?, ?)")) {
                statement.setLong(1, place.streamId());
                statement.setString(2, place.shard());
                statement.setInt(3, start.version());
                statement.setLong(4, start.fromOffset());
                statement.executeUpdate();
            }
            try (var statement = connection.prepareStatement("""
                    DELETE FROM firehose_version_start WHERE stream_id = ? AND shard = ? AND version <
                        (SELECT MAX(version) FROM firehose_version_start
                            WHERE stream_id = ? AND shard = ? AND from_offset <=
                                (SELECT low_offset FROM firehose_checkpoint WHERE stream_id = ? AND shard = ?))""")) {
                statement.setLong(1, place.streamId());
                statement.setString(2, place.shard());
                statement.setLong(3, place.streamId());
                statement.setString(4, place.shard());
                statement.setLong(5, place.streamId());
                statement.setString(6, place.shard());
                return statement.executeUpdate();
            }
        });
    }

    @Override
    public Set<Long> streams() {
        return catalog.read(connection -> {
            var streams = new HashSet<Long>();
            try (var statement = connection.prepareStatement("SELECT DISTINCT stream_id FROM firehose_checkpoint");
                    var rows = statement.executeQuery()) {
                while (rows.next()) {
                    streams.add(rows.getLong(1));
                }
            }
            return streams;
        });
    }

    @Override
    public void forget(long streamId) {
        catalog.transact(connection -> {
            for (var table : TABLES) {
                try (var statement = connection.prepareStatement("DELETE FROM " + table + " WHERE stream_id = ?")) {
                    statement.setLong(1, streamId);
                    statement.executeUpdate();
                }
            }
            return streamId;
        });
    }

    private static void set(PreparedStatement statement, Place place, String group) throws SQLException {
        statement.setLong(1, place.streamId());
        statement.setString(2, place.shard());
        statement.setString(3, group);
    }
}
