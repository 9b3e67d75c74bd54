package io.millrace.server;

import io.millrace.firehose.conversion.TableSchemas;
import io.millrace.firehose.delivery.StreamIdentity;
import io.millrace.glue.TableCatalog;
import io.millrace.model.EntityNotFoundException;
import io.millrace.model.Namespace;
import java.util.Optional;
import software.amazon.awssdk.services.firehose.model.SchemaConfiguration;

/** Looks up what delivery streams convert to in the catalog of tables. */
record CatalogSchemas(TableCatalog tables) implements TableSchemas {

    @Override
    public Table table(StreamIdentity stream, SchemaConfiguration schema) throws UnknownTableException {
        var region = Optional.ofNullable(schema.region()).orElse(stream.region());
        var version = Optional.ofNullable(schema.versionId()).orElse(TableCatalog.LATEST);
        try {
            var table = tables.table(
                    new Namespace(stream.account(), region),
                    Optional.ofNullable(schema.catalogId()).orElse(""),
                    schema.databaseName(),
                    schema.tableName(),
                    version);
            return new Table(
                    table.version(),
                    table.columns().stream()
                            .map(column -> new Column(column.name(), column.type()))
                            .toList());
        } catch (EntityNotFoundException e) {
            throw new UnknownTableException(String.valueOf(e.getMessage()));
        }
    }
}
