package io.millrace.streams;

import io.millrace.catalog.Migration;
import io.millrace.model.Namespace;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the catalog keeps about capacity: calls that are limited by the day, accounts' commitments, streams' peaks. */
final class ScalingTables {
    static final Migration MIGRATION = new Migration("streams", 3, """
            CREATE TABLE streams_limited_call (
                stream_id BIGINT NOT NULL REFERENCES streams_stream (id),
                kind TEXT NOT NULL,
                at_millis BIGINT NOT NULL
            );
            CREATE INDEX streams_limited_call_by_stream ON streams_limited_call (stream_id, kind);
            CREATE TABLE streams_commitment (
                account TEXT NOT NULL,
                region TEXT NOT NULL,
                started_millis BIGINT NOT NULL,
                ends_millis BIGINT,
                PRIMARY KEY (account, region)
            );
            CREATE TABLE streams_daily_peak (
                stream_id BIGINT NOT NULL REFERENCES streams_stream (id),
                epoch_day BIGINT NOT NULL,
                bytes_per_second BIGINT NOT NULL,
                records_per_second BIGINT NOT NULL,
                PRIMARY KEY (stream_id, epoch_day)
            );
            """);

    /** Changes of encryption were counted in a table of their own before. */
    static final List<Migration> ENCRYPTION_MIGRATIONS =
            List.of(new Migration("stream-encryption", 1, """
            CREATE TABLE streams_encryption_change (
                stream_id BIGINT NOT NULL REFERENCES streams_stream (id),
                changed_millis BIGINT NOT NULL
            );
            CREATE INDEX streams_encryption_change_of ON streams_encryption_change (stream_id);
            """), new Migration("stream-encryption", 2, """
            INSERT INTO streams_limited_call (stream_id, kind, at_millis)
                SELECT stream_id, 'ENCRYPTION', changed_millis FROM streams_encryption_change;
            DROP TABLE streams_encryption_change;
            """));

    /** The tables that hold rows of single streams, which go with them. */
    static final List<String> OF_STREAMS = List.of("streams_limited_call", "streams_daily_peak");

    private static final Duration LIMIT_WINDOW = Duration.ofHours(24);

    /** What a stream's owner may do only so often in 24 hours. */
    enum LimitedCall {
        SHARD_COUNT,
        MODE,
        ENCRYPTION
    }

    /** Notes a call, after asking whether there is room for it; what is no longer of interest is forgotten. */
    void count(Connection connection, long streamId, LimitedCall kind, long nowMillis, int allowed, Runnable refuse)
            throws SQLException {
        try (var statement = connection.prepareStatement(
                "DELETE FROM streams_limited_call WHERE stream_id = ? AND kind = ? AND at_millis <= ?")) {
            statement.setLong(1, streamId);
            statement.setString(2, kind.name());
            statement.setLong(3, nowMillis - LIMIT_WINDOW.toMillis());
            statement.executeUpdate();
        }
        if (calls(connection, streamId, kind) >= allowed) {
            refuse.run();
        }
        try (var statement = connection.prepareStatement(
                "INSERT INTO streams_limited_call (stream_id, kind, at_millis) VALUES (?, ?, ?)")) {
            statement.setLong(1, streamId);
            statement.setString(2, kind.name());
            statement.setLong(3, nowMillis);
            statement.executeUpdate();
        }
    }

    private static int calls(Connection connection, long streamId, LimitedCall kind) throws SQLException {
        try (var statement = connection.prepareStatement(
                "SELECT COUNT(*) FROM streams_limited_call WHERE stream_id = ? AND kind = ?")) {
            statement.setLong(1, streamId);
            statement.setString(2, kind.name());
            try (var rows = statement.executeQuery()) {
                rows.next();
                return rows.getInt(1);
            }
        }
    }

    /** Writes a day's peak, and forgets days before the oldest of interest. */
    void putPeak(Connection connection, long streamId, long epochDay, Throughput peak, long oldestDay)
            throws SQLException {
        try (var statement = connection.prepareStatement("""
                INSERT INTO streams_daily_peak (stream_id, epoch_day, bytes_per_second, records_per_second)
                VALUES (?, ?, ?, ?)
                ON CONFLICT (stream_id, epoch_day) DO UPDATE SET bytes_per_second = excluded.bytes_per_second,
                    records_per_second = excluded.records_per_second""")) {
            statement.setLong(1, streamId);
            statement.setLong(2, epochDay);
            statement.setLong(3, (long) Math.ceil(peak.bytesPerSecond()));
            statement.setLong(4, (long) Math.ceil(peak.recordsPerSecond()));
            statement.executeUpdate();
        }
        try (var statement =
                connection.prepareStatement("DELETE FROM streams_daily_peak WHERE stream_id = ? AND epoch_day < ?")) {
            statement.setLong(1, streamId);
            statement.setLong(2, oldestDay);
            statement.executeUpdate();
        }
    }

    Map<Long, Throughput> loadPeaks(Connection connection, long streamId, long oldestDay) throws SQLException {
        var peaks = new HashMap<Long, Throughput>();
        try (var statement = connection.prepareStatement(
                "SELECT * FROM streams_daily_peak WHERE stream_id = ? AND epoch_day >= ?")) {
            statement.setLong(1, streamId);
            statement.setLong(2, oldestDay);
            try (var row = statement.executeQuery()) {
                while (row.next()) {
                    peaks.put(
                            row.getLong("epoch_day"),
                            new Throughput(row.getLong("bytes_per_second"), row.getLong("records_per_second")));
                }
            }
        }
        return peaks;
    }

    void putCommitment(Connection connection, Namespace namespace, Commitment commitment) throws SQLException {
        try (var statement = connection.prepareStatement("""
                INSERT INTO streams_commitment (account, region, started_millis, ends_millis) VALUES (?, ?, ?, ?)
                ON CONFLICT (account, region) DO UPDATE SET started_millis = excluded.started_millis,
                    ends_millis = excluded.ends_millis""")) {
            statement.setString(1, namespace.account());
            statement.setString(2, namespace.region());
            statement.setLong(3, commitment.startedMillis());
            statement.setObject(4, commitment.endsMillis().orElse(null));
            statement.executeUpdate();
        }
    }

    Map<Namespace, Commitment> loadCommitments(Connection connection) throws SQLException {
        var commitments = new HashMap<Namespace, Commitment>();
        try (var statement = connection.prepareStatement("SELECT * FROM streams_commitment");
                var row = statement.executeQuery()) {
            while (row.next()) {
                long ends = row.getLong("ends_millis");
                var endsMillis = row.wasNull() ? Optional.<Long>empty() : Optional.of(ends);
                commitments.put(
                        new Namespace(row.getString("account"), row.getString("region")),
                        new Commitment(row.getLong("started_millis"), endsMillis));
            }
        }
        return commitments;
    }
}
