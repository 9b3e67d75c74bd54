package io.millrace.simulation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;

/** The catalog's database and its write-ahead log at one moment. The shared-memory file is rebuilt from these. */
final class CatalogFiles {
    static final CatalogFiles NONE = new CatalogFiles(new byte[0], new byte[0]);

    private static final String DATABASE = "catalog.db";
    private static final int WAL_HEADER_BYTES = 32;
    private static final int SECTOR_BYTES = 512;

    private final byte[] database;
    private final byte[] wal;

    private CatalogFiles(byte[] database, byte[] wal) {
        this.database = database;
        this.wal = wal;
    }

    static Path databaseIn(Path directory) {
        return directory.resolve(DATABASE);
    }

    static CatalogFiles readFrom(Path directory) throws IOException {
        return new CatalogFiles(read(databaseIn(directory)), read(walIn(directory)));
    }

    /** Whether all is in the database, which SQLite syncs before it empties the write-ahead log. */
    boolean isCheckpointed() {
        return wal.length == 0;
    }

    boolean isSameAs(CatalogFiles other) {
        return Arrays.equals(database, other.database) && Arrays.equals(wal, other.wal);
    }

    void writeTo(Path directory) throws IOException {
        if (database.length > 0) {
            Files.write(databaseIn(directory), database);
        }
        if (wal.length > 0) {
            Files.write(walIn(directory), wal);
        }
    }

    private static Path walIn(Path directory) {
        return directory.resolve(DATABASE + "-wal");
    }

    private static byte[] read(Path file) throws IOException {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException _) {
            return new byte[0];
        }
    }

    /**
     * What may be found when the power goes somewhere on the way from these files to those. SQLite goes it in steps, each
     * synced before the next: the write-ahead log's header if it begins anew, its frames, then the database's pages if there
     * is a checkpoint, and last the log is emptied or removed.
     */
    CatalogFiles cutOnTheWayTo(CatalogFiles after, SplittableRandom chance) {
        if (isSameAs(after)) {
            return this;
        }
        if (database.length == 0) {
            // Made with a rollback journal, which is not looked at: it is there or not.
            return chance.nextBoolean() ? this : after;
        }
        boolean checkpointed = !Arrays.equals(database, after.database);
        if (after.wal.length == 0) {
            return chance.nextInt(4) == 0 ? after : new CatalogFiles(partly(database, after.database, 0, chance), wal);
        }
        if (checkpointed && chance.nextBoolean()) {
            return new CatalogFiles(partly(database, after.database, 0, chance), after.wal);
        }
        if (chance.nextInt(8) == 0 && !checkpointed) {
            return after;
        }
        return new CatalogFiles(database, partOfWal(after, chance));
    }

    private byte[] partOfWal(CatalogFiles after, SplittableRandom chance) {
        boolean beginsAnew =
                !Arrays.equals(wal, 0, Math.min(wal.length, WAL_HEADER_BYTES), after.wal, 0, WAL_HEADER_BYTES);
        if (!beginsAnew) {
            return partly(wal, after.wal, 0, chance);
        }
        var fresh = Arrays.copyOf(wal, Math.max(wal.length, WAL_HEADER_BYTES));
        if (chance.nextInt(3) == 0) {
            System.arraycopy(after.wal, 0, fresh, 0, chance.nextInt(WAL_HEADER_BYTES));
            return fresh;
        }
        System.arraycopy(after.wal, 0, fresh, 0, WAL_HEADER_BYTES);
        return partly(fresh, after.wal, WAL_HEADER_BYTES, chance);
    }

    /** What differs was written: none of it, all of it, up to any byte, or some sectors. */
    private static byte[] partly(byte[] before, byte[] after, int from, SplittableRandom chance) {
        int first = Arrays.mismatch(before, from, before.length, after, from, after.length);
        if (first < 0) {
            return before;
        }
        int start = from + first;
        return switch (chance.nextInt(4)) {
            case 0 -> before;
            case 1 -> after;
            case 2 -> upTo(chance.nextInt(start, after.length + 1), before, after);
            default -> someSectors(start, before, after, chance);
        };
    }

    private static byte[] upTo(int end, byte[] before, byte[] after) {
        var result = Arrays.copyOf(before, Math.max(before.length, end));
        System.arraycopy(after, 0, result, 0, end);
        return result;
    }

    private static byte[] someSectors(int start, byte[] before, byte[] after, SplittableRandom chance) {
        var result = Arrays.copyOf(before, Math.max(before.length, after.length));
        for (int at = start; at < after.length; ) {
            int end = Math.min(after.length, (at / SECTOR_BYTES + 1) * SECTOR_BYTES);
            if (chance.nextBoolean()) {
                System.arraycopy(after, at, result, at, end - at);
            }
            at = end;
        }
        return result;
    }
}
