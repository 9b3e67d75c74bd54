package io.millrace.firehose.redshift;

import io.millrace.firehose.delivery.Batch;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;
import org.postgresql.util.PSQLException;

/**
 * One pass of a batch through {@code COPY FROM STDIN}. Remembers which line came from which record, because the server names
 * the line that it did not take. Used once, by one thread.
 */
final class CopyPass {
    private static final Pattern LINE = Pattern.compile("^COPY .*, line (\\d+)", Pattern.MULTILINE);

    private final Rows rows;
    private final Map<Integer, String> refused;
    /** By a record's place in the batch: the number of lines that are sent when it has been. */
    private int[] linesThrough = new int[1024];

    private int records;

    /** @param refused records that are left out, by their places; those whose data is not what the format says are added */
    CopyPass(Rows rows, Map<Integer, String> refused) {
        this.rows = rows;
        this.refused = refused;
    }

    void run(CopyManager copies, String statement, Batch batch) throws SQLException {
        var copy = copies.copyIn(statement);
        try (var all = batch.records()) {
            int lines = 0;
            for (records = 0; all.hasNext(); records++) {
                var record = all.next();
                if (!refused.containsKey(records)) {
                    try {
                        var row = rows.of(record);
                        copy.writeToCopy(row, 0, row.length);
                        lines += lines(row);
                    } catch (IOException e) {
                        refused.put(
                                records,
                                String.valueOf(e.getMessage())
                                        .lines()
                                        .findFirst()
                                        .orElse(""));
                    }
                }
                if (records == linesThrough.length) {
                    linesThrough = Arrays.copyOf(linesThrough, 2 * records);
                }
                linesThrough[records] = lines;
            }
            copy.endCopy();
        } finally {
            cancel(copy);
        }
    }

    private static void cancel(CopyIn copy) throws SQLException {
        if (copy.isActive()) {
            copy.cancelCopy();
        }
    }

    private static int lines(byte[] row) {
        int lines = 0;
        for (byte each : row) {
            if (each == '\n') {
                lines++;
            }
        }
        return lines;
    }

    /** The record whose row the server refused, where it said so. */
    OptionalInt refusedRecord(SQLException refusal) {
        if (!DatabaseFailure.concernsARow(refusal)
                || !(refusal instanceof PSQLException spoken)
                || spoken.getServerErrorMessage() == null
                || spoken.getServerErrorMessage().getWhere() == null) {
            return OptionalInt.empty();
        }
        var line = LINE.matcher(spoken.getServerErrorMessage().getWhere());
        if (!line.find()) {
            return OptionalInt.empty();
        }
        int number = Integer.parseInt(line.group(1));
        for (int record = 0; record < records; record++) {
            if (linesThrough[record] >= number) {
                return OptionalInt.of(record);
            }
        }
        return OptionalInt.empty();
    }
}
