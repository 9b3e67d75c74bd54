package io.millrace.catalog;

import java.util.List;

/**
 * Small consistent facts in SQL. Two implementations: SQLite ({@code SqliteCatalog}) and, later, PostgreSQL; the SQL of
 * the rooms runs on both.
 */
public interface Catalog extends AutoCloseable {
    /**
     * Brings a room's tables to the newest known schema.
     *
     * @throws CatalogException if the file holds a newer schema than these migrations know
     */
    void migrate(List<Migration> migrations);

    /** Runs read-only work on a consistent snapshot. */
    <T> T read(SqlWork<T> work);

    /**
     * Runs work in a transaction of its own, one at a time with all others; durable when it returns. Whatever the work
     * throws undoes it alone and reaches the caller.
     */
    <T> T transact(SqlWork<T> work);

    @Override
    void close();
}
