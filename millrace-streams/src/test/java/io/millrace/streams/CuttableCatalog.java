package io.millrace.streams;

import io.millrace.catalog.Catalog;
import io.millrace.catalog.Migration;
import io.millrace.catalog.SqlWork;
import java.util.List;

/** A real catalog, with a place for the power to fail before and after each commit. */
record CuttableCatalog(Catalog catalog, PowerCut power) implements Catalog {
    @Override
    public void migrate(List<Migration> migrations) {
        catalog.migrate(migrations);
    }

    @Override
    public <T> T read(SqlWork<T> work) {
        return catalog.read(work);
    }

    @Override
    public <T> T transact(SqlWork<T> work) {
        power.step();
        var result = catalog.transact(work);
        power.step();
        return result;
    }

    @Override
    public void close() {
        catalog.close();
    }
}
