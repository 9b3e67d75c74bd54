package io.millrace.firehose.iceberg;

import io.millrace.objects.ObjectStore;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * A catalog, and the order in which this process commits to its tables: one commit at a time, so that shards of a delivery
 * stream don't make each other begin again. May be used by many threads.
 */
final class Warehouse implements AutoCloseable {
    private static final int LOCKS = 64;
    private static final String S3 = "s3://";

    /** New tables only. Every batch writes a metadata file; without an end of them a folder fills. */
    static final Map<String, String> PROPERTIES =
            Map.of("format-version", "2", "write.metadata.delete-after-commit.enabled", "true");

    private final TableCatalog catalog;
    private final Lock[] locks =
            Stream.generate(ReentrantLock::new).limit(LOCKS).toArray(Lock[]::new);

    Warehouse(TableCatalog catalog) {
        this.catalog = catalog;
    }

    static Warehouse open(IcebergConfig config, String location, Supplier<ObjectStore> objects, Supplier<UUID> ids) {
        return new Warehouse(
                switch (config) {
                    case IcebergConfig.Folder folder ->
                        new FolderCatalog(
                                path(folder.buckets(), location.isEmpty() ? folder.warehouse() : location), ids);
                    case IcebergConfig.Rest rest -> RestCatalog.open(rest, location, objects);
                });
    }

    private static Path path(Path buckets, String location) {
        if (!location.startsWith(S3)) {
            return LocalFiles.path(location);
        }
        var root = buckets.toAbsolutePath().normalize();
        var path = root.resolve(location.substring(S3.length())).normalize();
        if (!path.startsWith(root) || path.equals(root)) {
            throw new IllegalArgumentException("Not a location in a bucket: " + location);
        }
        return path;
    }

    TableCatalog catalog() {
        return catalog;
    }

    /** Held while a table is committed to. */
    Lock lock(TableIdentifier table) {
        return locks[Math.floorMod(table.hashCode(), LOCKS)];
    }

    @Override
    public void close() {
        catalog.close();
    }

    /** What delivery asks of a catalog. */
    interface TableCatalog extends AutoCloseable {
        /** @throws org.apache.iceberg.exceptions.NoSuchTableException if there is none */
        Table load(TableIdentifier name);

        /** @throws org.apache.iceberg.exceptions.AlreadyExistsException if another was faster */
        void create(TableIdentifier name, Schema schema, PartitionSpec spec, Map<String, String> properties);

        @Override
        void close();
    }
}
