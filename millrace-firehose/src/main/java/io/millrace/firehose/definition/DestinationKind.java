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

/** The kinds of destinations, with the names and classes that the API has for each. */
public enum DestinationKind {
    S3("ExtendedS3", "ExtendedS3"),
    REDSHIFT("Redshift", "Redshift"),
    ELASTICSEARCH("Elasticsearch", "Elasticsearch"),
    OPEN_SEARCH("Amazonopensearchservice", "AmazonopensearchService"),
    OPEN_SEARCH_SERVERLESS("AmazonOpenSearchServerless", "AmazonOpenSearchServerless"),
    SPLUNK("Splunk", "Splunk"),
    HTTP_ENDPOINT("HttpEndpoint", "HttpEndpoint"),
    SNOWFLAKE("Snowflake", "Snowflake"),
    ICEBERG("Iceberg", "Iceberg");

    private final String memberStem;
    private final String token;

    DestinationKind(String memberStem, String token) {
        this.memberStem = memberStem;
        this.token = token;
    }

    /** Its member of CreateDeliveryStream's input. */
    String configurationMember() {
        return memberStem + "DestinationConfiguration";
    }

    /** Its member of UpdateDestination's input. */
    String updateMember() {
        return memberStem + "DestinationUpdate";
    }

    /** Its member of a destination's description. */
    String descriptionMember() {
        return memberStem + "DestinationDescription";
    }

    /** What error texts call it. */
    public String token() {
        return token;
    }

    /** A new, empty builder of its configuration. */
    SdkPojo builder() {
        return switch (this) {
            case S3 -> ExtendedS3DestinationConfiguration.builder();
            case REDSHIFT -> RedshiftDestinationConfiguration.builder();
            case ELASTICSEARCH -> ElasticsearchDestinationConfiguration.builder();
            case OPEN_SEARCH -> AmazonopensearchserviceDestinationConfiguration.builder();
            case OPEN_SEARCH_SERVERLESS -> AmazonOpenSearchServerlessDestinationConfiguration.builder();
            case SPLUNK -> SplunkDestinationConfiguration.builder();
            case HTTP_ENDPOINT -> HttpEndpointDestinationConfiguration.builder();
            case SNOWFLAKE -> SnowflakeDestinationConfiguration.builder();
            case ICEBERG -> IcebergDestinationConfiguration.builder();
        };
    }

    DestinationConfiguration typed(SdkPojo configuration) {
        return switch (this) {
            case S3 -> new DestinationConfiguration.S3((ExtendedS3DestinationConfiguration) configuration);
            case REDSHIFT -> new DestinationConfiguration.Redshift((RedshiftDestinationConfiguration) configuration);
            case ELASTICSEARCH ->
                new DestinationConfiguration.Elasticsearch((ElasticsearchDestinationConfiguration) configuration);
            case OPEN_SEARCH ->
                new DestinationConfiguration.OpenSearch(
                        (AmazonopensearchserviceDestinationConfiguration) configuration);
            case OPEN_SEARCH_SERVERLESS ->
                new DestinationConfiguration.OpenSearchServerless(
                        (AmazonOpenSearchServerlessDestinationConfiguration) configuration);
            case SPLUNK -> new DestinationConfiguration.Splunk((SplunkDestinationConfiguration) configuration);
            case HTTP_ENDPOINT ->
                new DestinationConfiguration.HttpEndpoint((HttpEndpointDestinationConfiguration) configuration);
            case SNOWFLAKE -> new DestinationConfiguration.Snowflake((SnowflakeDestinationConfiguration) configuration);
            case ICEBERG -> new DestinationConfiguration.Iceberg((IcebergDestinationConfiguration) configuration);
        };
    }
}
