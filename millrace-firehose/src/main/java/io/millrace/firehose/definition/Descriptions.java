package io.millrace.firehose.definition;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.firehose.model.DatabaseSourceDescription;
import software.amazon.awssdk.services.firehose.model.DeliveryStreamDescription;
import software.amazon.awssdk.services.firehose.model.DeliveryStreamEncryptionConfiguration;
import software.amazon.awssdk.services.firehose.model.DeliveryStreamEncryptionStatus;
import software.amazon.awssdk.services.firehose.model.DeliveryStreamStatus;
import software.amazon.awssdk.services.firehose.model.DestinationDescription;
import software.amazon.awssdk.services.firehose.model.S3DestinationDescription;
import software.amazon.awssdk.services.firehose.model.SourceDescription;
import software.amazon.awssdk.services.firehose.model.VpcConfiguration;
import software.amazon.awssdk.services.firehose.model.VpcConfigurationDescription;

/** What DescribeDeliveryStream shows of a delivery stream. */
public final class Descriptions {
    /** A delivery stream has one destination, and so it is called. */
    public static final String DESTINATION_ID = "destinationId-000000000001";

    private static final int VPC_ID_DIGITS = 17;

    private Descriptions() {}

    public static DeliveryStreamDescription of(DeliveryStream stream) {
        return DeliveryStreamDescription.builder()
                .deliveryStreamName(stream.name())
                .deliveryStreamARN(stream.arn())
                .deliveryStreamStatus(DeliveryStreamStatus.ACTIVE)
                .deliveryStreamEncryptionConfiguration(
                        stream.encryption().map(Descriptions::encryption).orElse(null))
                .deliveryStreamType(stream.type())
                .versionId(stream.versionId())
                .createTimestamp(stream.created())
                .lastUpdateTimestamp(stream.updated())
                .source(source(stream.source()))
                .destinations(destination(stream.destination()))
                .hasMoreDestinations(false)
                .build();
    }

    private static DeliveryStreamEncryptionConfiguration encryption(Encryption encryption) {
        return DeliveryStreamEncryptionConfiguration.builder()
                .keyType(encryption.keyType())
                .keyARN(encryption.keyArn().orElse(null))
                .status(
                        encryption.enabled()
                                ? DeliveryStreamEncryptionStatus.ENABLED
                                : DeliveryStreamEncryptionStatus.DISABLED)
                .build();
    }

    private static @Nullable SourceDescription source(Source source) {
        var described = SourceDescription.builder();
        return switch (source) {
            case Source.DirectPut(var hint) ->
                hint.map(mib -> described
                                .directPutSourceDescription(direct -> direct.throughputHintInMBs(mib))
                                .build())
                        .orElse(null);
            case Source.KinesisStream(var configuration, var start) ->
                described
                        .kinesisStreamSourceDescription(
                                stream -> stream.kinesisStreamARN(configuration.kinesisStreamARN())
                                        .roleARN(configuration.roleARN())
                                        .deliveryStartTimestamp(start))
                        .build();
            case Source.KafkaTopic(var configuration, var start) ->
                described
                        .mskSourceDescription(topic -> topic.mskClusterARN(configuration.mskClusterARN())
                                .topicName(configuration.topicName())
                                .authenticationConfiguration(configuration.authenticationConfiguration())
                                .deliveryStartTimestamp(start)
                                .readFromTimestamp(configuration.readFromTimestamp()))
                        .build();
            case Source.Database(var configuration) ->
                described
                        .databaseSourceDescription((DatabaseSourceDescription)
                                Members.described(configuration, DatabaseSourceDescription.builder()))
                        .build();
        };
    }

    private static DestinationDescription destination(DestinationConfiguration destination) {
        var kind = destination.kind();
        var described = DestinationDescription.builder().destinationId(DESTINATION_ID);
        var field = described.build().sdkFieldNameToField().get(kind.descriptionMember());
        assert field != null : kind;
        field.set(
                described,
                Members.described(
                        destination.configuration(), field.constructor().get()));
        switch (destination) {
            case DestinationConfiguration.S3(var s3) ->
                described.s3DestinationDescription(
                        (S3DestinationDescription) Members.described(s3, S3DestinationDescription.builder()));
            case DestinationConfiguration.Elasticsearch(var search) -> {
                if (search.vpcConfiguration() != null) {
                    var whole = described.build().elasticsearchDestinationDescription().toBuilder();
                    described.elasticsearchDestinationDescription(
                            whole.vpcConfigurationDescription(vpc(search.vpcConfiguration()))
                                    .build());
                }
            }
            case DestinationConfiguration.OpenSearch(var search) -> {
                if (search.vpcConfiguration() != null) {
                    var whole = described.build().amazonopensearchserviceDestinationDescription().toBuilder();
                    described.amazonopensearchserviceDestinationDescription(
                            whole.vpcConfigurationDescription(vpc(search.vpcConfiguration()))
                                    .build());
                }
            }
            case DestinationConfiguration.OpenSearchServerless(var search) -> {
                if (search.vpcConfiguration() != null) {
                    var whole = described.build().amazonOpenSearchServerlessDestinationDescription().toBuilder();
                    described.amazonOpenSearchServerlessDestinationDescription(
                            whole.vpcConfigurationDescription(vpc(search.vpcConfiguration()))
                                    .build());
                }
            }
            case DestinationConfiguration.Redshift _,
                    DestinationConfiguration.Splunk _,
                    DestinationConfiguration.HttpEndpoint _,
                    DestinationConfiguration.Snowflake _,
                    DestinationConfiguration.Iceberg _ -> {}
        }
        return described.build();
    }

    /** There are no networks of that kind here, but the member is required: the same subnets show the same id. */
    private static VpcConfigurationDescription vpc(VpcConfiguration configuration) {
        var subnets = String.join(",", configuration.subnetIds()).getBytes(StandardCharsets.UTF_8);
        var digits = UUID.nameUUIDFromBytes(subnets).toString().replace("-", "").substring(0, VPC_ID_DIGITS);
        return VpcConfigurationDescription.builder()
                .subnetIds(configuration.subnetIds())
                .roleARN(configuration.roleARN())
                .securityGroupIds(configuration.securityGroupIds())
                .vpcId("vpc-" + digits)
                .build();
    }
}
