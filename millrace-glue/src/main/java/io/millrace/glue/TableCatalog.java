package io.millrace.glue;

import io.millrace.catalog.Catalog;
import io.millrace.catalog.SqlWork;
import io.millrace.glue.GlueTables.StoredDatabase;
import io.millrace.glue.GlueTables.StoredPartition;
import io.millrace.glue.GlueTables.StoredTable;
import io.millrace.glue.TableName.DatabaseName;
import io.millrace.model.AlreadyExistsException;
import io.millrace.model.Caller;
import io.millrace.model.ConcurrentModificationException;
import io.millrace.model.EntityNotFoundException;
import io.millrace.model.InvalidInputException;
import io.millrace.model.Namespace;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.glue.model.BatchCreatePartitionRequest;
import software.amazon.awssdk.services.glue.model.BatchCreatePartitionResponse;
import software.amazon.awssdk.services.glue.model.CreateDatabaseRequest;
import software.amazon.awssdk.services.glue.model.CreateDatabaseResponse;
import software.amazon.awssdk.services.glue.model.CreatePartitionRequest;
import software.amazon.awssdk.services.glue.model.CreatePartitionResponse;
import software.amazon.awssdk.services.glue.model.CreateTableRequest;
import software.amazon.awssdk.services.glue.model.CreateTableResponse;
import software.amazon.awssdk.services.glue.model.Database;
import software.amazon.awssdk.services.glue.model.DeleteDatabaseRequest;
import software.amazon.awssdk.services.glue.model.DeleteDatabaseResponse;
import software.amazon.awssdk.services.glue.model.DeleteTableRequest;
import software.amazon.awssdk.services.glue.model.DeleteTableResponse;
import software.amazon.awssdk.services.glue.model.GetDatabaseRequest;
import software.amazon.awssdk.services.glue.model.GetDatabaseResponse;
import software.amazon.awssdk.services.glue.model.GetDatabasesRequest;
import software.amazon.awssdk.services.glue.model.GetDatabasesResponse;
import software.amazon.awssdk.services.glue.model.GetPartitionRequest;
import software.amazon.awssdk.services.glue.model.GetPartitionResponse;
import software.amazon.awssdk.services.glue.model.GetPartitionsRequest;
import software.amazon.awssdk.services.glue.model.GetPartitionsResponse;
import software.amazon.awssdk.services.glue.model.GetTableRequest;
import software.amazon.awssdk.services.glue.model.GetTableResponse;
import software.amazon.awssdk.services.glue.model.GetTableVersionRequest;
import software.amazon.awssdk.services.glue.model.GetTableVersionResponse;
import software.amazon.awssdk.services.glue.model.GetTableVersionsRequest;
import software.amazon.awssdk.services.glue.model.GetTableVersionsResponse;
import software.amazon.awssdk.services.glue.model.GetTablesRequest;
import software.amazon.awssdk.services.glue.model.GetTablesResponse;
import software.amazon.awssdk.services.glue.model.Partition;
import software.amazon.awssdk.services.glue.model.PartitionError;
import software.amazon.awssdk.services.glue.model.PartitionInput;
import software.amazon.awssdk.services.glue.model.Segment;
import software.amazon.awssdk.services.glue.model.Table;
import software.amazon.awssdk.services.glue.model.TableInput;
import software.amazon.awssdk.services.glue.model.UpdateDatabaseRequest;
import software.amazon.awssdk.services.glue.model.UpdateDatabaseResponse;
import software.amazon.awssdk.services.glue.model.UpdateTableRequest;
import software.amazon.awssdk.services.glue.model.UpdateTableResponse;

/**
 * The catalog of tables, as AWS Glue's operations and as other rooms look at it. Each account has one in each region.
 *
 * <p>All of it is in the catalog database; nothing is held in memory, and the tables there are made with the first call. Safe
 * for use by several threads.
 */
public final class TableCatalog {
    /** The newest version of a table, whichever that is. */
    public static final String LATEST = "LATEST";

    private static final int PAGE_MAX = 100;
    private static final int PARTITIONS_PAGE_MAX = 1_000;
    private static final int VERSIONS_KEPT_MAX = 1_000;

    private final Catalog catalog;
    private final InstantSource clock;
    private final GlueTables tables = new GlueTables();
    // Guarded by this.
    private boolean migrated;

    public TableCatalog(Catalog catalog, InstantSource clock) {
        this.catalog = catalog;
        this.clock = clock;
    }

    private synchronized Catalog catalog() {
        if (!migrated) {
            catalog.migrate(GlueTables.MIGRATIONS);
            migrated = true;
        }
        return catalog;
    }

    private <T> T read(SqlWork<T> work) {
        return catalog().read(work);
    }

    private <T> T write(SqlWork<T> work) {
        return catalog().transact(work);
    }

    /**
     * What a table looks like.
     *
     * @param catalogId the account whose catalog it is in, or empty for the namespace's own
     * @param version a version's number, or {@link #LATEST}
     * @throws EntityNotFoundException if there is no such database, table or version
     */
    public TableSchema table(Namespace namespace, String catalogId, String database, String table, String version) {
        var name = database(namespace, catalogId.isEmpty() ? null : catalogId, database)
                .table(table);
        return read(connection -> Described.schema(found(connection, name, version.equals(LATEST) ? null : version)));
    }

    public CreateDatabaseResponse createDatabase(Caller caller, CreateDatabaseRequest request) {
        refuseIf(request.hasTags() && !request.tags().isEmpty(), "Tags of a database are not supported.");
        var input = request.databaseInput();
        var name = database(caller.namespace(), request.catalogId(), input.name());
        return write(connection -> {
            if (tables.database(connection, name).isPresent()) {
                throw new AlreadyExistsException("Database already exists.");
            }
            tables.insert(connection, new StoredDatabase(name, input, now()));
            return CreateDatabaseResponse.builder().build();
        });
    }

    public GetDatabaseResponse getDatabase(Caller caller, GetDatabaseRequest request) {
        var name = database(caller.namespace(), request.catalogId(), request.name());
        return read(connection -> GetDatabaseResponse.builder()
                .database(Described.database(found(connection, name)))
                .build());
    }

    public GetDatabasesResponse getDatabases(Caller caller, GetDatabasesRequest request) {
        var namespace = namespace(caller.namespace(), request.catalogId());
        int max = Objects.requireNonNullElse(request.maxResults(), PAGE_MAX);
        // Nobody shares databases here, and none are others'.
        if ("FOREIGN".equals(request.resourceShareTypeAsString())
                || "FEDERATED".equals(request.resourceShareTypeAsString())) {
            return GetDatabasesResponse.builder().databaseList(List.of()).build();
        }
        var after = PageToken.name(request.nextToken());
        return read(connection -> {
            var found = tables.databases(connection, namespace, after, max + 1);
            return GetDatabasesResponse.builder()
                    .databaseList(page(found, max).stream()
                            .map(database -> wanted(Described.database(database), request.attributesToGetAsStrings()))
                            .toList())
                    .nextToken(
                            found.size() > max
                                    ? PageToken.after(found.get(max - 1).name().name())
                                    : null)
                    .build();
        });
    }

    private static Database wanted(Database whole, List<String> attributes) {
        if (attributes.isEmpty()) {
            return whole;
        }
        var some = Database.builder().name(whole.name());
        if (attributes.contains("TARGET_DATABASE")) {
            some.targetDatabase(whole.targetDatabase());
        }
        return some.build();
    }

    public UpdateDatabaseResponse updateDatabase(Caller caller, UpdateDatabaseRequest request) {
        var name = database(caller.namespace(), request.catalogId(), request.name());
        var input = request.databaseInput();
        refuseIf(
                !name.name().equals(input.name().toLowerCase(Locale.ROOT)),
                "A database can't be renamed: it is " + name.name() + ", and the DatabaseInput says " + input.name()
                        + ".");
        return write(connection -> {
            found(connection, name);
            tables.update(connection, name, input);
            return UpdateDatabaseResponse.builder().build();
        });
    }

    public DeleteDatabaseResponse deleteDatabase(Caller caller, DeleteDatabaseRequest request) {
        var name = database(caller.namespace(), request.catalogId(), request.name());
        return write(connection -> {
            if (!tables.delete(connection, name)) {
                throw noDatabase(name);
            }
            return DeleteDatabaseResponse.builder().build();
        });
    }

    public CreateTableResponse createTable(Caller caller, CreateTableRequest request) {
        refuseIf(request.transactionId() != null, "Transactions are not supported.");
        refuseIf(request.openTableFormatInput() != null, "OpenTableFormatInput is not supported.");
        refuseIf(!request.partitionIndexes().isEmpty(), "Partition indexes are not supported.");
        var input = supported(request.tableInput());
        var name = database(caller.namespace(), request.catalogId(), request.databaseName())
                .table(input.name());
        return write(connection -> {
            found(connection, name.database());
            if (tables.table(connection, name).isPresent()) {
                throw new AlreadyExistsException("Table already exists.");
            }
            var now = now();
            tables.insert(connection, new StoredTable(name, 0, input, caller.principalArn(), now, now));
            return CreateTableResponse.builder().build();
        });
    }

    private static TableInput supported(@Nullable TableInput input) {
        if (input == null) {
            throw new InvalidInputException("TableInput is missing.");
        }
        refuseIf(input.viewDefinition() != null, "ViewDefinition is not supported.");
        return input;
    }

    public GetTableResponse getTable(Caller caller, GetTableRequest request) {
        refuseIf(request.transactionId() != null, "Transactions are not supported.");
        refuseIf(request.queryAsOfTime() != null, "QueryAsOfTime is not supported.");
        var name = database(caller.namespace(), request.catalogId(), request.databaseName())
                .table(request.name());
        return read(connection -> GetTableResponse.builder()
                .table(Described.table(found(connection, name, null)))
                .build());
    }

    public GetTablesResponse getTables(Caller caller, GetTablesRequest request) {
        refuseIf(request.transactionId() != null, "Transactions are not supported.");
        refuseIf(request.queryAsOfTime() != null, "QueryAsOfTime is not supported.");
        var database = database(caller.namespace(), request.catalogId(), request.databaseName());
        int max = Objects.requireNonNullElse(request.maxResults(), PAGE_MAX);
        var after = PageToken.name(request.nextToken());
        var wanted = named(request.expression());
        return read(connection -> {
            found(connection, database);
            var found = tables.tables(connection, database, after, wanted, max + 1);
            return GetTablesResponse.builder()
                    .tableList(page(found, max).stream()
                            .map(table -> wanted(Described.table(table), request.attributesToGetAsStrings()))
                            .toList())
                    .nextToken(
                            found.size() > max
                                    ? PageToken.after(found.get(max - 1).name().name())
                                    : null)
                    .build();
        });
    }

    private static Predicate<StoredTable> named(@Nullable String expression) {
        if (expression == null || expression.isEmpty()) {
            return _ -> true;
        }
        var pattern = NamePattern.of(expression);
        return table -> pattern.matches(table.name().name());
    }

    private static Table wanted(Table whole, List<String> attributes) {
        if (attributes.isEmpty()) {
            return whole;
        }
        var some = Table.builder().name(whole.name());
        if (attributes.contains("TABLE_TYPE")) {
            some.tableType(whole.tableType());
        }
        return some.build();
    }

    public UpdateTableResponse updateTable(Caller caller, UpdateTableRequest request) {
        refuseIf(request.transactionId() != null, "Transactions are not supported.");
        refuseIf(request.updateOpenTableFormatInput() != null, "UpdateOpenTableFormatInput is not supported.");
        refuseIf(request.viewUpdateActionAsString() != null, "ViewUpdateAction is not supported.");
        var input = supported(request.tableInput());
        var name = database(caller.namespace(), request.catalogId(), request.databaseName())
                .table(input.name());
        return write(connection -> {
            var old = found(connection, name, null);
            if (request.versionId() != null && !request.versionId().equals(Long.toString(old.version()))) {
                throw new ConcurrentModificationException("Update table failed due to concurrent modifications.");
            }
            long next = old.version() + 1;
            tables.addVersion(connection, new StoredTable(name, next, input, old.createdBy(), old.createdAt(), now()));
            if (Boolean.TRUE.equals(request.skipArchive())) {
                tables.deleteVersions(connection, name, old.version(), old.version());
            }
            tables.deleteVersions(connection, name, 0, next - VERSIONS_KEPT_MAX);
            return UpdateTableResponse.builder().build();
        });
    }

    public GetTableVersionResponse getTableVersion(Caller caller, GetTableVersionRequest request) {
        var name = database(caller.namespace(), request.catalogId(), request.databaseName())
                .table(request.tableName());
        return read(connection -> GetTableVersionResponse.builder()
                .tableVersion(Described.version(found(connection, name, request.versionId())))
                .build());
    }

    public GetTableVersionsResponse getTableVersions(Caller caller, GetTableVersionsRequest request) {
        var name = database(caller.namespace(), request.catalogId(), request.databaseName())
                .table(request.tableName());
        int max = Objects.requireNonNullElse(request.maxResults(), PAGE_MAX);
        var after = PageToken.name(request.nextToken());
        long below = after.isEmpty() ? Long.MAX_VALUE : versionNumber(after);
        return read(connection -> {
            found(connection, name, null);
            var found = tables.versions(connection, name, below, max + 1);
            return GetTableVersionsResponse.builder()
                    .tableVersions(
                            page(found, max).stream().map(Described::version).toList())
                    .nextToken(
                            found.size() > max
                                    ? PageToken.after(
                                            Long.toString(found.get(max - 1).version()))
                                    : null)
                    .build();
        });
    }

    public DeleteTableResponse deleteTable(Caller caller, DeleteTableRequest request) {
        refuseIf(request.transactionId() != null, "Transactions are not supported.");
        var name = database(caller.namespace(), request.catalogId(), request.databaseName())
                .table(request.name());
        return write(connection -> {
            found(connection, name.database());
            if (!tables.delete(connection, name)) {
                throw noTable(name);
            }
            return DeleteTableResponse.builder().build();
        });
    }

    public CreatePartitionResponse createPartition(Caller caller, CreatePartitionRequest request) {
        var name = database(caller.namespace(), request.catalogId(), request.databaseName())
                .table(request.tableName());
        return write(connection -> {
            var table = found(connection, name, null);
            requireValues(table, request.partitionInput().values());
            if (!added(connection, name, request.partitionInput())) {
                throw new AlreadyExistsException("Partition already exists.");
            }
            return CreatePartitionResponse.builder().build();
        });
    }

    /** Adds those that are not there, and names those that are. */
    public BatchCreatePartitionResponse batchCreatePartition(Caller caller, BatchCreatePartitionRequest request) {
        var name = database(caller.namespace(), request.catalogId(), request.databaseName())
                .table(request.tableName());
        var errors = new ArrayList<PartitionError>();
        return write(connection -> {
            var table = found(connection, name, null);
            for (var input : request.partitionInputList()) {
                requireValues(table, input.values());
            }
            for (var input : request.partitionInputList()) {
                if (!added(connection, name, input)) {
                    errors.add(PartitionError.builder()
                            .partitionValues(input.values())
                            .errorDetail(error ->
                                    error.errorCode("AlreadyExistsException").errorMessage("Partition already exists."))
                            .build());
                }
            }
            return BatchCreatePartitionResponse.builder().errors(errors).build();
        });
    }

    private boolean added(Connection connection, TableName name, PartitionInput input) throws SQLException {
        if (tables.partition(connection, name, input.values()).isPresent()) {
            return false;
        }
        tables.insert(connection, new StoredPartition(name, input, now()));
        return true;
    }

    private static void requireValues(StoredTable table, List<String> values) {
        refuseIf(
                values.size() != table.input().partitionKeys().size(),
                "The number of partition keys do not match the number of partition values");
    }

    public GetPartitionResponse getPartition(Caller caller, GetPartitionRequest request) {
        var name = database(caller.namespace(), request.catalogId(), request.databaseName())
                .table(request.tableName());
        return read(connection -> {
            requireValues(found(connection, name, null), request.partitionValues());
            var partition = tables.partition(connection, name, request.partitionValues())
                    .orElseThrow(() -> new EntityNotFoundException("Cannot find partition."));
            return GetPartitionResponse.builder()
                    .partition(Described.partition(partition))
                    .build();
        });
    }

    public GetPartitionsResponse getPartitions(Caller caller, GetPartitionsRequest request) {
        refuseIf(request.transactionId() != null, "Transactions are not supported.");
        refuseIf(request.queryAsOfTime() != null, "QueryAsOfTime is not supported.");
        var name = database(caller.namespace(), request.catalogId(), request.databaseName())
                .table(request.tableName());
        int max = Objects.requireNonNullElse(request.maxResults(), PARTITIONS_PAGE_MAX);
        var after = PageToken.name(request.nextToken());
        var segment = segment(request.segment());
        return read(connection -> {
            var table = found(connection, name, null);
            int keys = table.input().partitionKeys().size();
            var filter = PartitionExpression.parse(
                    request.expression(), Described.columns(table.input().partitionKeys()));
            var found = tables.partitions(
                    connection,
                    name,
                    after,
                    // Those that were made when the table had other keys can't be held against these.
                    partition -> partition.input().values().size() == keys
                            && segment.test(partition)
                            && filter.accepts(partition.input().values()),
                    max + 1);
            return GetPartitionsResponse.builder()
                    .partitions(page(found, max).stream()
                            .map(partition -> wanted(Described.partition(partition), request.excludeColumnSchema()))
                            .toList())
                    .nextToken(
                            found.size() > max
                                    ? PageToken.after(found.get(max - 1).key())
                                    : null)
                    .build();
        });
    }

    private static Predicate<StoredPartition> segment(@Nullable Segment segment) {
        if (segment == null) {
            return _ -> true;
        }
        refuseIf(
                segment.segmentNumber() >= segment.totalSegments(),
                "SegmentNumber " + segment.segmentNumber() + " is not below TotalSegments " + segment.totalSegments()
                        + ".");
        return partition ->
                Math.floorMod(partition.key().hashCode(), segment.totalSegments()) == segment.segmentNumber();
    }

    private static Partition wanted(Partition whole, @Nullable Boolean withoutColumns) {
        if (!Boolean.TRUE.equals(withoutColumns) || whole.storageDescriptor() == null) {
            return whole;
        }
        return whole.toBuilder()
                .storageDescriptor(
                        whole.storageDescriptor().toBuilder().columns(List.of()).build())
                .build();
    }

    private StoredDatabase found(Connection connection, DatabaseName name) throws SQLException {
        return tables.database(connection, name).orElseThrow(() -> noDatabase(name));
    }

    /** @param version empty for the newest */
    private StoredTable found(Connection connection, TableName name, @Nullable String version) throws SQLException {
        var newest = tables.table(connection, name);
        if (newest.isEmpty()) {
            found(connection, name.database());
            throw noTable(name);
        }
        return version == null
                ? newest.get()
                : tables.table(connection, name, versionNumber(version)).orElseThrow(TableCatalog::noVersion);
    }

    private static long versionNumber(String version) {
        try {
            return Long.parseLong(version);
        } catch (NumberFormatException _) {
            throw noVersion();
        }
    }

    private static EntityNotFoundException noDatabase(DatabaseName name) {
        return new EntityNotFoundException("Database " + name.name() + " not found.");
    }

    private static EntityNotFoundException noTable(TableName name) {
        return new EntityNotFoundException("Table " + name.name() + " not found.");
    }

    private static EntityNotFoundException noVersion() {
        return new EntityNotFoundException("Version not found.");
    }

    private static DatabaseName database(Namespace namespace, @Nullable String catalogId, String name) {
        return new DatabaseName(namespace(namespace, catalogId), name);
    }

    private static Namespace namespace(Namespace namespace, @Nullable String catalogId) {
        if (catalogId == null) {
            return namespace;
        }
        if (!catalogId.matches("[0-9]{12}")) {
            throw new EntityNotFoundException("Catalog " + catalogId + " not found.");
        }
        return new Namespace(catalogId, namespace.region());
    }

    private static void refuseIf(boolean wrong, String message) {
        if (wrong) {
            throw new InvalidInputException(message);
        }
    }

    private static <T> List<T> page(List<T> found, int max) {
        return found.subList(0, Math.min(found.size(), max));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }
}
