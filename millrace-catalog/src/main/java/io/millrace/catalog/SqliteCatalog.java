package io.millrace.catalog;

import java.nio.file.Path;
import java.util.List;

/**
 * The catalog in one SQLite file (and its write-ahead log beside it): what a single node needs, with nothing to install.
 *
 * <p>Every transaction is synced to disk before it returns. Transactions that are asked for at the same moment share one
 * sync, so many callers cost little more than one.
 */
public final class SqliteCatalog implements Catalog {
    private final TransactionWriter writer;
    private final ReadConnections readers;
    private final SchemaHistory schema;

    private SqliteCatalog(SqliteFile file) {
        this.writer = TransactionWriter.start(file);
        this.readers = new ReadConnections(file);
        this.schema = new SchemaHistory(file.path(), this);
    }

    /**
     * Opens the file, or makes it.
     *
     * @throws CatalogException if it can't be read or written, or is not a database
     */
    public static SqliteCatalog open(Path file) {
        return new SqliteCatalog(new SqliteFile(file).keptPrivate());
    }

    @Override
    public void migrate(List<Migration> migrations) {
        schema.migrate(migrations);
    }

    @Override
    public <T> T read(SqlWork<T> work) {
        return readers.read(work);
    }

    @Override
    public <T> T transact(SqlWork<T> work) {
        return writer.transact(work);
    }

    /** Completes the transactions that were asked for, then closes the file. */
    @Override
    public void close() {
        writer.close();
        readers.close();
    }
}
