package io.millrace.firehose.iceberg;

import io.millrace.firehose.delivery.Attempt;
import io.millrace.firehose.delivery.Batch;
import io.millrace.firehose.delivery.DeliveryRecord;
import io.millrace.firehose.delivery.Destination;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import software.amazon.awssdk.services.firehose.model.IcebergDestinationConfiguration;

/** Tables of one delivery stream. An attempt is a {@link BatchDelivery}. */
final class IcebergDestination implements Destination {
    private final IcebergDestinationConfiguration configuration;
    private final Supplier<Warehouse> warehouse;
    private final Supplier<UUID> ids;

    IcebergDestination(
            IcebergDestinationConfiguration configuration, Supplier<Warehouse> warehouse, Supplier<UUID> ids) {
        this.configuration = configuration;
        this.warehouse = warehouse;
        this.ids = ids;
    }

    @Override
    public String name() {
        return "Iceberg";
    }

    @Override
    public String errorOutputType() {
        return "iceberg-failed";
    }

    @Override
    public Duration retryDuration() {
        return Duration.ofSeconds(configuration.retryOptions().durationInSeconds());
    }

    @Override
    public Attempt attempt(Batch batch) throws InterruptedException {
        Warehouse open;
        try {
            open = warehouse.get();
        } catch (RuntimeException e) { // a REST catalog is asked for its settings
            return new Attempt.Refused(Trouble.of(e));
        }
        return new BatchDelivery(batch, configuration, open, ids.get()).run();
    }

    /** The table and operation, as far as they are known. */
    @Override
    public Map<String, String> details(DeliveryRecord record) {
        return TableRoute.details(record, configuration);
    }

    @Override
    public Optional<ErrorPrefixes> errorPrefixes() {
        boolean any = configuration.destinationTableConfigurationList().stream()
                .anyMatch(table -> TableRoute.errorPrefix(table).isPresent());
        return any ? Optional.of(record -> TableRoute.errorPrefix(record, configuration)) : Optional.empty();
    }

    @Override
    public void close() {}
}
