package io.millrace.firehose.redshift;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The table beside the target, in the target's database, that knows which batches are in. A row is written in the
 * transaction that copies the batch, so that both are there or neither; a batch that is delivered again is found and left
 * alone. It also keeps which records the table refused, so that they are told again after a crash.
 */
final class Ledger {
    private static final String TABLE = "millrace_firehose_deliveries";
    /** Far longer than any batch is tried. */
    private static final Duration KEPT = Duration.ofDays(14);

    private Ledger() {}

    static void create(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS " + TABLE
                    + " (batch_id uuid PRIMARY KEY, delivery_stream text NOT NULL,"
                    + " delivered_at timestamptz NOT NULL, refused text NOT NULL)");
        }
    }

    /** The refused records of a batch that is in, by their places in it, with the reasons; empty if it is not in. */
    static Optional<Map<Integer, String>> find(Connection connection, UUID batch) throws SQLException {
        try (var query = connection.prepareStatement("SELECT refused FROM " + TABLE + " WHERE batch_id = ?")) {
            query.setObject(1, batch);
            try (var rows = query.executeQuery()) {
                return rows.next() ? Optional.of(refusals(rows.getString(1))) : Optional.empty();
            }
        }
    }

    static void enter(
            Connection connection, UUID batch, String deliveryStream, Instant now, Map<Integer, String> refused)
            throws SQLException {
        try (var insert = connection.prepareStatement("INSERT INTO " + TABLE + " VALUES (?, ?, ?, ?)")) {
            insert.setObject(1, batch);
            insert.setString(2, deliveryStream);
            insert.setObject(3, now.atOffset(java.time.ZoneOffset.UTC));
            insert.setString(4, text(refused));
            insert.executeUpdate();
        }
        try (var delete = connection.prepareStatement("DELETE FROM " + TABLE + " WHERE delivered_at < ?")) {
            delete.setObject(1, now.minus(KEPT).atOffset(java.time.ZoneOffset.UTC));
            delete.executeUpdate();
        }
    }

    /** A line for each: its place, a space, the reason without line breaks. */
    private static String text(Map<Integer, String> refused) {
        var lines = new StringBuilder();
        refused.forEach((place, reason) -> lines.append(place)
                .append(' ')
                .append(reason.replace('\n', ' ').replace('\r', ' '))
                .append('\n'));
        return lines.toString();
    }

    private static Map<Integer, String> refusals(String text) {
        var refused = new LinkedHashMap<Integer, String>();
        text.lines().forEach(line -> {
            int space = line.indexOf(' ');
            refused.put(Integer.valueOf(line.substring(0, space)), line.substring(space + 1));
        });
        return refused;
    }
}
