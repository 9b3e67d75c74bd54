package io.millrace.model;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.glue.model.BatchCreatePartitionRequest;
import software.amazon.awssdk.services.glue.model.BatchCreatePartitionResponse;
import software.amazon.awssdk.services.glue.model.CreateDatabaseRequest;
import software.amazon.awssdk.services.glue.model.CreateDatabaseResponse;
import software.amazon.awssdk.services.glue.model.CreatePartitionRequest;
import software.amazon.awssdk.services.glue.model.CreatePartitionResponse;
import software.amazon.awssdk.services.glue.model.CreateTableRequest;
import software.amazon.awssdk.services.glue.model.CreateTableResponse;
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
import software.amazon.awssdk.services.glue.model.UpdateDatabaseRequest;
import software.amazon.awssdk.services.glue.model.UpdateDatabaseResponse;
import software.amazon.awssdk.services.glue.model.UpdateTableRequest;
import software.amazon.awssdk.services.glue.model.UpdateTableResponse;

/**
 * The operations of AWS Glue that make up its catalog of tables. Jobs, crawlers and the rest of that service are not for
 * streams.
 */
public final class Glue {
    public static final Operation<BatchCreatePartitionRequest, BatchCreatePartitionResponse> BATCH_CREATE_PARTITION =
            operation(
                    "BatchCreatePartition",
                    () -> BatchCreatePartitionRequest.builder(),
                    (in, namespace) -> table(in.catalogId(), in.databaseName(), in.tableName(), namespace));

    public static final Operation<CreateDatabaseRequest, CreateDatabaseResponse> CREATE_DATABASE = operation(
            "CreateDatabase",
            () -> CreateDatabaseRequest.builder(),
            (in, namespace) -> database(in.catalogId(), in.databaseInput().name(), namespace));

    public static final Operation<CreatePartitionRequest, CreatePartitionResponse> CREATE_PARTITION = operation(
            "CreatePartition",
            () -> CreatePartitionRequest.builder(),
            (in, namespace) -> table(in.catalogId(), in.databaseName(), in.tableName(), namespace));

    public static final Operation<CreateTableRequest, CreateTableResponse> CREATE_TABLE = operation(
            "CreateTable",
            () -> CreateTableRequest.builder(),
            (in, namespace) -> table(
                    in.catalogId(),
                    in.databaseName(),
                    in.tableInput() == null ? in.name() : in.tableInput().name(),
                    namespace));

    public static final Operation<DeleteDatabaseRequest, DeleteDatabaseResponse> DELETE_DATABASE = operation(
            "DeleteDatabase",
            () -> DeleteDatabaseRequest.builder(),
            (in, namespace) -> database(in.catalogId(), in.name(), namespace));

    public static final Operation<DeleteTableRequest, DeleteTableResponse> DELETE_TABLE = operation(
            "DeleteTable",
            () -> DeleteTableRequest.builder(),
            (in, namespace) -> table(in.catalogId(), in.databaseName(), in.name(), namespace));

    public static final Operation<GetDatabaseRequest, GetDatabaseResponse> GET_DATABASE = operation(
            "GetDatabase",
            () -> GetDatabaseRequest.builder(),
            (in, namespace) -> database(in.catalogId(), in.name(), namespace));

    public static final Operation<GetDatabasesRequest, GetDatabasesResponse> GET_DATABASES = operation(
            "GetDatabases",
            () -> GetDatabasesRequest.builder(),
            (in, namespace) -> database(in.catalogId(), "*", namespace));

    public static final Operation<GetPartitionRequest, GetPartitionResponse> GET_PARTITION = operation(
            "GetPartition",
            () -> GetPartitionRequest.builder(),
            (in, namespace) -> table(in.catalogId(), in.databaseName(), in.tableName(), namespace));

    public static final Operation<GetPartitionsRequest, GetPartitionsResponse> GET_PARTITIONS = operation(
            "GetPartitions",
            () -> GetPartitionsRequest.builder(),
            (in, namespace) -> table(in.catalogId(), in.databaseName(), in.tableName(), namespace));

    public static final Operation<GetTableRequest, GetTableResponse> GET_TABLE = operation(
            "GetTable",
            () -> GetTableRequest.builder(),
            (in, namespace) -> table(in.catalogId(), in.databaseName(), in.name(), namespace));

    public static final Operation<GetTableVersionRequest, GetTableVersionResponse> GET_TABLE_VERSION = operation(
            "GetTableVersion",
            () -> GetTableVersionRequest.builder(),
            (in, namespace) -> table(in.catalogId(), in.databaseName(), in.tableName(), namespace));

    public static final Operation<GetTableVersionsRequest, GetTableVersionsResponse> GET_TABLE_VERSIONS = operation(
            "GetTableVersions",
            () -> GetTableVersionsRequest.builder(),
            (in, namespace) -> table(in.catalogId(), in.databaseName(), in.tableName(), namespace));

    public static final Operation<GetTablesRequest, GetTablesResponse> GET_TABLES = operation(
            "GetTables",
            () -> GetTablesRequest.builder(),
            (in, namespace) -> table(in.catalogId(), in.databaseName(), "*", namespace));

    public static final Operation<UpdateDatabaseRequest, UpdateDatabaseResponse> UPDATE_DATABASE = operation(
            "UpdateDatabase",
            () -> UpdateDatabaseRequest.builder(),
            (in, namespace) -> database(in.catalogId(), in.name(), namespace));

    public static final Operation<UpdateTableRequest, UpdateTableResponse> UPDATE_TABLE = operation(
            "UpdateTable",
            () -> UpdateTableRequest.builder(),
            (in, namespace) -> table(
                    in.catalogId(),
                    in.databaseName(),
                    in.tableInput() == null ? in.name() : in.tableInput().name(),
                    namespace));

    /** Every operation of the service that is served, by name. */
    public static final List<Operation<?, ?>> ALL = List.of(
            BATCH_CREATE_PARTITION,
            CREATE_DATABASE,
            CREATE_PARTITION,
            CREATE_TABLE,
            DELETE_DATABASE,
            DELETE_TABLE,
            GET_DATABASE,
            GET_DATABASES,
            GET_PARTITION,
            GET_PARTITIONS,
            GET_TABLE,
            GET_TABLE_VERSION,
            GET_TABLE_VERSIONS,
            GET_TABLES,
            UPDATE_DATABASE,
            UPDATE_TABLE);

    private Glue() {}

    private static <I, O> Operation<I, O> operation(
            String name, Supplier<? extends SdkPojo> wireInput, Operation.ResourceFinder<I> resources) {
        return new Operation<>(
                Service.GLUE,
                name,
                Service.GLUE.signingName() + ":" + name,
                Operation.Plane.MANAGEMENT,
                wireInput,
                resources);
    }

    /** A policy has to allow the catalog and all that a thing is in, not the thing alone. */
    private static List<String> database(@Nullable String catalogId, @Nullable String name, Namespace namespace) {
        return List.of(arn(catalogId, "catalog", namespace), arn(catalogId, "database/" + lowerCase(name), namespace));
    }

    private static List<String> table(
            @Nullable String catalogId, @Nullable String database, @Nullable String name, Namespace namespace) {
        return List.of(
                arn(catalogId, "catalog", namespace),
                arn(catalogId, "database/" + lowerCase(database), namespace),
                arn(catalogId, "table/" + lowerCase(database) + "/" + lowerCase(name), namespace));
    }

    private static String arn(@Nullable String catalogId, String resource, Namespace namespace) {
        var account = Objects.requireNonNullElse(catalogId, namespace.account());
        return new Namespace(account, namespace.region()).arn(Service.GLUE.signingName(), resource);
    }

    private static String lowerCase(@Nullable String name) {
        return name == null ? "*" : name.toLowerCase(Locale.ROOT);
    }
}
