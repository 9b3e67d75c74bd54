package io.millrace.firehose.redshift;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.firehose.model.CopyCommand;

/**
 * The table that a delivery stream fills.
 *
 * @param sql its name as a statement has it, quoted where it has to be
 * @param named the columns that the configuration names; empty for all the table has
 */
record TargetTable(String sql, List<String> named) {

    static TargetTable of(CopyCommand copy) {
        var parts = Arrays.stream(copy.dataTableName().split("\\.", 2))
                .map(TargetTable::quoted)
                .toList();
        return new TargetTable(String.join(".", parts), names(copy.dataTableColumns()));
    }

    private static List<String> names(@Nullable String columns) {
        return columns == null || columns.isBlank()
                ? List.of()
                : Arrays.stream(columns.split(",")).map(String::strip).toList();
    }

    /** Names are folded to lower case as both databases do, unless they came in quotes. */
    static String quoted(String name) {
        boolean asGiven = name.length() > 1 && name.startsWith("\"") && name.endsWith("\"");
        var bare = asGiven
                ? name.substring(1, name.length() - 1).replace("\"\"", "\"")
                : name.toLowerCase(java.util.Locale.ROOT);
        return "\"" + bare.replace("\"", "\"\"") + "\"";
    }

    /** {@code ("a","b")}, or nothing where the table's own columns are meant. */
    static String list(List<String> columns) {
        return columns.isEmpty()
                ? ""
                : " ("
                        + String.join(
                                ",", columns.stream().map(TargetTable::quoted).toList()) + ")";
    }

    /** The columns that rows are made for: the named ones, or those the table has now. */
    List<String> columns(Connection connection) throws SQLException {
        if (!named.isEmpty()) {
            return named;
        }
        var columns = new ArrayList<String>();
        try (var statement = connection.createStatement();
                var nothing = statement.executeQuery("SELECT * FROM " + sql + " LIMIT 0")) {
            var metadata = nothing.getMetaData();
            for (int each = 1; each <= metadata.getColumnCount(); each++) {
                columns.add("\"" + metadata.getColumnName(each).replace("\"", "\"\"") + "\"");
            }
        }
        return columns;
    }
}
