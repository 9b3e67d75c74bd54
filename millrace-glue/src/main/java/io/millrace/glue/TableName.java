package io.millrace.glue;

import io.millrace.model.Namespace;
import java.util.Locale;

/** A table by the names it is found by, which have no upper case: Hive knows none. */
record TableName(DatabaseName database, String name) {
    TableName {
        name = name.toLowerCase(Locale.ROOT);
    }

    /** A database likewise. */
    record DatabaseName(Namespace namespace, String name) {
        DatabaseName {
            name = name.toLowerCase(Locale.ROOT);
        }

        TableName table(String table) {
            return new TableName(this, table);
        }
    }
}
