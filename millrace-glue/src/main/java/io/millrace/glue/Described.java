package io.millrace.glue;

import io.millrace.glue.GlueTables.StoredDatabase;
import io.millrace.glue.GlueTables.StoredPartition;
import io.millrace.glue.GlueTables.StoredTable;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.glue.model.Column;
import software.amazon.awssdk.services.glue.model.Database;
import software.amazon.awssdk.services.glue.model.Partition;
import software.amazon.awssdk.services.glue.model.Permission;
import software.amazon.awssdk.services.glue.model.PrincipalPermissions;
import software.amazon.awssdk.services.glue.model.StorageDescriptor;
import software.amazon.awssdk.services.glue.model.Table;
import software.amazon.awssdk.services.glue.model.TableVersion;

/** What is stored, as the service describes it: with the defaults it fills in. */
final class Described {
    /** Who may use the tables of a database for which nobody said so: all that IAM lets in. */
    private static final PrincipalPermissions EVERYONE = PrincipalPermissions.builder()
            .principal(principal -> principal.dataLakePrincipalIdentifier("IAM_ALLOWED_PRINCIPALS"))
            .permissions(Permission.ALL)
            .build();

    private Described() {}

    static Database database(StoredDatabase stored) {
        var input = stored.input();
        return Database.builder()
                .name(stored.name().name())
                .description(input.description())
                .locationUri(input.locationUri())
                .parameters(input.parameters())
                .createTime(stored.createdAt())
                .createTableDefaultPermissions(
                        input.hasCreateTableDefaultPermissions()
                                ? input.createTableDefaultPermissions()
                                : List.of(EVERYONE))
                .targetDatabase(input.targetDatabase())
                .federatedDatabase(input.federatedDatabase())
                .catalogId(stored.name().namespace().account())
                .build();
    }

    static Table table(StoredTable stored) {
        var input = stored.input();
        var database = stored.name().database();
        return Table.builder()
                .name(stored.name().name())
                .databaseName(database.name())
                .description(input.description())
                .owner(input.owner())
                .createTime(stored.createdAt())
                .updateTime(stored.madeAt())
                .lastAccessTime(input.lastAccessTime())
                .lastAnalyzedTime(input.lastAnalyzedTime())
                .retention(Objects.requireNonNullElse(input.retention(), 0))
                .storageDescriptor(storage(input.storageDescriptor()))
                .partitionKeys(input.hasPartitionKeys() ? input.partitionKeys() : List.of())
                .viewOriginalText(input.viewOriginalText())
                .viewExpandedText(input.viewExpandedText())
                .tableType(input.tableType())
                .parameters(input.parameters())
                .createdBy(stored.createdBy())
                .isRegisteredWithLakeFormation(false)
                .targetTable(input.targetTable())
                .catalogId(database.namespace().account())
                .versionId(Long.toString(stored.version()))
                .isMultiDialectView(false)
                .build();
    }

    static TableVersion version(StoredTable stored) {
        return TableVersion.builder()
                .table(table(stored))
                .versionId(Long.toString(stored.version()))
                .build();
    }

    static Partition partition(StoredPartition stored) {
        var input = stored.input();
        var database = stored.table().database();
        return Partition.builder()
                .values(input.values())
                .databaseName(database.name())
                .tableName(stored.table().name())
                .creationTime(stored.createdAt())
                .lastAccessTime(input.lastAccessTime())
                .lastAnalyzedTime(input.lastAnalyzedTime())
                .storageDescriptor(storage(input.storageDescriptor()))
                .parameters(input.parameters())
                .catalogId(database.namespace().account())
                .build();
    }

    private static @Nullable StorageDescriptor storage(@Nullable StorageDescriptor given) {
        if (given == null) {
            return null;
        }
        return given.toBuilder()
                .compressed(Objects.requireNonNullElse(given.compressed(), false))
                .numberOfBuckets(Objects.requireNonNullElse(given.numberOfBuckets(), 0))
                .storedAsSubDirectories(Objects.requireNonNullElse(given.storedAsSubDirectories(), false))
                .build();
    }

    static TableSchema schema(StoredTable stored) {
        var input = stored.input();
        var storage = input.storageDescriptor();
        return new TableSchema(
                Long.toString(stored.version()),
                storage == null ? List.of() : columns(storage.columns()),
                columns(input.partitionKeys()),
                storage == null ? "" : Objects.requireNonNullElse(storage.location(), ""),
                input.parameters());
    }

    static List<TableSchema.Column> columns(List<Column> columns) {
        return columns.stream()
                .map(column -> new TableSchema.Column(column.name(), Objects.requireNonNullElse(column.type(), "")))
                .toList();
    }
}
