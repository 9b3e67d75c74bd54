package io.millrace.conformance;

import static io.millrace.conformance.DeliveryStreams.BUCKET;
import static io.millrace.conformance.DeliveryStreams.ROLE;
import static io.millrace.conformance.DeliveryStreams.STAGING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.millrace.server.Millrace;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.firehose.model.CloudWatchLoggingOptions;
import software.amazon.awssdk.services.firehose.model.CompressionFormat;
import software.amazon.awssdk.services.firehose.model.CreateDeliveryStreamRequest;
import software.amazon.awssdk.services.firehose.model.DestinationDescription;
import software.amazon.awssdk.services.firehose.model.ExtendedS3DestinationDescription;
import software.amazon.awssdk.services.firehose.model.FirehoseException;
import software.amazon.awssdk.services.firehose.model.HttpEndpointDestinationDescription;
import software.amazon.awssdk.services.firehose.model.NoEncryptionConfig;
import software.amazon.awssdk.services.firehose.model.ProcessingConfiguration;
import software.amazon.awssdk.services.firehose.model.Processor;
import software.amazon.awssdk.services.firehose.model.ProcessorParameter;
import software.amazon.awssdk.services.firehose.model.S3DestinationDescription;

/** What descriptions show of destinations, and what updates make of them. */
@ExtendWith(SharedServer.class)
@SuppressWarnings({"deprecation", "unchecked"}) // the plain form of S3 is tested too
class DeliveryDestinationsTest {
    private static final String DOMAIN = "arn:aws:es:eu-west-1:123456789012:domain/logs";
    private static final String LAMBDA = "arn:aws:lambda:eu-west-1:123456789012:function:f";
    private static final CloudWatchLoggingOptions NO_LOGS =
            CloudWatchLoggingOptions.builder().enabled(false).build();
    private static final ProcessingConfiguration NO_PROCESSING = ProcessingConfiguration.builder()
            .enabled(false)
            .processors(List.of())
            .build();
    private static final S3DestinationDescription PLAIN_S3 = S3DestinationDescription.builder()
            .roleARN(ROLE)
            .bucketARN(STAGING.bucketARN())
            .bufferingHints(hints -> hints.sizeInMBs(5).intervalInSeconds(300))
            .compressionFormat(CompressionFormat.UNCOMPRESSED)
            .encryptionConfiguration(encryption -> encryption.noEncryptionConfig(NoEncryptionConfig.NO_ENCRYPTION))
            .cloudWatchLoggingOptions(NO_LOGS)
            .build();
    private static final ExtendedS3DestinationDescription EXTENDED_S3 = ExtendedS3DestinationDescription.builder()
            .roleARN(ROLE)
            .bucketARN(STAGING.bucketARN())
            .bufferingHints(PLAIN_S3.bufferingHints())
            .compressionFormat(CompressionFormat.UNCOMPRESSED)
            .encryptionConfiguration(PLAIN_S3.encryptionConfiguration())
            .cloudWatchLoggingOptions(NO_LOGS)
            .processingConfiguration(NO_PROCESSING)
            .s3BackupMode("Disabled")
            .dataFormatConversionConfiguration(conversion -> conversion.enabled(false))
            .build();

    private DeliveryStreams firehose;

    @BeforeEach
    void connect(Millrace millrace) {
        firehose = DeliveryStreams.ofNewAccount(millrace);
    }

    @AfterEach
    void disconnect() {
        firehose.close();
    }

    private DestinationDescription created(Consumer<CreateDeliveryStreamRequest.Builder> what) {
        firehose.create("stream", what);
        return firehose.destination("stream");
    }

    @Test
    void bothFormsOfS3ShowBothForms() {
        firehose.create("plain", request -> request.s3DestinationConfiguration(STAGING));
        firehose.create(
                "extended",
                request -> request.extendedS3DestinationConfiguration(
                        s3 -> s3.roleARN(ROLE).bucketARN(STAGING.bucketARN())));

        for (var name : List.of("plain", "extended")) {
            var destination = firehose.destination(name);
            assertThat(destination.s3DestinationDescription()).isEqualTo(PLAIN_S3);
            assertThat(destination.extendedS3DestinationDescription()).isEqualTo(EXTENDED_S3);
        }
    }

    @Test
    void conversionMakesBuffersLarge() {
        firehose.createTable("d", "t");
        var destination = created(request -> request.extendedS3DestinationConfiguration(s3 -> s3.roleARN(ROLE)
                        .bucketARN(BUCKET)
                        .dataFormatConversionConfiguration(conversion -> conversion
                                .schemaConfiguration(schema ->
                                        schema.roleARN(ROLE).databaseName("d").tableName("t"))
                                .inputFormatConfiguration(
                                        input -> input.deserializer(it -> it.openXJsonSerDe(serde -> {})))
                                .outputFormatConfiguration(output -> output.serializer(it -> it.orcSerDe(
                                        serde -> serde.paddingTolerance(0.25).bloomFilterColumns("a")))))))
                .extendedS3DestinationDescription();

        assertThat(destination.bufferingHints().sizeInMBs()).isEqualTo(128);
        assertThat(destination.bufferingHints().intervalInSeconds()).isEqualTo(300);
        assertThat(destination.dataFormatConversionConfiguration().enabled()).isTrue();
        var orc = destination
                .dataFormatConversionConfiguration()
                .outputFormatConfiguration()
                .serializer()
                .orcSerDe();
        assertThat(orc.paddingTolerance()).isEqualTo(0.25);
        assertThat(orc.bloomFilterColumns()).containsExactly("a");
        assertThat(orc.stripeSizeBytes()).isNull();
    }

    @Test
    void httpEndpointsShowTheirDefaultsAndNoAccessKey() {
        var http = created(request -> request.httpEndpointDestinationConfiguration(
                        it -> it.endpointConfiguration(endpoint -> endpoint.url("http://localhost:9000/in")
                                        .name("mine")
                                        .accessKey("secret-key"))
                                .s3Configuration(STAGING)))
                .httpEndpointDestinationDescription();

        assertThat(http)
                .isEqualTo(HttpEndpointDestinationDescription.builder()
                        .endpointConfiguration(endpoint ->
                                endpoint.url("http://localhost:9000/in").name("mine"))
                        .bufferingHints(hints -> hints.sizeInMBs(5).intervalInSeconds(300))
                        .cloudWatchLoggingOptions(NO_LOGS)
                        .requestConfiguration(
                                request -> request.contentEncoding("NONE").commonAttributes(List.of()))
                        .processingConfiguration(NO_PROCESSING)
                        .retryOptions(retry -> retry.durationInSeconds(300))
                        .s3BackupMode("FailedDataOnly")
                        .s3DestinationDescription(PLAIN_S3)
                        .build());
        assertThat(firehose.describe("stream").toString()).doesNotContain("secret-key");
    }

    @Test
    void redshiftShowsItsDefaultsAndNoPassword() {
        var redshift = created(request -> request.redshiftDestinationConfiguration(
                        it -> it.clusterJDBCURL("jdbc:postgresql://localhost:5432/dev")
                                .copyCommand(copy -> copy.dataTableName("t"))
                                .username("user")
                                .password("secret-word")
                                .roleARN(ROLE)
                                .s3Configuration(STAGING)))
                .redshiftDestinationDescription();

        assertThat(redshift.username()).isEqualTo("user");
        assertThat(redshift.retryOptions().durationInSeconds()).isEqualTo(3_600);
        assertThat(redshift.s3BackupModeAsString()).isEqualTo("Disabled");
        assertThat(redshift.processingConfiguration()).isEqualTo(NO_PROCESSING);
        assertThat(redshift.cloudWatchLoggingOptions()).isEqualTo(NO_LOGS);
        assertThat(redshift.s3DestinationDescription()).isEqualTo(PLAIN_S3);
        assertThat(redshift.s3BackupDescription()).isNull();
        assertThat(firehose.describe("stream").toString()).doesNotContain("secret-word");
    }

    @Test
    void searchShowsItsDefaults() {
        firehose.create(
                "old",
                request ->
                        request.elasticsearchDestinationConfiguration(it -> it.clusterEndpoint("http://localhost:9200")
                                .indexName("logs")
                                .roleARN(ROLE)
                                .s3Configuration(STAGING)));
        firehose.create(
                "new",
                request -> request.amazonopensearchserviceDestinationConfiguration(it -> it.domainARN(DOMAIN)
                        .indexName("logs")
                        .roleARN(ROLE)
                        .vpcConfiguration(
                                vpc -> vpc.roleARN(ROLE).subnetIds("subnet-1").securityGroupIds("sg-1"))
                        .s3Configuration(STAGING)));
        firehose.create(
                "serverless",
                request -> request.amazonOpenSearchServerlessDestinationConfiguration(
                        it -> it.collectionEndpoint("http://localhost:9200")
                                .indexName("logs")
                                .roleARN(ROLE)
                                .s3Configuration(STAGING)));

        var elasticsearch = firehose.destination("old").elasticsearchDestinationDescription();
        var openSearch = firehose.destination("new").amazonopensearchserviceDestinationDescription();
        var serverless = firehose.destination("serverless").amazonOpenSearchServerlessDestinationDescription();
        assertThat(elasticsearch.indexRotationPeriodAsString()).isEqualTo("OneDay");
        assertThat(elasticsearch.bufferingHints().sizeInMBs()).isEqualTo(5);
        assertThat(elasticsearch.bufferingHints().intervalInSeconds()).isEqualTo(300);
        assertThat(elasticsearch.retryOptions().durationInSeconds()).isEqualTo(300);
        assertThat(elasticsearch.s3BackupModeAsString()).isEqualTo("FailedDocumentsOnly");
        assertThat(elasticsearch.documentIdOptions().defaultDocumentIdFormatAsString())
                .isEqualTo("FIREHOSE_DEFAULT");
        assertThat(openSearch.indexRotationPeriodAsString()).isEqualTo("OneDay");
        assertThat(openSearch.documentIdOptions().defaultDocumentIdFormatAsString())
                .isEqualTo("FIREHOSE_DEFAULT");
        assertThat(openSearch.vpcConfigurationDescription().subnetIds()).containsExactly("subnet-1");
        assertThat(openSearch.vpcConfigurationDescription().vpcId()).matches("vpc-[0-9a-f]{17}");
        assertThat(serverless.s3BackupModeAsString()).isEqualTo("FailedDocumentsOnly");
        assertThat(serverless.retryOptions().durationInSeconds()).isEqualTo(300);
        assertThat(serverless.s3DestinationDescription()).isEqualTo(PLAIN_S3);
    }

    @Test
    void splunkShowsItsDefaultsAndItsToken() {
        var splunk = created(
                        request -> request.splunkDestinationConfiguration(it -> it.hecEndpoint("http://localhost:8088")
                                .hecEndpointType("Event")
                                .hecToken("token")
                                .s3Configuration(STAGING)))
                .splunkDestinationDescription();

        assertThat(splunk.hecToken()).isEqualTo("token");
        assertThat(splunk.hecAcknowledgmentTimeoutInSeconds()).isEqualTo(180);
        assertThat(splunk.retryOptions().durationInSeconds()).isEqualTo(300);
        assertThat(splunk.s3BackupModeAsString()).isEqualTo("FailedEventsOnly");
        assertThat(splunk.bufferingHints().intervalInSeconds()).isEqualTo(60);
        assertThat(splunk.bufferingHints().sizeInMBs()).isEqualTo(5);
    }

    @Test
    void whatCanNotBeDeliveredIsNotPromised() {
        refuses(
                request -> request.deliveryStreamType("DatabaseAsSource")
                        .databaseSourceConfiguration(database -> database.type("PostgreSQL")
                                .endpoint("localhost")
                                .port(5432)
                                .databases(names -> names.include("d"))
                                .tables(names -> names.include("t"))
                                .snapshotWatermarkTable("d.w")
                                .databaseSourceAuthenticationConfiguration(
                                        it -> it.secretsManagerConfiguration(secrets -> secrets.enabled(true)
                                                .roleARN(ROLE)
                                                .secretARN("arn:aws:secretsmanager:eu-west-1:123456789012:secret:s")))
                                .databaseSourceVPCConfiguration(vpc -> vpc.vpcEndpointServiceName(
                                        "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0")))
                        .icebergDestinationConfiguration(it -> it.roleARN(ROLE)
                                .catalogConfiguration(catalog -> catalog.warehouseLocation("s3://lake/"))
                                .destinationTableConfigurationList(table ->
                                        table.destinationDatabaseName("d").destinationTableName("t"))
                                .s3Configuration(STAGING)),
                "Databases as sources are not supported by this server.");
        assertThat(firehose.client().listDeliveryStreams().deliveryStreamNames())
                .isEmpty();

        firehose.createPlain("stream");
        assertThatExceptionOfType(FirehoseException.class)
                .isThrownBy(() -> firehose.update(
                        "stream", request -> request.snowflakeDestinationUpdate(it -> it.table("other"))))
                .satisfies(failure -> assertThat(failure.awsErrorDetails().errorMessage())
                        .isEqualTo(
                                "Changing the destination type to or from Snowflake is not supported at this time."));
    }

    @Test
    void snowflakeShowsItsDefaultsAndNoKey() {
        var snowflake = created(request -> request.snowflakeDestinationConfiguration(
                        it -> it.accountUrl("https://myorg-acct.snowflakecomputing.com")
                                .user("user")
                                .privateKey("QUJD".repeat(100))
                                .keyPassphrase("open sesame")
                                .database("d")
                                .schema("s")
                                .table("t")
                                .snowflakeVpcConfiguration(vpc -> vpc.privateLinkVpceId(
                                        "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0"))
                                .roleARN(ROLE)
                                .s3Configuration(STAGING)))
                .snowflakeDestinationDescription();

        assertThat(snowflake.bufferingHints().sizeInMBs()).isEqualTo(128);
        assertThat(snowflake.bufferingHints().intervalInSeconds()).isZero();
        assertThat(snowflake.retryOptions().durationInSeconds()).isEqualTo(60);
        assertThat(snowflake.dataLoadingOptionAsString()).isEqualTo("JSON_MAPPING");
        assertThat(snowflake.s3BackupModeAsString()).isEqualTo("FailedDataOnly");
        assertThat(snowflake.user()).isEqualTo("user");
        assertThat(snowflake.toString()).doesNotContain("QUJD").doesNotContain("sesame");

        firehose.update("stream", request -> request.snowflakeDestinationUpdate(it -> it.table("other")));
        var updated = firehose.destination("stream").snowflakeDestinationDescription();
        assertThat(updated.table()).isEqualTo("other");
        assertThat(updated.database()).isEqualTo("d");
    }

    @Test
    void conversionsWantATableThatIsThere() {
        refuses(
                request -> request.extendedS3DestinationConfiguration(s3 -> s3.roleARN(ROLE)
                        .bucketARN(BUCKET)
                        .dataFormatConversionConfiguration(conversion -> conversion
                                .schemaConfiguration(schema -> schema.roleARN(ROLE)
                                        .databaseName("nowhere")
                                        .tableName("t"))
                                .inputFormatConfiguration(
                                        input -> input.deserializer(it -> it.openXJsonSerDe(serde -> {})))
                                .outputFormatConfiguration(
                                        output -> output.serializer(it -> it.parquetSerDe(serde -> {}))))),
                "Database nowhere not found.");
    }

    @Test
    void icebergShowsItsDefaults() {
        var iceberg = created(request -> request.icebergDestinationConfiguration(it -> it.roleARN(ROLE)
                        .catalogConfiguration(catalog -> catalog.warehouseLocation("s3://lake/"))
                        .destinationTableConfigurationList(
                                table -> table.destinationDatabaseName("d").destinationTableName("t"))
                        .s3Configuration(STAGING)))
                .icebergDestinationDescription();

        assertThat(iceberg.bufferingHints().sizeInMBs()).isEqualTo(5);
        assertThat(iceberg.retryOptions().durationInSeconds()).isEqualTo(300);
        assertThat(iceberg.s3BackupModeAsString()).isEqualTo("FailedDataOnly");
        assertThat(iceberg.appendOnly()).isFalse();
        assertThat(iceberg.destinationTableConfigurationList())
                .singleElement()
                .satisfies(table -> assertThat(table.destinationTableName()).isEqualTo("t"));
    }

    @Test
    void functionsShowAllTheirParametersInOrder() {
        var function = Processor.builder()
                .type("Lambda")
                .parameters(ProcessorParameter.builder()
                        .parameterName("LambdaArn")
                        .parameterValue(LAMBDA)
                        .build())
                .build();
        firehose.create(
                "s3",
                request -> request.extendedS3DestinationConfiguration(s3 -> s3.roleARN(ROLE)
                        .bucketARN(BUCKET)
                        .processingConfiguration(it -> it.enabled(true).processors(function))));
        firehose.create(
                "splunk",
                request -> request.splunkDestinationConfiguration(it -> it.hecEndpoint("http://localhost:8088")
                        .hecEndpointType("Event")
                        .hecToken("token")
                        .processingConfiguration(
                                processing -> processing.enabled(true).processors(function))
                        .s3Configuration(STAGING)));

        var ofS3 = firehose.destination("s3").extendedS3DestinationDescription().processingConfiguration();
        var ofSplunk =
                firehose.destination("splunk").splunkDestinationDescription().processingConfiguration();
        assertThat(texts(ofS3))
                .containsExactly(
                        "LambdaArn=" + LAMBDA,
                        "NumberOfRetries=3",
                        "RoleArn=" + ROLE,
                        "BufferSizeInMBs=1",
                        "BufferIntervalInSeconds=60");
        assertThat(texts(ofSplunk)).contains("BufferSizeInMBs=0.25");
    }

    private static List<String> texts(ProcessingConfiguration processing) {
        return processing.processors().getFirst().parameters().stream()
                .map(parameter -> parameter.parameterNameAsString() + "=" + parameter.parameterValue())
                .toList();
    }

    @Test
    void anUpdateChangesWhatItMentions() {
        firehose.create(
                "http",
                request -> request.httpEndpointDestinationConfiguration(it -> it.endpointConfiguration(endpoint ->
                                endpoint.url("http://localhost:9000/in").accessKey("k"))
                        .s3BackupMode("AllData")
                        .s3Configuration(STAGING.toBuilder().prefix("p/").build())));
        var before = firehose.destination("http").httpEndpointDestinationDescription();

        firehose.update(
                "http",
                request -> request.httpEndpointDestinationUpdate(
                        it -> it.s3Update(s3 -> s3.errorOutputPrefix("errors/"))));
        var errors = firehose.destination("http").httpEndpointDestinationDescription();
        firehose.update(
                "http",
                request -> request.httpEndpointDestinationUpdate(it -> it.endpointConfiguration(
                        endpoint -> endpoint.url("http://localhost:9001/in").name("other"))));
        var elsewhere = firehose.destination("http").httpEndpointDestinationDescription();

        assertThat(errors)
                .isEqualTo(before.toBuilder()
                        .s3DestinationDescription(before.s3DestinationDescription().toBuilder()
                                .errorOutputPrefix("errors/")
                                .build())
                        .build());
        assertThat(elsewhere)
                .isEqualTo(errors.toBuilder()
                        .endpointConfiguration(endpoint ->
                                endpoint.url("http://localhost:9001/in").name("other"))
                        .build());
        assertThat(firehose.describe("http").versionId()).isEqualTo("3");
    }

    @Test
    void bothFormsOfS3AreUpdatedByEither() {
        firehose.create("stream", request -> request.s3DestinationConfiguration(STAGING));

        firehose.update("stream", request -> request.extendedS3DestinationUpdate(s3 -> s3.prefix("one/")));
        var one = firehose.destination("stream");
        firehose.update("stream", request -> request.s3DestinationUpdate(s3 -> s3.errorOutputPrefix("two/")));
        var two = firehose.destination("stream");

        assertThat(one.s3DestinationDescription().prefix()).isEqualTo("one/");
        assertThat(one.extendedS3DestinationDescription().prefix()).isEqualTo("one/");
        assertThat(two.s3DestinationDescription())
                .isEqualTo(PLAIN_S3.toBuilder()
                        .prefix("one/")
                        .errorOutputPrefix("two/")
                        .build());
        assertThat(two.extendedS3DestinationDescription().errorOutputPrefix()).isEqualTo("two/");
    }

    @Test
    void processingIsReplacedWhole() {
        var delimiter = Processor.builder().type("AppendDelimiterToRecord").build();
        firehose.create(
                "stream",
                request -> request.extendedS3DestinationConfiguration(s3 -> s3.roleARN(ROLE)
                        .bucketARN(BUCKET)
                        .processingConfiguration(it -> it.enabled(true).processors(delimiter))));

        firehose.update(
                "stream",
                request -> request.extendedS3DestinationUpdate(s3 -> s3.processingConfiguration(
                        ProcessingConfiguration.builder().build())));

        assertThat(firehose.destination("stream")
                        .extendedS3DestinationDescription()
                        .processingConfiguration())
                .isEqualTo(NO_PROCESSING);
    }

    /** What Terraform does on each apply: it sends back what it was shown. */
    @Test
    void whatIsShownCanBeSentBackAndChangesNothing() {
        firehose.createPlain("stream");
        var shown = firehose.destination("stream").extendedS3DestinationDescription();

        firehose.update(
                "stream",
                request -> request.extendedS3DestinationUpdate(s3 -> s3.roleARN(shown.roleARN())
                        .bucketARN(shown.bucketARN())
                        .bufferingHints(shown.bufferingHints())
                        .compressionFormat(shown.compressionFormat())
                        .encryptionConfiguration(shown.encryptionConfiguration())
                        .cloudWatchLoggingOptions(shown.cloudWatchLoggingOptions())
                        .processingConfiguration(shown.processingConfiguration())
                        .s3BackupMode(shown.s3BackupMode())
                        .dataFormatConversionConfiguration(shown.dataFormatConversionConfiguration())));

        assertThat(firehose.destination("stream").extendedS3DestinationDescription())
                .isEqualTo(shown);
    }

    @Test
    void membersAreRefusedByThePathThatCarriedThem() {
        refuses(
                request -> request.extendedS3DestinationConfiguration(
                        s3 -> s3.roleARN(ROLE).bucketARN(BUCKET).compressionFormat("LZ4")),
                "1 validation error detected: Value 'LZ4' at 'extendedS3DestinationConfiguration.compressionFormat'"
                        + " failed to satisfy constraint: Member must satisfy enum value set: [ZIP, HADOOP_SNAPPY,"
                        + " Snappy, GZIP, UNCOMPRESSED]");
        refuses(
                request -> request.s3DestinationConfiguration(s3 -> s3.bucketARN(BUCKET)),
                "1 validation error detected: Value null at 's3DestinationConfiguration.roleARN' failed to satisfy"
                        + " constraint: Member must not be null");
        refuses(
                request -> request.extendedS3DestinationConfiguration(
                        s3 -> s3.roleARN(ROLE).bucketARN(BUCKET).fileExtension("gz")),
                "1 validation error detected: Value 'gz' at 'extendedS3DestinationConfiguration.fileExtension' failed to"
                        + " satisfy constraint: Member must satisfy regular expression pattern:"
                        + " ^(|\\.[0-9a-z!\\-_.*'()]+)$");
        refuses(
                request -> request.extendedS3DestinationConfiguration(s3 -> s3.roleARN(ROLE)
                        .bucketARN(BUCKET)
                        .bufferingHints(hints -> hints.sizeInMBs(129).intervalInSeconds(901))),
                "2 validation errors detected: Value '129' at"
                        + " 'extendedS3DestinationConfiguration.bufferingHints.sizeInMBs' failed to satisfy constraint:"
                        + " Member must have value less than or equal to 128; Value '901' at"
                        + " 'extendedS3DestinationConfiguration.bufferingHints.intervalInSeconds' failed to satisfy"
                        + " constraint: Member must have value less than or equal to 900");
    }

    @Test
    void whatIsNotOnAwsIsTakenToo() {
        firehose.create(
                "colons",
                request -> request.s3DestinationConfiguration(
                        s3 -> s3.roleARN("arn:aws:iam::999999999999:role/other").bucketARN("arn:aws:s3::two-colons")));

        assertThat(firehose.destination("colons").s3DestinationDescription().bucketARN())
                .isEqualTo("arn:aws:s3::two-colons");
    }

    private void refuses(Consumer<CreateDeliveryStreamRequest.Builder> what, String message) {
        assertThatExceptionOfType(FirehoseException.class)
                .isThrownBy(() -> firehose.create("refused", what))
                .satisfies(failure ->
                        assertThat(failure.awsErrorDetails().errorMessage()).isEqualTo(message));
    }
}
