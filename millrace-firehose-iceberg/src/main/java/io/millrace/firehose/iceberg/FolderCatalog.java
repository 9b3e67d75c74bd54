package io.millrace.firehose.iceberg;

import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.NoSuchTableException;

/** Tables in a local folder. The folder itself is the catalog: what has metadata is a table. */
final class FolderCatalog implements Warehouse.TableCatalog {
    private final Path warehouse;
    private final Supplier<UUID> ids;

    FolderCatalog(Path warehouse, Supplier<UUID> ids) {
        this.ids = ids;
        this.warehouse = warehouse.toAbsolutePath().normalize();
    }

    @Override
    public Table load(TableIdentifier name) {
        var operations = new FolderTable(folder(name), ids);
        if (!operations.exists()) {
            throw new NoSuchTableException("There is no table %s in %s", name, warehouse);
        }
        // Iceberg would log a page of figures for each commit.
        return new BaseTable(operations, name.toString(), _ -> {});
    }

    @Override
    public void create(TableIdentifier name, Schema schema, PartitionSpec spec, Map<String, String> properties) {
        var folder = folder(name);
        try {
            new FolderTable(folder, ids)
                    .create(TableMetadata.newTableMetadata(
                            schema, spec, SortOrder.unsorted(), folder.toString(), properties));
        } catch (CommitFailedException e) {
            throw new AlreadyExistsException(e, "The table %s is there already", name);
        }
    }

    private Path folder(TableIdentifier name) {
        return warehouse.resolve(name.namespace().level(0)).resolve(name.name());
    }

    @Override
    public void close() {}
}
