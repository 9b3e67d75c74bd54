package io.millrace.firehose.redshift;

import io.millrace.firehose.delivery.Batch;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;

/**
 * A batch's way through {@code COPY FROM STDIN}: all at once, and if the server refuses a row, again in parts, each behind a
 * savepoint. A part with a bad row goes up to that and on behind it, so that bad rows cost their parts and not the batch. Used
 * once, by one thread, in a transaction of its caller.
 */
final class CopyPass {
    private static final int PART_MAX_RECORDS = 512;
    private static final int PART_MIN_RECORDS = 8;
    private static final int PART_MAX_BYTES = 4 << 20;
    /** When the first so many are all refused, the table and the data do not go together. */
    private static final int REFUSED_AT_FIRST_MAX_COUNT = 100;

    private static final int REASON_MAX_CHARS = 256;

    private final Connection connection;
    private final CopyManager copies;
    private final String statement;
    private final Rows rows;
    private final Map<Integer, String> refused = new TreeMap<>();
    private long taken;
    private int refusedByServer;

    CopyPass(Connection connection, String statement, Rows rows) throws SQLException {
        this.connection = connection;
        copies = connection.unwrap(PGConnection.class).getCopyAPI();
        this.statement = statement;
        this.rows = rows;
    }

    /** A record's rows, and its place in the batch. */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    private record Row(int place, byte[] bytes) {
        int lines() {
            int lines = 0;
            for (byte each : bytes) {
                if (each == '\n') {
                    lines++;
                }
            }
            return lines;
        }

        boolean endsALine() {
            return bytes.length > 0 && bytes[bytes.length - 1] == '\n';
        }
    }

    /** Copies what the table takes; returns the reasons of the others, by their places in the batch. */
    Map<Integer, String> run(Batch batch) throws SQLException {
        var start = connection.setSavepoint();
        try {
            whole(batch);
        } catch (SQLException e) {
            if (RefusedLine.of(e).isEmpty()) {
                throw e;
            }
            connection.rollback(start);
            refused.clear();
            inParts(batch, e);
        }
        return refused;
    }

    private void whole(Batch batch) throws SQLException {
        var copy = copies.copyIn(statement);
        try (var all = batch.records()) {
            for (int place = 0; all.hasNext(); place++) {
                try {
                    write(copy, rows.of(all.next()));
                } catch (IOException e) {
                    refuse(place, e);
                }
            }
            copy.endCopy();
        } finally {
            cancel(copy);
        }
    }

    /** @param first why the whole was refused */
    private void inParts(Batch batch, SQLException first) throws SQLException {
        int partMaxRecords = PART_MAX_RECORDS;
        var part = new ArrayList<Row>();
        long bytes = 0;
        try (var all = batch.records()) {
            for (int place = 0; all.hasNext(); place++) {
                try {
                    var row = new Row(place, rows.of(all.next()));
                    part.add(row);
                    bytes += row.bytes().length;
                } catch (IOException e) {
                    refuse(place, e);
                }
                // A line may go on from record to record, and a part must not end in the middle of it.
                boolean whole = part.isEmpty() || part.getLast().endsALine() || !all.hasNext();
                if (whole && (part.size() >= partMaxRecords || bytes >= PART_MAX_BYTES || !all.hasNext())) {
                    int before = refused.size();
                    copy(part, first);
                    int bad = refused.size() - before;
                    partMaxRecords = bad > part.size() / 2
                            ? Math.max(PART_MIN_RECORDS, partMaxRecords / 4)
                            : Math.min(PART_MAX_RECORDS, partMaxRecords * 2);
                    part.clear();
                    bytes = 0;
                } else if (bytes >= 2L * PART_MAX_BYTES && !whole) {
                    throw first;
                }
            }
        }
    }

    private void copy(List<Row> part, SQLException first) throws SQLException {
        var rest = part;
        while (!rest.isEmpty()) {
            int bad = attempt(rest);
            if (bad == rest.size()) {
                taken += rest.size();
                return;
            }
            // A line that several records make is refused with all of them.
            int from = bad;
            while (from > 0 && !rest.get(from - 1).endsALine()) {
                from--;
                refused.put(
                        rest.get(from).place(),
                        refused.getOrDefault(rest.get(bad).place(), ""));
            }
            copy(rest.subList(0, from), first);
            if (taken == 0 && refusedByServer >= REFUSED_AT_FIRST_MAX_COUNT) {
                throw first;
            }
            rest = rest.subList(bad + 1, rest.size());
        }
    }

    /** The index of the row at whose end the refused line ends, with its reason kept; the number of rows if all are in. */
    private int attempt(List<Row> part) throws SQLException {
        var start = connection.setSavepoint();
        try {
            var copy = copies.copyIn(statement);
            try {
                for (var row : part) {
                    write(copy, row.bytes());
                }
                copy.endCopy();
            } finally {
                cancel(copy);
            }
            connection.releaseSavepoint(start);
            return part.size();
        } catch (SQLException e) {
            var line = RefusedLine.of(e);
            if (line.isEmpty()) {
                throw e;
            }
            connection.rollback(start);
            connection.releaseSavepoint(start);
            int bad = index(part, line.getAsInt());
            refusedByServer++;
            refused.put(part.get(bad).place(), reason(String.valueOf(e.getMessage())));
            return bad;
        }
    }

    private static int index(List<Row> part, int line) {
        int lines = 0;
        for (int at = 0; at < part.size(); at++) {
            lines += part.get(at).lines();
            if (lines >= line) {
                return at;
            }
        }
        return part.size() - 1;
    }

    private static void write(CopyIn copy, byte[] row) throws SQLException {
        copy.writeToCopy(row, 0, row.length);
    }

    private static void cancel(CopyIn copy) throws SQLException {
        if (copy.isActive()) {
            copy.cancelCopy();
        }
    }

    private void refuse(int place, IOException e) {
        refused.put(
                place, reason(String.valueOf(e.getMessage()).lines().findFirst().orElse("")));
    }

    /** There may be as many as the batch has records. */
    private static String reason(String message) {
        return message.length() <= REASON_MAX_CHARS ? message : message.substring(0, REASON_MAX_CHARS);
    }
}
