package io.millrace.firehose.engine;

import io.millrace.firehose.delivery.Destination.Opener;
import software.amazon.awssdk.services.firehose.model.AmazonOpenSearchServerlessDestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.AmazonopensearchserviceDestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.ElasticsearchDestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.HttpEndpointDestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.IcebergDestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.RedshiftDestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.SnowflakeDestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.SplunkDestinationConfiguration;

/** What opens the destinations that are not buckets. */
public record DestinationOpeners(
        Opener<HttpEndpointDestinationConfiguration> httpEndpoint,
        Opener<SplunkDestinationConfiguration> splunk,
        Opener<AmazonopensearchserviceDestinationConfiguration> openSearch,
        Opener<ElasticsearchDestinationConfiguration> elasticsearch,
        Opener<AmazonOpenSearchServerlessDestinationConfiguration> openSearchServerless,
        Opener<RedshiftDestinationConfiguration> redshift,
        Opener<IcebergDestinationConfiguration> iceberg,
        Opener<SnowflakeDestinationConfiguration> snowflake) {

    /** Openers of destinations that this server was built without: they say so, and the records wait. */
    public static DestinationOpeners none() {
        return new DestinationOpeners(
                absent("HTTP endpoints"),
                absent("Splunk"),
                absent("OpenSearch"),
                absent("Elasticsearch"),
                absent("OpenSearch Serverless"),
                absent("Redshift"),
                absent("Iceberg"),
                absent("Snowflake"));
    }

    private static <C> Opener<C> absent(String what) {
        return (_, _) -> {
            throw new UnsupportedOperationException("this server can't deliver to " + what);
        };
    }
}
