package io.millrace.firehose.iceberg;

import io.millrace.objects.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.SessionCatalog.SessionContext;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.rest.HTTPClient;
import org.apache.iceberg.rest.RESTSessionCatalog;

/** A catalog behind HTTP. The tables' files go through this process's own object store, or are local. */
final class RestCatalog implements Warehouse.TableCatalog {
    private final RESTSessionCatalog session;
    private final Catalog catalog;
    private final SupportsNamespaces namespaces;

    private RestCatalog(RESTSessionCatalog session) {
        this.session = session;
        var context = SessionContext.createEmpty();
        catalog = session.asCatalog(context);
        namespaces = (SupportsNamespaces) catalog;
    }

    static RestCatalog open(IcebergConfig.Rest config, String warehouse, Supplier<ObjectStore> objects) {
        var properties = new HashMap<>(config.properties());
        properties.put("uri", config.uri().toString());
        config.token().ifPresent(token -> properties.put("token", token));
        config.credential().ifPresent(credential -> properties.put("credential", credential));
        if (!warehouse.isEmpty()) {
            properties.put("warehouse", warehouse);
        }
        // Trying again is the delivery's business, which knows for how long.
        properties.putIfAbsent("rest.client.max-retries", "1");
        properties.putIfAbsent("rest.client.connection-timeout-ms", "10000");
        properties.putIfAbsent("rest.client.socket-timeout-ms", "60000");
        var session = new RESTSessionCatalog(
                with -> HTTPClient.builder(with).uri(with.get("uri")).build(),
                (_, with) -> new TableFiles(objects, with));
        session.initialize("millrace", properties);
        return new RestCatalog(session);
    }

    @Override
    public Table load(TableIdentifier name) {
        return catalog.loadTable(name);
    }

    @Override
    public void create(TableIdentifier name, Schema schema, PartitionSpec spec, Map<String, String> properties) {
        if (!namespaces.namespaceExists(name.namespace())) {
            try {
                namespaces.createNamespace(name.namespace());
            } catch (AlreadyExistsException _) {
                // Somebody else wanted it too.
            }
        }
        catalog.createTable(name, schema, spec, properties);
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
