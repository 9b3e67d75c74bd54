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
        Opener<SnowflakeDestinationConfiguration> snowflake,
        Opener<RedshiftDestinationConfiguration> redshift,
        Opener<IcebergDestinationConfiguration> iceberg) {}
