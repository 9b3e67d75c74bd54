package io.millrace.catalog;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * The only writer of the file: takes what queued up, runs each piece of work behind a savepoint of its own, commits all
 * of them with one sync, and only then lets their callers go on.
 */
final class TransactionWriter implements AutoCloseable {
    private static final int QUEUE_MAX_TRANSACTIONS = 1_024;
    private static final int COMMIT_MAX_TRANSACTIONS = 128;

    private final SqliteFile file;
    private final Statements statements;
    private final BlockingQueue<Transaction<?>> queue = new ArrayBlockingQueue<>(QUEUE_MAX_TRANSACTIONS);
    // A platform thread: SQLite's native calls would hold a virtual thread's carrier through each sync.
    private final Thread owner =
            Thread.ofPlatform().name("catalog-writer").daemon().unstarted(this::run);
    private final Object gate = new Object();
    private boolean closed;

    private TransactionWriter(SqliteFile file) {
        this.file = file;
        this.statements = new Statements(file.openForWriting());
    }

    static TransactionWriter start(SqliteFile file) {
        var writer = new TransactionWriter(file);
        writer.makeDurable();
        writer.owner.start();
        return writer;
    }

    /**
     * Before anybody acts on what is found: a process that was killed while it committed leaves a transaction that only the
     * operating system has. The checkpoint syncs the write-ahead log, and copies it to the database and syncs that.
     */
    private void makeDurable() {
        try {
            statements.run("PRAGMA wal_checkpoint(TRUNCATE)");
        } catch (SQLException e) {
            throw new CatalogException("can't write the catalog " + file.path() + ": " + e.getMessage(), e);
        }
    }

    <T> T transact(SqlWork<T> work) {
        assert !owner.equals(Thread.currentThread()) : "a transaction inside another would wait for itself";
        var transaction = new Transaction<>(work);
        submit(transaction);
        return transaction.await();
    }

    private void submit(Transaction<?> transaction) {
        synchronized (gate) {
            if (closed) {
                throw new CatalogException("the catalog is closed");
            }
            put(transaction);
        }
    }

    private void put(Transaction<?> transaction) {
        try {
            queue.put(transaction);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CatalogException("interrupted before the catalog was written", e);
        }
    }

    private void run() {
        var batch = new ArrayList<Transaction<?>>(COMMIT_MAX_TRANSACTIONS);
        try {
            while (true) {
                batch.add(queue.take());
                queue.drainTo(batch, COMMIT_MAX_TRANSACTIONS - 1);
                boolean last = batch.remove(Transaction.STOP);
                commitTogether(batch);
                batch.clear();
                if (last) {
                    statements.connection().close();
                    return;
                }
            }
        } catch (InterruptedException _) {
            // Nobody but a dying process interrupts this thread; what is committed is safe.
        } catch (SQLException _) {
            // Everything is committed; a file that can't be closed is recovered at the next start.
        }
    }

    private void commitTogether(List<Transaction<?>> batch) {
        try {
            // A writer that began by reading could not be upgraded while another process writes; this one never has to.
            statements.run("BEGIN IMMEDIATE");
            for (var transaction : batch) {
                transaction.runBehindSavepoint(statements);
            }
            statements.run("COMMIT");
        } catch (SQLException e) {
            rollback(e);
            var failure = new CatalogException("can't write the catalog " + file.path() + ": " + e.getMessage(), e);
            batch.forEach(transaction -> transaction.fail(failure));
            return;
        }
        batch.forEach(Transaction::complete);
    }

    private void rollback(SQLException cause) {
        try {
            statements.run("ROLLBACK");
        } catch (SQLException e) {
            // SQLite has ended the transaction already.
            cause.addSuppressed(e);
        }
    }

    @Override
    public void close() {
        synchronized (gate) {
            if (closed) {
                return;
            }
            closed = true;
            put(Transaction.STOP);
        }
        try {
            owner.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
