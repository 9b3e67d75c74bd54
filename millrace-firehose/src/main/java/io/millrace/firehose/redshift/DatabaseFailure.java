package io.millrace.firehose.redshift;

import static io.millrace.firehose.delivery.Failure.Remedy.RETRY;

import io.millrace.firehose.delivery.Failure;
import java.sql.SQLException;

/** Firehose's codes for what a database says; see <a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">PostgreSQL's</a>. */
final class DatabaseFailure {
    private static final int CLASS_CHARS = 2;

    private DatabaseFailure() {}

    /** Nothing is given up at once: a table may be mended while we wait. */
    static Failure of(SQLException refusal) {
        return new Failure("Redshift." + code(state(refusal)), String.valueOf(refusal.getMessage()), RETRY);
    }

    /** Whether it is a row that is refused, not the statement. */
    static boolean concernsARow(SQLException refusal) {
        var state = state(refusal);
        return state.startsWith("22") || state.startsWith("23");
    }

    private static String state(SQLException refusal) {
        var state = refusal.getSQLState();
        return state == null ? "" : state;
    }

    private static String code(String state) {
        return switch (state) {
            case "42P01" -> "TableNotFound";
            case "42703" -> "ColumnNotFound";
            case "3D000" -> "DatabaseNotFound";
            case "42501" -> "AccessDenied";
            case "42601" -> "SyntaxError";
            case "22P04" -> "ColumnMismatch";
            default ->
                switch (state.length() < CLASS_CHARS ? "" : state.substring(0, CLASS_CHARS)) {
                    case "28" -> "AuthenticationFailed";
                    case "22", "23" -> "DataLoadFailed";
                    case "08", "53", "57" -> "ConnectionFailed";
                    default -> "InternalError";
                };
        };
    }
}
