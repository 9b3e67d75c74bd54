package io.millrace.firehose.rules;

import software.amazon.awssdk.services.firehose.model.SchemaConfiguration;

/** The catalog of the tables that conversions name. */
@FunctionalInterface
public interface ConversionTables {

    /** @throws io.millrace.model.InvalidArgumentException in the catalog's words, if there is no such table or version */
    void require(SchemaConfiguration schema);
}
