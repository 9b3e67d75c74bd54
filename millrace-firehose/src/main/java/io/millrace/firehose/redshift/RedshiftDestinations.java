package io.millrace.firehose.redshift;

import io.millrace.firehose.delivery.Destination;
import io.millrace.firehose.delivery.Secrets;
import io.millrace.firehose.delivery.StreamIdentity;
import io.millrace.objects.ObjectStore;
import java.time.InstantSource;
import java.util.function.Supplier;
import software.amazon.awssdk.services.firehose.model.CompressionFormat;
import software.amazon.awssdk.services.firehose.model.RedshiftDestinationConfiguration;

/** Opens delivery into tables of Redshift and PostgreSQL. May be used by many threads. */
public final class RedshiftDestinations {
    private final Supplier<ObjectStore> objects;
    private final Secrets secrets;
    private final InstantSource clock;

    /** @param objects where batches are staged; asked for with the first destination */
    public RedshiftDestinations(Supplier<ObjectStore> objects, Secrets secrets, InstantSource clock) {
        this.objects = objects;
        this.secrets = secrets;
        this.clock = clock;
    }

    public Destination open(StreamIdentity stream, RedshiftDestinationConfiguration configuration) {
        var staging = configuration.s3Configuration();
        var stage = new Stage(objects.get(), staging, staging.compressionFormat() == CompressionFormat.GZIP);
        return new RedshiftDestination(stream, configuration, stage, new Database(configuration, secrets), clock);
    }
}
