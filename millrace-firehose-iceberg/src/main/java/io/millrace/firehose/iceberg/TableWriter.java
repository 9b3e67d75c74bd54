package io.millrace.firehose.iceberg;

import io.millrace.firehose.iceberg.OpenFiles.Content;
import io.millrace.firehose.iceberg.RowFile.Finished;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileMetadata;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;

/** Writes one table's rows of one attempt into files that nobody sees before they are committed. Used by one thread. */
final class TableWriter {
    private static final String CODEC = "write.parquet.compression-codec";
    private static final String TARGET_BYTES = "write.target-file-size-bytes";
    private static final String TARGET_BYTES_DEFAULT = "536870912";

    private final Table table;
    private final Schema schema;
    private final List<Types.NestedField> key;
    private final PartitionSpec deleteSpec;
    private final OpenFiles open;
    private final Supplier<String> names;
    private final PartitionKey partition;
    private final PartitionKey deletePartition;
    private final InternalRecordWrapper wrapper;
    private final long targetBytes;
    private final List<DataFile> rows = new ArrayList<>();
    private final List<DeleteFile> deletedKeys = new ArrayList<>();
    /** All that was begun, for the case that nothing is committed. */
    private final Set<String> locations = new HashSet<>();

    /**
     * @param key the columns that say which row a delete means
     * @param deleteSpec the partitions of deletes: the table's own, or none if a key does not say its partition
     */
    TableWriter(
            Table table,
            List<Types.NestedField> key,
            PartitionSpec deleteSpec,
            OpenFiles open,
            Supplier<String> names) {
        this.table = table;
        this.key = key;
        this.deleteSpec = deleteSpec;
        this.open = open;
        this.names = names;
        schema = table.schema();
        partition = new PartitionKey(table.spec(), schema);
        deletePartition = new PartitionKey(deleteSpec, schema);
        wrapper = new InternalRecordWrapper(schema.asStruct());
        targetBytes = Long.parseLong(table.properties().getOrDefault(TARGET_BYTES, TARGET_BYTES_DEFAULT));
    }

    void add(Record row) throws IOException {
        partition.partition(wrapper.wrap(row));
        write(Content.ROWS, partition, row);
    }

    /** Deletes the rows of this row's key that earlier commits added. */
    void delete(Record row) throws IOException {
        deletePartition.partition(wrapper.wrap(row));
        var keyOnly = GenericRecord.create(deleteSchema());
        for (var field : key) {
            keyOnly.setField(field.name(), row.getField(field.name()));
        }
        write(Content.DELETED_KEYS, deletePartition, keyOnly);
    }

    private void write(Content content, PartitionKey to, Record row) throws IOException {
        var file = open.of(this, content, to);
        file.add(row, open.shareBytes());
        if (file.bytesOut() >= targetBytes) {
            open.end(this, content, to);
        }
    }

    private Schema deleteSchema() {
        return TypeUtil.select(
                schema, key.stream().map(Types.NestedField::fieldId).collect(Collectors.toSet()));
    }

    RowFile open(Content content, PartitionKey to) throws IOException {
        var spec = content == Content.ROWS ? table.spec() : deleteSpec;
        var name = names.get() + (content == Content.ROWS ? ".parquet" : "-deletes.parquet");
        var location = spec.isUnpartitioned()
                ? table.locationProvider().newDataLocation(name)
                : table.locationProvider().newDataLocation(spec, to, name);
        locations.add(location);
        return new RowFile(
                table.io().newOutputFile(location),
                content == Content.ROWS ? schema : deleteSchema(),
                table.properties().getOrDefault(CODEC, "zstd"),
                MetricsConfig.forTable(table),
                content == Content.ROWS
                        ? Map.of()
                        : Map.of(
                                "delete-type",
                                "equality",
                                "delete-field-ids",
                                key.stream()
                                        .map(field -> Integer.toString(field.fieldId()))
                                        .collect(Collectors.joining(", "))));
    }

    void finished(Content content, PartitionKey to, Finished file) {
        switch (content) {
            case ROWS -> rows.add(dataFile(to, file));
            case DELETED_KEYS -> deletedKeys.add(deleteFile(to, file));
        }
    }

    private DataFile dataFile(PartitionKey to, Finished file) {
        var built = DataFiles.builder(table.spec())
                .withPath(file.location())
                .withFormat(FileFormat.PARQUET)
                .withFileSizeInBytes(file.bytes())
                .withRecordCount(file.rows())
                .withMetrics(file.metrics())
                .withSplitOffsets(file.splitOffsets());
        return table.spec().isUnpartitioned()
                ? built.build()
                : built.withPartition(to).build();
    }

    private DeleteFile deleteFile(PartitionKey to, Finished file) {
        var built = FileMetadata.deleteFileBuilder(deleteSpec)
                .ofEqualityDeletes(
                        key.stream().mapToInt(Types.NestedField::fieldId).toArray())
                .withPath(file.location())
                .withFormat(FileFormat.PARQUET)
                .withFileSizeInBytes(file.bytes())
                .withRecordCount(file.rows())
                .withMetrics(file.metrics())
                .withSplitOffsets(file.splitOffsets());
        return deleteSpec.isUnpartitioned()
                ? built.build()
                : built.withPartition(to).build();
    }

    /** Ends all files. */
    void finish() throws IOException {
        open.finish(this);
    }

    List<DataFile> rows() {
        return rows;
    }

    List<DeleteFile> deletedKeys() {
        return deletedKeys;
    }

    /** Deletes what was written. */
    void discard() {
        open.abandon(this);
        for (var location : locations) {
            try {
                table.io().deleteFile(location);
            } catch (RuntimeException _) {
                // A file that no commit names is seen by nobody; a clean-up of orphans finds it.
            }
        }
    }
}
