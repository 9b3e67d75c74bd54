package io.millrace.glue;

import java.util.List;
import java.util.Map;

/**
 * What a table looks like in one of its versions, for those who write to it or read from it.
 *
 * @param version a decimal number, 0 for a table that was never changed
 * @param columns those in the data, in order; partition keys are not among them
 * @param location where the data is, for example {@code s3://lake/orders/}; empty if nobody said
 */
public record TableSchema(
        String version,
        List<Column> columns,
        List<Column> partitionKeys,
        String location,
        Map<String, String> parameters) {

    /** @param type in Hive's words, for example {@code array<struct<id:bigint>>}; empty if nobody said */
    public record Column(String name, String type) {}
}
