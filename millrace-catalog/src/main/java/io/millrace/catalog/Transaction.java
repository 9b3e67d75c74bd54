package io.millrace.catalog;

import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** One caller's work on its way through the writer, and the place where the caller waits for it. */
final class Transaction<T> {
    /** The writer's signal to stop; never run. */
    static final Transaction<String> STOP = new Transaction<>(_ -> "stopped");

    /** How the work ended, known before the commit but told only after it. */
    private sealed interface Ending<T> {}

    private record Returned<T>(T result) implements Ending<T> {}

    private record Threw<T>(Throwable failure) implements Ending<T> {}

    private final SqlWork<T> work;
    private final CompletableFuture<T> outcome = new CompletableFuture<>();
    private @Nullable Ending<T> ending;

    Transaction(SqlWork<T> work) {
        this.work = work;
    }

    /** Runs the work; whatever it throws undoes it alone. Throws only if the whole transaction can't go on. */
    void runBehindSavepoint(Statements statements) throws SQLException {
        statements.run("SAVEPOINT work");
        try {
            ending = new Returned<>(work.run(statements.connection()));
        } catch (SQLException e) {
            undo(statements, e);
            ending = new Threw<>(new CatalogException("the catalog refused a statement: " + e.getMessage(), e));
        } catch (RuntimeException | Error e) {
            statements.run("ROLLBACK TO work");
            ending = new Threw<>(e);
        }
        statements.run("RELEASE work");
    }

    /** A full disk or a failed write ends the whole transaction, and the savepoint with it; that is the failure to tell. */
    private static void undo(Statements statements, SQLException cause) throws SQLException {
        try {
            statements.run("ROLLBACK TO work");
        } catch (SQLException gone) {
            cause.addSuppressed(gone);
            throw cause;
        }
    }

    /** Lets the caller go on; what the work did is durable. */
    void complete() {
        switch (ending) {
            case Returned<T>(var result) -> outcome.complete(result);
            case Threw<T>(var failure) -> outcome.completeExceptionally(failure);
            case null -> throw new AssertionError("completed before it ran");
        }
    }

    /** Tells the caller that nothing of the work is kept. */
    void fail(CatalogException failure) {
        outcome.completeExceptionally(failure);
    }

    T await() {
        try {
            return outcome.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CatalogException(
                    "interrupted while the catalog was written; the change may or may not be kept", e);
        } catch (ExecutionException e) {
            throw thrown(e.getCause());
        }
    }

    /** The failure as the work threw it, so that a refusal passes through untouched. */
    private static RuntimeException thrown(@Nullable Throwable failure) {
        return switch (failure) {
            case RuntimeException e -> e;
            case Error e -> throw e;
            case null, default -> throw new AssertionError("work threw neither", failure);
        };
    }
}
