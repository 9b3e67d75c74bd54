package io.millrace.firehose.iceberg;

import io.millrace.firehose.delivery.Destination;
import io.millrace.firehose.delivery.StreamIdentity;
import io.millrace.objects.ObjectStore;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import software.amazon.awssdk.services.firehose.model.CatalogConfiguration;
import software.amazon.awssdk.services.firehose.model.IcebergDestinationConfiguration;

/**
 * Opens delivery into Iceberg tables. May be used by many threads. Nothing of Iceberg is loaded before the first attempt
 * at a delivery, and delivery streams of one warehouse share its catalog.
 */
public final class IcebergDestinations implements Destination.Opener<IcebergDestinationConfiguration>, AutoCloseable {
    private static final String S3_TABLES = "/s3tablescatalog/";

    private final IcebergConfig config;
    private final Supplier<ObjectStore> objects;
    private final Supplier<UUID> ids;
    private final Map<String, Warehouse> warehouses = new ConcurrentHashMap<>();

    /**
     * @param objects where the files of a REST catalog's {@code s3://} tables are; asked for with the first of them
     * @param ids makes names for files
     */
    public IcebergDestinations(IcebergConfig config, Supplier<ObjectStore> objects, Supplier<UUID> ids) {
        this.config = config;
        this.objects = objects;
        this.ids = ids;
    }

    @Override
    public Destination open(StreamIdentity stream, IcebergDestinationConfiguration configuration) {
        var location = location(configuration.catalogConfiguration());
        return new IcebergDestination(
                configuration,
                () -> warehouses.computeIfAbsent(location, where -> Warehouse.open(config, where, objects, ids)),
                ids);
    }

    /** The warehouse that a configuration names, or empty: its location, or the table bucket in the catalog's ARN. */
    static String location(CatalogConfiguration catalog) {
        if (catalog.warehouseLocation() != null) {
            return catalog.warehouseLocation();
        }
        var arn = catalog.catalogARN() == null ? "" : catalog.catalogARN();
        int bucket = arn.indexOf(S3_TABLES);
        return bucket < 0 ? "" : "s3://" + arn.substring(bucket + S3_TABLES.length());
    }

    @Override
    public void close() {
        warehouses.values().forEach(Warehouse::close);
        warehouses.clear();
    }
}
