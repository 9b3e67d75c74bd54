package io.millrace.firehose.redshift;

import java.sql.SQLException;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.postgresql.util.PSQLException;

/** Which line of a COPY the server did not take, where it says so. */
final class RefusedLine {
    private static final Pattern LINE = Pattern.compile("^COPY .*, line (\\d+)", Pattern.MULTILINE);

    private RefusedLine() {}

    /** Counted from one; empty where it is not a row that was refused. */
    static OptionalInt of(SQLException refusal) {
        if (!DatabaseFailure.concernsARow(refusal)
                || !(refusal instanceof PSQLException spoken)
                || spoken.getServerErrorMessage() == null
                || spoken.getServerErrorMessage().getWhere() == null) {
            return OptionalInt.empty();
        }
        var line = LINE.matcher(spoken.getServerErrorMessage().getWhere());
        return line.find() ? OptionalInt.of(Integer.parseInt(line.group(1))) : OptionalInt.empty();
    }
}
