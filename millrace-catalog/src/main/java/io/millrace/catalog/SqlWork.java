package io.millrace.catalog;

import java.sql.Connection;
import java.sql.SQLException;

/** What to do with a connection; must not keep it. */
@FunctionalInterface
public interface SqlWork<T> {
    T run(Connection connection) throws SQLException;
}
