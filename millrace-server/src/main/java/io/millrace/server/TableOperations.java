package io.millrace.server;

import io.millrace.glue.TableCatalog;
import io.millrace.model.Glue;

/** Joins the operations of the catalog of tables to the door. */
final class TableOperations {
    private TableOperations() {}

    static GuardedOperations add(GuardedOperations operations, TableCatalog tables) {
        return operations
                .unary(Glue.BATCH_CREATE_PARTITION, tables::batchCreatePartition)
                .unary(Glue.CREATE_DATABASE, tables::createDatabase)
                .unary(Glue.CREATE_PARTITION, tables::createPartition)
                .unary(Glue.CREATE_TABLE, tables::createTable)
                .unary(Glue.DELETE_DATABASE, tables::deleteDatabase)
                .unary(Glue.DELETE_TABLE, tables::deleteTable)
                .unary(Glue.GET_DATABASE, tables::getDatabase)
                .unary(Glue.GET_DATABASES, tables::getDatabases)
                .unary(Glue.GET_PARTITION, tables::getPartition)
                .unary(Glue.GET_PARTITIONS, tables::getPartitions)
                .unary(Glue.GET_TABLE, tables::getTable)
                .unary(Glue.GET_TABLE_VERSION, tables::getTableVersion)
                .unary(Glue.GET_TABLE_VERSIONS, tables::getTableVersions)
                .unary(Glue.GET_TABLES, tables::getTables)
                .unary(Glue.UPDATE_DATABASE, tables::updateDatabase)
                .unary(Glue.UPDATE_TABLE, tables::updateTable);
    }
}
