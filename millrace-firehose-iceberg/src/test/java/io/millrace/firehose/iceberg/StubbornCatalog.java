package io.millrace.firehose.iceberg;

import java.util.Map;
import java.util.function.Consumer;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;

/** A catalog whose commits go wrong on command, before they are made or just after. */
final class StubbornCatalog implements Warehouse.TableCatalog {
    private final Warehouse.TableCatalog catalog;
    Consumer<String> beforeCommit = _ -> {};
    Consumer<String> afterCommit = _ -> {};

    StubbornCatalog(Warehouse.TableCatalog catalog) {
        this.catalog = catalog;
    }

    @Override
    public Table load(TableIdentifier name) {
        var operations = ((HasTableOperations) catalog.load(name)).operations();
        return new BaseTable(new Stubborn(operations, name.name()), name.toString());
    }

    @Override
    public void create(TableIdentifier name, Schema schema, PartitionSpec spec, Map<String, String> properties) {
        catalog.create(name, schema, spec, properties);
    }

    @Override
    public void close() {}

    private final class Stubborn implements TableOperations {
        private final TableOperations operations;
        private final String table;

        Stubborn(TableOperations operations, String table) {
            this.operations = operations;
            this.table = table;
        }

        @Override
        public TableMetadata current() {
            return operations.current();
        }

        @Override
        public TableMetadata refresh() {
            return operations.refresh();
        }

        @Override
        public void commit(TableMetadata base, TableMetadata next) {
            beforeCommit.accept(table);
            operations.commit(base, next);
            afterCommit.accept(table);
        }

        @Override
        public FileIO io() {
            return operations.io();
        }

        @Override
        public String metadataFileLocation(String name) {
            return operations.metadataFileLocation(name);
        }

        @Override
        public LocationProvider locationProvider() {
            return operations.locationProvider();
        }
    }
}
