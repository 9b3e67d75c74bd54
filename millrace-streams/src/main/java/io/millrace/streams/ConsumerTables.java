package io.millrace.streams;

import io.millrace.catalog.Migration;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import software.amazon.awssdk.services.kinesis.model.ConsumerStatus;

/** What the catalog keeps of consumers. Each method is part of a transaction. */
final class ConsumerTables {
    static final List<Migration> MIGRATIONS = List.of(new Migration("stream-consumers", 1, """
            CREATE TABLE streams_consumer (
                id BIGINT PRIMARY KEY,
                stream_id BIGINT NOT NULL REFERENCES streams_stream (id),
                name TEXT NOT NULL,
                status TEXT NOT NULL,
                created_millis BIGINT NOT NULL,
                transition_due_millis BIGINT NOT NULL,
                UNIQUE (stream_id, name)
            );
            """));

    /** The tables that hold rows of single streams, which go with them. */
    static final List<String> OF_STREAMS = List.of("streams_consumer");

    void insert(Connection connection, ConsumerState consumer) throws SQLException {
        try (var statement = connection.prepareStatement("""
                INSERT INTO streams_consumer (id, stream_id, name, status, created_millis, transition_due_millis)
                VALUES (?, ?, ?, ?, ?, ?)""")) {
            statement.setLong(1, consumer.id());
            statement.setLong(2, consumer.streamId());
            statement.setString(3, consumer.address().name());
            statement.setString(4, consumer.status().name());
            statement.setLong(5, consumer.createdMillis());
            statement.setLong(6, consumer.transitionDueMillis());
            statement.executeUpdate();
        }
    }

    void update(Connection connection, ConsumerState consumer) throws SQLException {
        try (var statement = connection.prepareStatement(
                "UPDATE streams_consumer SET status = ?, transition_due_millis = ? WHERE id = ?")) {
            statement.setString(1, consumer.status().name());
            statement.setLong(2, consumer.transitionDueMillis());
            statement.setLong(3, consumer.id());
            statement.executeUpdate();
        }
    }

    void delete(Connection connection, long consumerId) throws SQLException {
        try (var statement = connection.prepareStatement("DELETE FROM streams_consumer WHERE id = ?")) {
            statement.setLong(1, consumerId);
            statement.executeUpdate();
        }
    }

    /**
     * Every consumer.
     *
     * @param streams the address of the stream with an id
     */
    List<ConsumerState> load(Connection connection, LongFunction<Optional<StreamAddress>> streams) throws SQLException {
        var consumers = new ArrayList<ConsumerState>();
        try (var statement = connection.prepareStatement("SELECT * FROM streams_consumer");
                var row = statement.executeQuery()) {
            while (row.next()) {
                long streamId = row.getLong("stream_id");
                long createdMillis = row.getLong("created_millis");
                var stream = streams.apply(streamId)
                        .orElseThrow(() -> new AssertionError("a consumer of stream " + streamId + ", which is gone"));
                consumers.add(new ConsumerState(
                        row.getLong("id"),
                        streamId,
                        new ConsumerAddress(stream, row.getString("name"), Math.floorDiv(createdMillis, 1000L)),
                        ConsumerStatus.valueOf(row.getString("status")),
                        createdMillis,
                        row.getLong("transition_due_millis")));
            }
        }
        return consumers;
    }
}
