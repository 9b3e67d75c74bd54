package io.millrace.firehose;

import io.millrace.firehose.conversion.TableSchemas;
import io.millrace.firehose.delivery.StreamIdentity;
import io.millrace.firehose.rules.ConversionTables;
import io.millrace.model.InvalidArgumentException;
import software.amazon.awssdk.services.firehose.model.SchemaConfiguration;

/**
 * The tables that a delivery stream may convert to.
 *
 * @param stream whose account and region a table is in unless its configuration says another
 */
record KnownTables(TableSchemas schemas, StreamIdentity stream) implements ConversionTables {

    @Override
    public void require(SchemaConfiguration schema) {
        try {
            schemas.table(stream, schema);
        } catch (TableSchemas.UnknownTableException e) {
            throw new InvalidArgumentException(String.valueOf(e.getMessage()));
        }
    }
}
