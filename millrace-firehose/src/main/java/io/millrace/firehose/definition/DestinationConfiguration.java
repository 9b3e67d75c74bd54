package io.millrace.firehose.definition;

import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.firehose.model.AmazonOpenSearchServerlessDestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.AmazonopensearchserviceDestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.ElasticsearchDestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.ExtendedS3DestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.HttpEndpointDestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.IcebergDestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.RedshiftDestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.SnowflakeDestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.SplunkDestinationConfiguration;

/**
 * Where a delivery stream delivers to and how, secrets included: never to be shown or logged as a whole. The plain S3
 * destination of older clients is kept as the extended one, whose members include all of its own.
 */
public sealed interface DestinationConfiguration {
    /** What the API's members are called that hold it. */
    DestinationKind kind();

    SdkPojo configuration();

    /** The same with every default filled in. */
    default DestinationConfiguration withDefaults() {
        return Defaults.filled(this);
    }

    record S3(ExtendedS3DestinationConfiguration configuration) implements DestinationConfiguration {
        @Override
        public DestinationKind kind() {
            return DestinationKind.S3;
        }
    }

    record Redshift(RedshiftDestinationConfiguration configuration) implements DestinationConfiguration {
        @Override
        public DestinationKind kind() {
            return DestinationKind.REDSHIFT;
        }
    }

    record Elasticsearch(ElasticsearchDestinationConfiguration configuration) implements DestinationConfiguration {
        @Override
        public DestinationKind kind() {
            return DestinationKind.ELASTICSEARCH;
        }
    }

    record OpenSearch(AmazonopensearchserviceDestinationConfiguration configuration)
            implements DestinationConfiguration {
        @Override
        public DestinationKind kind() {
            return DestinationKind.OPEN_SEARCH;
        }
    }

    record OpenSearchServerless(AmazonOpenSearchServerlessDestinationConfiguration configuration)
            implements DestinationConfiguration {
        @Override
        public DestinationKind kind() {
            return DestinationKind.OPEN_SEARCH_SERVERLESS;
        }
    }

    record Splunk(SplunkDestinationConfiguration configuration) implements DestinationConfiguration {
        @Override
        public DestinationKind kind() {
            return DestinationKind.SPLUNK;
        }
    }

    record HttpEndpoint(HttpEndpointDestinationConfiguration configuration) implements DestinationConfiguration {
        @Override
        public DestinationKind kind() {
            return DestinationKind.HTTP_ENDPOINT;
        }
    }

    record Snowflake(SnowflakeDestinationConfiguration configuration) implements DestinationConfiguration {
        @Override
        public DestinationKind kind() {
            return DestinationKind.SNOWFLAKE;
        }
    }

    record Iceberg(IcebergDestinationConfiguration configuration) implements DestinationConfiguration {
        @Override
        public DestinationKind kind() {
            return DestinationKind.ICEBERG;
        }
    }
}
