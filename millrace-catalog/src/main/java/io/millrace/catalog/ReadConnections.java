package io.millrace.catalog;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;

/** A few connections that readers take turns with; opened when first needed. */
final class ReadConnections implements AutoCloseable {
    private static final int CONNECTIONS_MAX = 4;

    private final SqliteFile file;
    private final Semaphore turns = new Semaphore(CONNECTIONS_MAX, true);
    private final Deque<Connection> idle = new ArrayDeque<>();
    private boolean closed;

    ReadConnections(SqliteFile file) {
        this.file = file;
    }

    <T> T read(SqlWork<T> work) {
        turns.acquireUninterruptibly();
        try {
            return readInTurn(work);
        } finally {
            turns.release();
        }
    }

    private <T> T readInTurn(SqlWork<T> work) {
        var connection = take();
        boolean reusable = false;
        try {
            T result;
            try {
                result = work.run(connection);
            } finally {
                // Ends the snapshot; otherwise the write-ahead log could not be reset.
                connection.rollback();
            }
            reusable = true;
            return result;
        } catch (SQLException e) {
            throw new CatalogException("can't read the catalog " + file.path() + ": " + e.getMessage(), e);
        } finally {
            giveBack(connection, reusable);
        }
    }

    private Connection take() {
        synchronized (idle) {
            if (closed) {
                throw new CatalogException("the catalog is closed");
            }
            if (!idle.isEmpty()) {
                return idle.pop();
            }
        }
        return file.openForReading();
    }

    private void giveBack(Connection connection, boolean reusable) {
        synchronized (idle) {
            if (reusable && !closed) {
                idle.push(connection);
                return;
            }
        }
        closeQuietly(connection);
    }

    @Override
    public void close() {
        synchronized (idle) {
            closed = true;
            while (!idle.isEmpty()) {
                closeQuietly(idle.pop());
            }
        }
    }

    private static void closeQuietly(Connection connection) {
        try {
            connection.close();
        } catch (SQLException _) {
            // It only read; there is nothing to lose.
        }
    }
}
