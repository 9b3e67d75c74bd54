package io.millrace.simulation;

import io.millrace.catalog.Catalog;
import io.millrace.catalog.CatalogException;
import io.millrace.catalog.Migration;
import io.millrace.catalog.SqlWork;
import io.millrace.catalog.SqliteCatalog;
import io.millrace.log.disk.SimulatedDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * The real catalog under simulated power. SQLite's own writes can't be led through the simulated disk, so it runs on real
 * files, and these are looked at before and after each commit: what differs is what was being written. A power cut between
 * leaves any part of that; one before or after leaves all of the one or the other. A commit whose sync fails is undone
 * for its caller, but the power may go before another one overwrites it, and then it may be found.
 */
final class SimulatedCatalog implements Catalog {
    private static final long PAGES_MAX = 4_294_967_294L;

    private final Path directory;
    private final SqliteCatalog engine;
    private final SimulatedDisk power;
    private final SplittableRandom chance;

    private final CatalogFiles found;
    /** What is there while the power is on. */
    private CatalogFiles present;
    /** What is on the device for certain. */
    private CatalogFiles durable;
    /** What is being written. */
    private Optional<CatalogFiles> unsynced = Optional.empty();
    /** The commit whose sync failed, until another one has overwritten it. */
    private Optional<Left> failed = Optional.empty();

    /**
     * What a process leaves.
     *
     * @param durable what of it is on the device for certain
     */
    record Left(CatalogFiles durable, CatalogFiles found) {}

    private int commitsToFail;
    private boolean full;

    private SimulatedCatalog(
            Path directory,
            CatalogFiles found,
            CatalogFiles durable,
            SimulatedDisk power,
            SplittableRandom chance,
            SqliteCatalog engine) {
        this.directory = directory;
        this.found = found;
        this.present = found;
        this.durable = durable;
        this.power = power;
        this.chance = chance;
        this.engine = engine;
    }

    /**
     * Opens what is found; {@link #come} is to follow.
     *
     * @param durable what of it is on the device, after a process was killed
     */
    static SimulatedCatalog open(
            Path parent, CatalogFiles found, CatalogFiles durable, SimulatedDisk power, SplittableRandom chance)
            throws IOException {
        var directory = Files.createTempDirectory(parent, "catalog");
        found.writeTo(directory);
        var engine = SqliteCatalog.open(CatalogFiles.databaseIn(directory));
        return new SimulatedCatalog(directory, found, durable, power, chance, engine);
    }

    /** What the engine did with what it found happens, as far as the power lasts. */
    void come() {
        present = files(directory);
        unsynced = Optional.of(found);
        requirePower();
        if (present.isCheckpointed()) {
            // Synced first, then copied.
            durable = found;
            unsynced = Optional.of(present);
            requirePower();
            durable = present;
            unsynced = Optional.empty();
        }
    }

    void failNextCommits(int count) {
        commitsToFail = count;
    }

    /** Whether the database may grow. */
    void setFull(boolean full) {
        this.full = full;
    }

    /** What is found when the power is back. */
    CatalogFiles afterPowerLoss() {
        var left = left();
        return left.durable().cutOnTheWayTo(left.found(), chance);
    }

    /** What is found when only the process ended. */
    Left afterProcessEnd() {
        var left = left();
        return chance.nextBoolean() ? left : new Left(left.durable(), left.durable());
    }

    private Left left() {
        return unsynced.map(written -> new Left(durable, written))
                .or(() -> failed)
                .orElseGet(() -> new Left(durable, durable));
    }

    /** What was left in peace. */
    CatalogFiles durable() {
        return durable;
    }

    @Override
    public void migrate(List<Migration> migrations) {
        touch(() -> {
            engine.migrate(migrations);
            return true;
        });
    }

    @Override
    public <T> T read(SqlWork<T> work) {
        return engine.read(work);
    }

    @Override
    public <T> T transact(SqlWork<T> work) {
        if (commitsToFail > 0) {
            commitsToFail--;
            failInSync(work);
        }
        return touch(() -> engine.transact(connection -> {
            limitPages(connection);
            return work.run(connection);
        }));
    }

    private interface Commit<T> {
        T run();
    }

    private <T> T touch(Commit<T> commit) {
        requirePower();
        var result = commit.run();
        var after = files(directory);
        if (after.isSameAs(present)) {
            // Nothing was written, so nothing was synced either.
            return result;
        }
        present = after;
        failed = Optional.empty();
        unsynced = Optional.of(after);
        requirePower();
        durable = after;
        unsynced = Optional.empty();
        requirePower();
        return result;
    }

    private void requirePower() {
        try {
            power.operation();
        } catch (IOException e) {
            throw new CatalogException("can't write the catalog: " + e.getMessage(), e);
        }
    }

    private void limitPages(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            // Never less than what there is, so 1 means that it must not grow.
            statement.execute("PRAGMA max_page_count = " + (full ? 1 : PAGES_MAX));
        }
    }

    /** The commit is made on a copy, which is what a disk may hold that said that it failed. */
    private void failInSync(SqlWork<?> work) {
        requirePower();
        try {
            var copy = Files.createTempDirectory(directory, "failed");
            durable.writeTo(copy);
            try (var shadow = SqliteCatalog.open(CatalogFiles.databaseIn(copy))) {
                var before = files(copy);
                shadow.transact(work);
                failed = Optional.of(new Left(before, files(copy)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new CatalogException(
                "can't write the catalog: disk I/O error", new SQLException("[SQLITE_IOERR_FSYNC] disk I/O error"));
    }

    private static CatalogFiles files(Path directory) {
        try {
            return CatalogFiles.readFrom(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Closes in peace, with a checkpoint; the power may go meanwhile. */
    @Override
    public void close() {
        requirePower();
        engine.close();
        failed = Optional.empty();
        unsynced = Optional.of(files(directory));
        requirePower();
        durable = files(directory);
        unsynced = Optional.empty();
        deleteAll();
    }

    /** Lets go of the real files, whose content has no meaning any more. */
    void abandon() {
        engine.close();
        deleteAll();
    }

    private void deleteAll() {
        try (Stream<Path> files = Files.walk(directory)) {
            for (var file : files.sorted((one, other) -> other.compareTo(one)).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
