package io.millrace.firehose.conversion;

import io.millrace.firehose.delivery.StreamIdentity;
import java.util.List;
import software.amazon.awssdk.services.firehose.model.SchemaConfiguration;

/** Where tables are described. Asked for each object, so that a table that changes is followed. */
@FunctionalInterface
public interface TableSchemas {

    /** @throws UnknownTableException if there is no such table, or no such version of it */
    Table table(StreamIdentity stream, SchemaConfiguration schema) throws UnknownTableException;

    /** @param version the one that LATEST stands for at present */
    record Table(String version, List<Column> columns) {}

    /** @param type in Hive's words */
    record Column(String name, String type) {}

    /** Says what is missing in the catalog's words. */
    final class UnknownTableException extends Exception {
        private static final long serialVersionUID = 1;

        public UnknownTableException(String message) {
            super(message);
        }
    }
}
