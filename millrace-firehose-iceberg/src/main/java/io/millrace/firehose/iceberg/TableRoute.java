package io.millrace.firehose.iceberg;

import io.millrace.firehose.delivery.DeliveryRecord;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.catalog.TableIdentifier;
import software.amazon.awssdk.services.firehose.model.DestinationTableConfiguration;
import software.amazon.awssdk.services.firehose.model.IcebergDestinationConfiguration;

/** Where one record goes, and as what. */
record TableRoute(TableIdentifier table, Operation operation) {
    private static final String INVALID_NAME = "Iceberg.InvalidTableName";
    private static final int NAME_MAX_CHARS = 255;

    /** What a record does to its table. */
    enum Operation {
        INSERT,
        UPDATE,
        DELETE
    }

    /** @param metadata what processing said of the record; what it did not say, the only configured table does */
    static TableRoute of(Map<String, String> metadata, IcebergDestinationConfiguration configuration)
            throws MalformedRowException {
        var standard = standard(configuration);
        var database = metadata.getOrDefault(
                "destinationDatabaseName",
                standard.map(DestinationTableConfiguration::destinationDatabaseName)
                        .orElse(""));
        var table = metadata.getOrDefault(
                "destinationTableName",
                standard.map(DestinationTableConfiguration::destinationTableName)
                        .orElse(""));
        if (database.isEmpty() && table.isEmpty()) {
            throw new MalformedRowException(
                    INVALID_NAME,
                    "Processing named no table for the record, and the delivery stream has no single default table.");
        }
        requireName("destinationDatabaseName", database);
        requireName("destinationTableName", table);
        return new TableRoute(
                TableIdentifier.of(database, table),
                Boolean.TRUE.equals(configuration.appendOnly()) ? Operation.INSERT : operation(metadata));
    }

    /** The one table for records of which processing says nothing. */
    private static Optional<DestinationTableConfiguration> standard(IcebergDestinationConfiguration configuration) {
        var all = configuration.destinationTableConfigurationList();
        return all.size() == 1 ? Optional.of(all.getFirst()) : Optional.empty();
    }

    private static void requireName(String what, String name) throws MalformedRowException {
        // A name becomes a folder's.
        if (name.isBlank()
                || name.length() > NAME_MAX_CHARS
                || name.startsWith(".")
                || name.chars().anyMatch(c -> c == '/' || c == '\\' || Character.isISOControl(c))) {
            throw new MalformedRowException(INVALID_NAME, "No table can have this " + what + ": \"" + name + "\"");
        }
    }

    private static Operation operation(Map<String, String> metadata) throws MalformedRowException {
        var operation = metadata.getOrDefault("operation", "insert");
        return switch (operation) {
            case "insert", "" -> Operation.INSERT;
            case "update" -> Operation.UPDATE;
            case "delete" -> Operation.DELETE;
            default ->
                throw new MalformedRowException(
                        "The operation is insert, update or delete, not \"" + operation + "\".");
        };
    }

    /** What the delivery stream says of a table; empty if nothing. */
    static Optional<DestinationTableConfiguration> configured(
            TableIdentifier table, IcebergDestinationConfiguration configuration) {
        return configuration.destinationTableConfigurationList().stream()
                .filter(one -> one.destinationTableName().equals(table.name())
                        && one.destinationDatabaseName()
                                .equals(table.namespace().level(0)))
                .findFirst();
    }

    /** The table and operation, as far as they are known, for the error output. */
    static Map<String, String> details(DeliveryRecord record, IcebergDestinationConfiguration configuration) {
        var details = new LinkedHashMap<String, String>();
        try {
            var route = of(record.table(), configuration);
            details.put("destinationDatabaseName", route.table().namespace().level(0));
            details.put("destinationTableName", route.table().name());
        } catch (MalformedRowException _) {
            record.table().forEach(details::put);
        }
        var operation = record.table().get("operation");
        if (operation != null) {
            details.put("operation", operation);
        }
        return details;
    }

    /** The table's own, if the record has a table and that has one. */
    static Optional<String> errorPrefix(DeliveryRecord record, IcebergDestinationConfiguration configuration) {
        try {
            return configured(of(record.table(), configuration).table(), configuration)
                    .flatMap(TableRoute::errorPrefix);
        } catch (MalformedRowException _) {
            return Optional.empty();
        }
    }

    static Optional<String> errorPrefix(DestinationTableConfiguration table) {
        return Optional.ofNullable(table.s3ErrorOutputPrefix()).filter(prefix -> !prefix.isEmpty());
    }
}
