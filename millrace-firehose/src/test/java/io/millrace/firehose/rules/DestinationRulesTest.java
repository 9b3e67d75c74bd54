package io.millrace.firehose.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.millrace.firehose.definition.DestinationConfiguration;
import io.millrace.firehose.definition.Destinations;
import io.millrace.model.AwsException;
import io.millrace.model.InvalidArgumentException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.firehose.model.AmazonOpenSearchServerlessDestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.AmazonopensearchserviceDestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.CompressionFormat;
import software.amazon.awssdk.services.firehose.model.DataFormatConversionConfiguration;
import software.amazon.awssdk.services.firehose.model.ElasticsearchDestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.ExtendedS3DestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.HttpEndpointCommonAttribute;
import software.amazon.awssdk.services.firehose.model.HttpEndpointDestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.IcebergDestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.IcebergS3BackupMode;
import software.amazon.awssdk.services.firehose.model.InputFormatConfiguration;
import software.amazon.awssdk.services.firehose.model.OutputFormatConfiguration;
import software.amazon.awssdk.services.firehose.model.ProcessingConfiguration;
import software.amazon.awssdk.services.firehose.model.Processor;
import software.amazon.awssdk.services.firehose.model.ProcessorParameter;
import software.amazon.awssdk.services.firehose.model.RedshiftDestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.S3BackupMode;
import software.amazon.awssdk.services.firehose.model.S3DestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.SchemaConfiguration;
import software.amazon.awssdk.services.firehose.model.SnowflakeDataLoadingOption;
import software.amazon.awssdk.services.firehose.model.SnowflakeDestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.SplunkDestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.SplunkS3BackupMode;
import software.amazon.awssdk.services.firehose.model.UpdateDestinationRequest;

@SuppressWarnings({"deprecation", "unchecked"}) // the plain S3 members; varargs of the SDK's builders
class DestinationRulesTest {
    private static final String REGION = "eu-west-1";
    /** Has all tables but one. */
    private static final ConversionTables TABLES = schema -> {
        if (schema.tableName().equals("missing")) {
            throw new InvalidArgumentException("Table missing not found.");
        }
    };

    private static final String ROLE = "arn:aws:iam::123456789012:role/delivery";
    private static final String SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:s";
    private static final String FOREIGN_SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:s";
    private static final String LAMBDA = "arn:aws:lambda:eu-west-1:123456789012:function:f";
    private static final String PREFIX = "Ths supplied prefix(es) do not satisfy the following constraint: ";
    private static final String INTERNAL = "class com.amazonaws.services.firehose.internal.model.";
    private static final S3DestinationConfiguration S3 = S3DestinationConfiguration.builder()
            .roleARN(ROLE)
            .bucketARN("arn:aws:s3:::b")
            .build();

    @Test
    void bufferingHintsComeInPairs() {
        refusesS3(
                s3 -> s3.bufferingHints(hints -> hints.sizeInMBs(5)),
                "Both SizeInMBs and IntervalInSeconds are required to configure BufferingHints.");
        refusesHttp(
                http -> http.bufferingHints(hints -> hints.intervalInSeconds(5)),
                "Both SizeInMBs and IntervalInSeconds are required to configure BufferingHints.");
        takesS3(s3 -> s3.bufferingHints(hints -> {}));
        takesS3(s3 -> s3.bufferingHints(hints -> hints.sizeInMBs(1).intervalInSeconds(0)));
    }

    @Test
    void loggingNamesItsGroupAndItsStream() {
        refusesS3(
                s3 -> s3.cloudWatchLoggingOptions(logs -> logs.enabled(true)),
                "CloudWatch Log Group Name is required if CloudWatch Logging is enabled");
        refusesS3(
                s3 -> s3.cloudWatchLoggingOptions(
                        logs -> logs.enabled(true).logGroupName("g").logStreamName("")),
                "CloudWatch Log Stream Name is required if CloudWatch Logging is enabled");
        takesS3(s3 -> s3.cloudWatchLoggingOptions(logs -> logs.enabled(false)));
    }

    @Test
    void aBackupThatIsEnabledHasAPlace() {
        refusesS3(
                s3 -> s3.s3BackupMode(S3BackupMode.ENABLED),
                "S3 backup destination configuration is required when enabling S3 backup.");
        takesS3(s3 -> s3.s3BackupMode(S3BackupMode.ENABLED)
                .s3BackupConfiguration(
                        S3.toBuilder().prefix("!{timestamp:yyyy}/").build()));
    }

    @Test
    void knowsTimeZonesByName() {
        refusesS3(
                s3 -> s3.customTimeZone("Mars/Olympus"), "CustomTimeZone Mars/Olympus is not the name of a time zone.");
        takesS3(s3 -> s3.customTimeZone("Asia/Tokyo"));
        takesS3(s3 -> s3.customTimeZone(""));
    }

    @Test
    void prefixesWithExpressionsNeedAnErrorPrefix() {
        var errors = "e/!{firehose:error-output-type}/";
        refusesS3(
                s3 -> s3.prefix("!{timestamp:yyyy}/"),
                PREFIX + "ErrorOutputPrefix cannot be null or empty when Prefix contains expressions");
        refusesS3(
                s3 -> s3.errorOutputPrefix("!{timestamp:yyyy}/"),
                PREFIX + "ErrorOutputPrefix must contain at least one occurrence of !{firehose:error-output-type}");
        refusesS3(
                s3 -> s3.prefix(errors).errorOutputPrefix(errors),
                PREFIX + "Prefix must not contain any occurrence of !{firehose:error-output-type}");
        refusesS3(
                s3 -> s3.prefix("!{time:yyyy}").errorOutputPrefix(errors),
                PREFIX + "Namespace to the left of colon (time) is an invalid keyword!");
        takesS3(s3 -> s3.prefix("a/!{timestamp:yyyy'/x/'MM}-!{firehose:random-string}/")
                .errorOutputPrefix(errors));
        takesS3(s3 -> s3.prefix("!{timestamp:yyyy}").errorOutputPrefix("plain/"));
        takesS3(s3 -> s3.prefix("a/!{never closed"));
    }

    @Test
    void timesOfPrefixesHaveKnownLetters() {
        var errors = "e/!{firehose:error-output-type}/";
        for (var pattern : List.of("C", "yyyy-b", "yyyy'", "T", "{", "yyyyyyyyyyyyyyyyyyyyyyyy")) {
            refusesS3(
                    s3 -> s3.prefix("!{timestamp:" + pattern + "}").errorOutputPrefix(errors),
                    PREFIX + "Invalid conversion character used in the value of the expression in Prefix");
        }
        refusesS3(
                s3 -> s3.errorOutputPrefix(errors + "!{timestamp:I}"),
                PREFIX + "Invalid conversion character used in the value of the expression in ErrorOutputPrefix");
        takesS3(s3 -> s3.prefix("!{timestamp:yyyy'T'}").errorOutputPrefix(errors));
    }

    @Test
    void partitionsAreNamedWhereTheyAreMade() {
        var errors = "e/!{firehose:error-output-type}/";
        var key = "!{partitionKeyFromQuery:id}/";
        refusesS3(
                s3 -> s3.errorOutputPrefix(errors + key),
                PREFIX + "Dynamic Partitioning Namespaces can't be part of an error prefix expression");
        refusesS3(
                s3 -> s3.prefix(key).errorOutputPrefix(errors),
                PREFIX + "Dynamic Partitioning Namespaces can only be part of a prefix expression when Dynamic"
                        + " Partitioning is enabled.");
        refusesS3(
                s3 -> s3.dynamicPartitioningConfiguration(it -> it.enabled(true))
                        .prefix("a/")
                        .errorOutputPrefix(errors),
                PREFIX + "S3 Prefix should contain Dynamic Partitioning namespaces when Dynamic Partitioning is"
                        + " enabled");
        refusesS3(
                s3 -> s3.dynamicPartitioningConfiguration(it -> it.enabled(true))
                        .prefix(key)
                        .errorOutputPrefix(errors)
                        .processingConfiguration(extraction("{id:.id, other:(.a|tostring)}")),
                PREFIX + "MetaDataExtraction JQ Query can't contain keys that are not present in the S3 Prefix"
                        + " expression");
        takesS3(s3 -> s3.dynamicPartitioningConfiguration(it -> it.enabled(true))
                .prefix(key)
                .errorOutputPrefix(errors)
                .processingConfiguration(extraction("{\"id\":(if .a then \"x,y:\" else {b:1} end)}")));
    }

    @Test
    void partitionsWantLargeBuffers() {
        refusesS3(
                s3 -> partitioned(s3)
                        .bufferingHints(hints -> hints.sizeInMBs(63).intervalInSeconds(60)),
                "BufferingHints.SizeInMBs must be at least 64 when Dynamic Partitioning is enabled.");
        refusesS3(
                s3 -> partitioned(s3)
                        .bufferingHints(hints -> hints.sizeInMBs(64).intervalInSeconds(0)),
                "BufferingHints.IntervalInSeconds must be at least 1 when Dynamic Partitioning is enabled.");
        takesS3(DestinationRulesTest::partitioned);
    }

    @Test
    void evaluatedPrefixesHaveALength() {
        var errors = "e/!{firehose:error-output-type}/";
        refusesS3(s3 -> s3.prefix("p".repeat(513)), PREFIX + "Length of evaluated prefix cannot be greater than 512");
        refusesS3(
                s3 -> s3.prefix("p".repeat(509) + "!{timestamp:yyyy}").errorOutputPrefix(errors),
                PREFIX + "Length of evaluated prefix cannot be greater than 512");
        refusesS3(
                s3 -> s3.errorOutputPrefix("p".repeat(513)),
                PREFIX + "Length of evaluated ErrorOutputPrefix cannot be greater than 512");
        takesS3(s3 -> s3.prefix("p".repeat(508) + "!{timestamp:yyyy}").errorOutputPrefix(errors));
    }

    @Test
    void processorsAreOneToFive() {
        var text = "A maximum of 5 and a minimum of 1 processor needs to be supplied when processing is enabled.";
        var delimiter = processor("AppendDelimiterToRecord", Map.of());
        refusesS3(s3 -> s3.processingConfiguration(it -> it.enabled(true)), text);
        refusesS3(
                s3 -> s3.processingConfiguration(it ->
                        it.enabled(true).processors(delimiter, delimiter, delimiter, delimiter, delimiter, delimiter)),
                text);
        takesS3(s3 -> s3.processingConfiguration(it -> it.enabled(true).processors(delimiter)));
        takesS3(s3 -> s3.processingConfiguration(it -> {}));
    }

    @Test
    void functionsAreNamedAndBuffered() {
        refusesProcessor(processor("Lambda", Map.of()), "LambdaArn is required when Lambda processor is used.");
        refusesProcessor(processor("Lambda", Map.of("LambdaArn", "arn:aws:s3:::b")), "Invalid lambda ARN.");
        refusesProcessor(
                processor("Lambda", Map.of("LambdaArn", LAMBDA, "BufferSizeInMBs", "1")),
                "Both BufferSizeInMBs and BufferIntervalInSeconds are required to configure buffering for lambda"
                        + " processor.");
        for (var size : List.of("0.1", "3.1", "x")) {
            refusesProcessor(
                    processor(
                            "Lambda",
                            Map.of("LambdaArn", LAMBDA, "BufferSizeInMBs", size, "BufferIntervalInSeconds", "60")),
                    "BufferSizeInMBs for lambda processor must be between 0.2 and 3.");
        }
        refusesProcessor(
                processor(
                        "Lambda",
                        Map.of("LambdaArn", LAMBDA, "BufferSizeInMBs", "1", "BufferIntervalInSeconds", "901")),
                "BufferIntervalInSeconds for lambda processor must be between 0 and 900.");
        refusesProcessor(
                processor("Lambda", Map.of("LambdaArn", LAMBDA, "NumberOfRetries", "301")),
                "Number of retries for lambda must be between 0 and 300.");
        refusesProcessor(
                Processor.builder()
                        .type("Lambda")
                        .parameters(parameter("NumberOfRetries", "1"), parameter("NumberOfRetries", "2"))
                        .build(),
                "Duplicate ProcessorParameter passed to ProcessingConfiguration.");
        var twice = processor("Lambda", Map.of("LambdaArn", LAMBDA));
        refusesS3(
                s3 -> s3.processingConfiguration(it -> it.enabled(true).processors(twice, twice)),
                "Cannot have more than 1 Lambda processor.");
        takesS3(s3 -> s3.processingConfiguration(processing(processor(
                "Lambda",
                Map.of("LambdaArn", LAMBDA + ":$LATEST", "BufferSizeInMBs", "0.2", "BufferIntervalInSeconds", "0")))));
    }

    @Test
    void someProcessorsNeedOthersOrPartitions() {
        refusesProcessor(
                processor("MetadataExtraction", Map.of("JsonParsingEngine", "JQ-1.6", "MetadataExtractionQuery", "{}")),
                INTERNAL + "MetadataExtractionProcessor can only be present when Dynamic Partitioning is enabled.");
        refusesProcessor(
                processor("RecordDeAggregation", Map.of("SubRecordType", "JSON")),
                INTERNAL + "RecordDeAggregationProcessor can only be present when Dynamic Partitioning is enabled.");
        refusesProcessor(
                processor("CloudWatchLogProcessing", Map.of("DataMessageExtraction", "true")),
                "CloudWatchLogProcessingProcessor can only be enabled with DecompressionProcessor");
        refusesS3(
                s3 -> s3.processingConfiguration(processing(
                        processor("Decompression", Map.of("CompressionFormat", "GZIP")),
                        processor("CloudWatchLogProcessing", Map.of("DataMessageExtraction", "maybe")))),
                "Invalid parameter value for DataMessageExtraction. Allowed values are True and False.");
        refusesS3(
                s3 -> partitioned(s3)
                        .processingConfiguration(processing(
                                processor("MetadataExtraction", Map.of("MetadataExtractionQuery", "{id:.id}")))),
                "MetaDataExtraction JSON Parsing Engine has to be one of JQ-1.6");
        refusesS3(
                s3 -> partitioned(s3)
                        .processingConfiguration(
                                processing(processor("RecordDeAggregation", Map.of("SubRecordType", "XML")))),
                "SubRecordType has to be one of JSON, DELIMITED");
        refusesS3(
                s3 -> partitioned(s3)
                        .processingConfiguration(
                                processing(processor("RecordDeAggregation", Map.of("SubRecordType", "DELIMITED")))),
                "Delimiter should be present for DELIMITED");
    }

    @Test
    void conversionIsCheckedInOrder() {
        refusesS3(
                s3 -> s3.compressionFormat(CompressionFormat.GZIP)
                        .bufferingHints(hints -> hints.sizeInMBs(1).intervalInSeconds(1))
                        .dataFormatConversionConfiguration(it -> {}),
                "The S3 destination's compression format must be set to UNCOMPRESSED when data format conversion is"
                        + " enabled. To enable compression within the converted output format, set the appropriate"
                        + " serialization option in the output format configuration.");
        refusesS3(
                s3 -> s3.bufferingHints(hints -> hints.sizeInMBs(1).intervalInSeconds(1))
                        .dataFormatConversionConfiguration(it -> {}),
                "BufferingHints.SizeInMBs must be at least 64 when data format conversion is enabled.");
        refusesS3(
                s3 -> s3.bufferingHints(hints -> hints.sizeInMBs(64).intervalInSeconds(0))
                        .dataFormatConversionConfiguration(it -> {}),
                "BufferingHints.IntervalInSeconds must be at least 1 when data format conversion is enabled.");
        refusesConversion(
                it -> it.inputFormatConfiguration((InputFormatConfiguration) null)
                        .outputFormatConfiguration((OutputFormatConfiguration) null),
                "InputFormatConfiguration must not be null");
        refusesConversion(
                it -> it.outputFormatConfiguration((OutputFormatConfiguration) null),
                "OutputFormatConfiguration must not be null");
        refusesConversion(
                it -> it.schemaConfiguration((SchemaConfiguration) null), "SchemaConfiguration must not be null");
        refusesConversion(
                it -> it.inputFormatConfiguration(input -> input.deserializer(serde -> {})),
                "Deserializer must not be null");
        refusesConversion(
                it -> it.inputFormatConfiguration(input -> input.deserializer(
                        both -> both.openXJsonSerDe(serde -> {}).hiveJsonSerDe(serde -> {}))),
                "More than one deserializer specified. Only one may be chosen.");
        refusesConversion(
                it -> it.outputFormatConfiguration(output -> output.serializer(serde -> {})),
                "Serializer must not be null");
        refusesConversion(
                it -> it.outputFormatConfiguration(output ->
                        output.serializer(both -> both.orcSerDe(serde -> {}).parquetSerDe(serde -> {}))),
                "More than one serializer specified. Only one may be chosen.");
        refusesConversion(
                it -> it.schemaConfiguration(schema -> schema.databaseName("d").tableName("t")),
                "SchemaConfiguration.RoleArn must not be null or empty");
        refusesConversion(
                it -> it.schemaConfiguration(schema -> schema.roleARN(ROLE).tableName("t")),
                "SchemaConfiguration.DatabaseName must not be null or empty");
        refusesConversion(
                it -> it.schemaConfiguration(schema -> schema.roleARN(ROLE).databaseName("d")),
                "SchemaConfiguration.TableName must not be null or empty");
        refusesConversion(
                it -> it.schemaConfiguration(
                        schema -> schema.roleARN(ROLE).databaseName("d").tableName("missing")),
                "Table missing not found.");
        refusesConversion(
                it -> it.inputFormatConfiguration(input -> input.deserializer(
                        hive -> hive.hiveJsonSerDe(serde -> serde.timestampFormats("millis", "yyyy-MM-ddTHH")))),
                "One or more SerDe options are invalid for org.apache.hcatalog.data.JsonSerDe: [Key: timestamp.formats"
                        + " Value: yyyy-MM-ddTHH]");
        takesS3(s3 -> s3.dataFormatConversionConfiguration(CONVERSION));
        takesS3(s3 -> s3.compressionFormat(CompressionFormat.GZIP)
                .dataFormatConversionConfiguration(it -> it.enabled(false)));
    }

    private static void refusesConversion(Consumer<DataFormatConversionConfiguration.Builder> change, String message) {
        var conversion = CONVERSION.toBuilder();
        change.accept(conversion);
        refusesS3(s3 -> s3.dataFormatConversionConfiguration(conversion.build()), message);
    }

    @Test
    void redshiftIsStagedPlainly() {
        refuses(
                redshift(it -> it.s3Configuration(
                        S3.toBuilder().compressionFormat(CompressionFormat.ZIP).build())),
                "Only the following compression formats are allowed when using Redshift: [UNCOMPRESSED, GZIP]");
        var prefixed = "Prefix Expressions or ErrorOutputPrefix is currently not supported for this destination";
        refuses(
                redshift(it -> it.s3Configuration(
                        S3.toBuilder().errorOutputPrefix("e/").build())),
                prefixed);
        refuses(
                redshift(it -> it.s3Configuration(
                        S3.toBuilder().prefix("!{timestamp:yyyy}").build())),
                prefixed);
        refuses(redshift(it -> it.username(null)), "Redshift Database Username is required for Redshift Destination");
        refuses(redshift(it -> it.password(null)), "Redshift Database Password is required for Redshift Destination");
        takes(redshift(it -> it.password(null)
                .secretsManagerConfiguration(secret -> secret.enabled(true).secretARN(SECRET))));
        takes(redshift(it -> {}));
    }

    @Test
    void secretsAreNamedAndNear() {
        refusesHttp(
                http -> http.secretsManagerConfiguration(secret -> secret.enabled(true)), "Invalid secret ARN: null");
        refusesHttp(
                http -> http.secretsManagerConfiguration(
                        secret -> secret.enabled(true).secretARN(FOREIGN_SECRET)),
                "Cross-region secrets are not allowed. Please provide a secret in the same region as firehose");
        takes(http(http -> http.secretsManagerConfiguration(secret -> secret.enabled(false))));
    }

    @Test
    void searchClustersHaveOneAddress() {
        var none = "Provide either the Elasticsearch cluster endpoint or domain arn.";
        var both = "Cannot provide both Elasticsearch cluster endpoint and domain ARN. Provide either the cluster"
                + " endpoint or domain arn.";
        var domain = "arn:aws:es:eu-west-1:123456789012:domain/logs";
        refuses(elasticsearch(it -> {}), none);
        refuses(elasticsearch(it -> it.domainARN(domain).clusterEndpoint("http://localhost:9200")), both);
        refuses(openSearch(it -> {}), none);
        refuses(openSearch(it -> it.domainARN(domain).clusterEndpoint("http://localhost:9200")), both);
        refuses(
                openSearch(it -> it.domainARN(domain).typeName("doc")),
                "Types are deprecated in Elasticsearch version 7+ and all OpenSearch versions. TypeName must be empty.");
        refuses(
                new DestinationConfiguration.OpenSearchServerless(
                        AmazonOpenSearchServerlessDestinationConfiguration.builder()
                                .roleARN(ROLE)
                                .indexName("i")
                                .s3Configuration(S3)
                                .build()),
                "Must specify collection endpoint for delivery to OpenSearch serverless.");
        takes(elasticsearch(it -> it.clusterEndpoint("http://localhost:9200").typeName("doc")));
        takes(openSearch(it -> it.domainARN(domain).typeName("")));
    }

    @Test
    void splunkIsAnEndpointWithAPort() {
        for (var endpoint : List.of("splunk.example.com", "https://splunk.example.com", "ftp://splunk:8088")) {
            refuses(
                    splunk(it -> it.hecEndpoint(endpoint)),
                    "Invalid HECEndpoint. Supported endpoint format is https://<domain>:<port>.");
        }
        takes(splunk(it -> it.hecEndpoint("http://localhost:8088")));
    }

    @Test
    void httpAttributesAreNamedOnce() {
        refusesHttp(
                http -> http.requestConfiguration(
                        request -> request.commonAttributes(attribute("a"), attribute("b"), attribute("a"))),
                "Http Endpoint Common Attributes have duplicate name a");
    }

    @Test
    void snowflakeIsToldWhoComesAndWhereTo() {
        refuses(snowflake(it -> it.user(null)), "User must be provided.");
        refuses(snowflake(it -> it.privateKey(null)), "PrivateKey must be provided.");
        refuses(
                snowflake(it -> it.snowflakeRoleConfiguration(role -> role.enabled(true))),
                "Must provide SnowflakeRole when SnowflakeRoleConfiguration is enabled.");
        refuses(
                snowflake(it -> it.dataLoadingOption(SnowflakeDataLoadingOption.VARIANT_CONTENT_AND_METADATA_MAPPING)
                        .contentColumnName("c")),
                "Must provide ContentColumnName and MetadataColumnName when Data Loading Option is"
                        + " VARIANT_CONTENT_AND_METADATA_MAPPING.");
        refuses(
                snowflake(it -> it.dataLoadingOption(SnowflakeDataLoadingOption.VARIANT_CONTENT_MAPPING)),
                "Must provide ContentColumnName when Data Loading Option is VARIANT_CONTENT_MAPPING.");
        takes(snowflake(it -> it.user(null)
                .privateKey(null)
                .secretsManagerConfiguration(secret -> secret.enabled(true).secretARN(SECRET))));
    }

    @Test
    void icebergHasOneTableUnlessRecordsSayWhich() {
        var none = "A single default destination table configuration must be provided when both Lambda and"
                + " MetadataExtraction processors are not provided";
        refuses(iceberg(it -> {}), none);
        refuses(
                iceberg(it -> it.s3BackupMode(IcebergS3BackupMode.ALL_DATA)),
                "S3BackupMode.AllData is not supported for Iceberg as destination.");
        takes(iceberg(it -> it.destinationTableConfigurationList(
                table -> table.destinationDatabaseName("d").destinationTableName("t"))));
        takes(iceberg(it -> it.processingConfiguration(extraction("{destinationTableName:.t}"))));
    }

    @Test
    void mostDestinationsKeepTheirType() {
        var http = http(it -> {});
        var message = "Changing the destination type to or from HttpEndpoint is not supported at this time.";

        refusesUpdate(http, request -> request.extendedS3DestinationUpdate(s3 -> s3.prefix("p/")), message);
        refusesUpdate(
                s3(it -> {}),
                request -> request.httpEndpointDestinationUpdate(update -> update.roleARN(ROLE)),
                message);
        refusesUpdate(
                s3(it -> {}),
                request -> request.amazonopensearchserviceDestinationUpdate(update -> update.roleARN(ROLE)),
                "Changing the destination type to or from AmazonopensearchService is not supported at this time.");
    }

    @Test
    void s3AndRedshiftTakeEachOthersPlaceWhole() {
        refusesUpdate(
                s3(it -> {}),
                request -> request.redshiftDestinationUpdate(update -> update.roleARN(ROLE)),
                "1 validation error detected: Value null at 'redshiftDestinationUpdate.clusterJDBCURL' failed to satisfy"
                        + " constraint: Member must not be null");
        var changed = DestinationRules.updated(
                redshift(it -> {}),
                update(request ->
                        request.s3DestinationUpdate(s3 -> s3.roleARN(ROLE).bucketARN("arn:aws:s3:::other"))),
                REGION,
                TABLES);

        assertThat(changed)
                .isEqualTo(new DestinationConfiguration.S3(ExtendedS3DestinationConfiguration.builder()
                        .roleARN(ROLE)
                        .bucketARN("arn:aws:s3:::other")
                        .build()));
    }

    @Test
    void someThingsAreDecidedAtCreation() {
        var partitions = "Dynamic Partitioning can only be enabled or disabled when the Firehose is created.";
        refusesUpdate(
                s3(it -> {}),
                request -> request.extendedS3DestinationUpdate(s3 -> s3.prefix("!{partitionKeyFromQuery:id}/")
                        .errorOutputPrefix("e/!{firehose:error-output-type}/")
                        .dynamicPartitioningConfiguration(it -> it.enabled(true))),
                partitions);
        refusesUpdate(
                redshift(it -> {}),
                request -> request.extendedS3DestinationUpdate(s3 -> s3.roleARN(ROLE)
                        .bucketARN("arn:aws:s3:::other")
                        .prefix("!{partitionKeyFromQuery:id}/")
                        .errorOutputPrefix("e/!{firehose:error-output-type}/")
                        .dynamicPartitioningConfiguration(it -> it.enabled(true))),
                partitions);
        refusesUpdate(
                s3(DestinationRulesTest::partitioned),
                request -> request.extendedS3DestinationUpdate(
                        s3 -> s3.dynamicPartitioningConfiguration(it -> it.enabled(false))),
                partitions);
        refusesUpdate(
                s3(it -> it.s3BackupMode(S3BackupMode.ENABLED).s3BackupConfiguration(S3)),
                request -> request.extendedS3DestinationUpdate(s3 -> s3.s3BackupMode(S3BackupMode.DISABLED)),
                "S3 backup can not be disabled once it is enabled.");
        refusesUpdate(
                splunk(it -> it.s3BackupMode(SplunkS3BackupMode.ALL_EVENTS)),
                request -> request.splunkDestinationUpdate(
                        update -> update.s3BackupMode(SplunkS3BackupMode.FAILED_EVENTS_ONLY)),
                "S3BackupMode can not be changed from AllEvents to FailedEventsOnly.");
    }

    @Test
    void whatAnUpdateMakesIsCheckedWhole() {
        refusesUpdate(
                s3(it -> it.compressionFormat(CompressionFormat.GZIP)),
                request -> request.extendedS3DestinationUpdate(s3 -> s3.dataFormatConversionConfiguration(CONVERSION)),
                "The S3 destination's compression format must be set to UNCOMPRESSED when data format conversion is"
                        + " enabled. To enable compression within the converted output format, set the appropriate"
                        + " serialization option in the output format configuration.");
        refusesUpdate(
                s3(it -> {}),
                request -> request.extendedS3DestinationUpdate(s3 -> s3.s3BackupUpdate(backup -> backup.prefix("p/"))),
                "1 validation error detected: Value null at 'extendedS3DestinationUpdate.s3BackupUpdate.roleARN' failed"
                        + " to satisfy constraint: Member must not be null");
    }

    private static final DataFormatConversionConfiguration CONVERSION = DataFormatConversionConfiguration.builder()
            .schemaConfiguration(
                    schema -> schema.roleARN(ROLE).databaseName("d").tableName("t"))
            .inputFormatConfiguration(input -> input.deserializer(it -> it.openXJsonSerDe(serde -> {})))
            .outputFormatConfiguration(output -> output.serializer(it -> it.parquetSerDe(serde -> {})))
            .build();

    private static ExtendedS3DestinationConfiguration.Builder partitioned(
            ExtendedS3DestinationConfiguration.Builder s3) {
        return s3.dynamicPartitioningConfiguration(it -> it.enabled(true))
                .prefix("!{partitionKeyFromQuery:id}/")
                .errorOutputPrefix("e/!{firehose:error-output-type}/")
                .processingConfiguration(extraction("{id:.id}"));
    }

    private static ProcessingConfiguration extraction(String query) {
        return processing(processor(
                "MetadataExtraction", Map.of("JsonParsingEngine", "JQ-1.6", "MetadataExtractionQuery", query)));
    }

    private static ProcessingConfiguration processing(Processor... processors) {
        return ProcessingConfiguration.builder()
                .enabled(true)
                .processors(processors)
                .build();
    }

    private static Processor processor(String type, Map<String, String> parameters) {
        return Processor.builder()
                .type(type)
                .parameters(parameters.entrySet().stream()
                        .map(it -> parameter(it.getKey(), it.getValue()))
                        .toList())
                .build();
    }

    private static ProcessorParameter parameter(String name, String value) {
        return ProcessorParameter.builder()
                .parameterName(name)
                .parameterValue(value)
                .build();
    }

    private static HttpEndpointCommonAttribute attribute(String name) {
        return HttpEndpointCommonAttribute.builder()
                .attributeName(name)
                .attributeValue("v")
                .build();
    }

    private static DestinationConfiguration s3(Consumer<ExtendedS3DestinationConfiguration.Builder> more) {
        var builder = ExtendedS3DestinationConfiguration.builder().roleARN(ROLE).bucketARN("arn:aws:s3:::b");
        more.accept(builder);
        return new DestinationConfiguration.S3(builder.build());
    }

    private static DestinationConfiguration http(Consumer<HttpEndpointDestinationConfiguration.Builder> more) {
        var builder = HttpEndpointDestinationConfiguration.builder()
                .endpointConfiguration(endpoint -> endpoint.url("http://localhost:9000/in"))
                .s3Configuration(S3);
        more.accept(builder);
        return new DestinationConfiguration.HttpEndpoint(builder.build());
    }

    private static DestinationConfiguration redshift(Consumer<RedshiftDestinationConfiguration.Builder> more) {
        var builder = RedshiftDestinationConfiguration.builder()
                .roleARN(ROLE)
                .clusterJDBCURL("jdbc:postgresql://localhost:5432/dev")
                .copyCommand(copy -> copy.dataTableName("t"))
                .username("u")
                .password("secret")
                .s3Configuration(S3);
        more.accept(builder);
        return new DestinationConfiguration.Redshift(builder.build());
    }

    private static DestinationConfiguration elasticsearch(
            Consumer<ElasticsearchDestinationConfiguration.Builder> more) {
        var builder = ElasticsearchDestinationConfiguration.builder()
                .roleARN(ROLE)
                .indexName("i")
                .s3Configuration(S3);
        more.accept(builder);
        return new DestinationConfiguration.Elasticsearch(builder.build());
    }

    private static DestinationConfiguration openSearch(
            Consumer<AmazonopensearchserviceDestinationConfiguration.Builder> more) {
        var builder = AmazonopensearchserviceDestinationConfiguration.builder()
                .roleARN(ROLE)
                .indexName("i")
                .s3Configuration(S3);
        more.accept(builder);
        return new DestinationConfiguration.OpenSearch(builder.build());
    }

    private static DestinationConfiguration splunk(Consumer<SplunkDestinationConfiguration.Builder> more) {
        var builder = SplunkDestinationConfiguration.builder()
                .hecEndpoint("https://splunk.example.com:8088")
                .hecEndpointType("Raw")
                .hecToken("token")
                .s3Configuration(S3);
        more.accept(builder);
        return new DestinationConfiguration.Splunk(builder.build());
    }

    private static DestinationConfiguration snowflake(Consumer<SnowflakeDestinationConfiguration.Builder> more) {
        var builder = SnowflakeDestinationConfiguration.builder()
                .accountUrl("http://localhost:9999")
                .user("u")
                .privateKey("k")
                .database("d")
                .schema("s")
                .table("t")
                .roleARN(ROLE)
                .s3Configuration(S3);
        more.accept(builder);
        return new DestinationConfiguration.Snowflake(builder.build());
    }

    private static DestinationConfiguration iceberg(Consumer<IcebergDestinationConfiguration.Builder> more) {
        var builder = IcebergDestinationConfiguration.builder()
                .roleARN(ROLE)
                .catalogConfiguration(catalog -> catalog.warehouseLocation("s3://lake/"))
                .s3Configuration(S3);
        more.accept(builder);
        return new DestinationConfiguration.Iceberg(builder.build());
    }

    private static void refusesS3(Consumer<ExtendedS3DestinationConfiguration.Builder> more, String message) {
        refuses(s3(more), message);
    }

    private static void takesS3(Consumer<ExtendedS3DestinationConfiguration.Builder> more) {
        takes(s3(more));
    }

    private static void refusesHttp(Consumer<HttpEndpointDestinationConfiguration.Builder> more, String message) {
        refuses(http(more), message);
    }

    private static void refusesProcessor(Processor processor, String message) {
        refusesS3(s3 -> s3.processingConfiguration(processing(processor)), message);
    }

    private static void refuses(DestinationConfiguration destination, String message) {
        assertThatExceptionOfType(AwsException.class)
                .isThrownBy(() -> DestinationRules.require(destination, REGION, TABLES))
                .withMessage(message);
    }

    private static void takes(DestinationConfiguration destination) {
        assertThatCode(() -> DestinationRules.require(destination, REGION, TABLES))
                .doesNotThrowAnyException();
    }

    private static void refusesUpdate(
            DestinationConfiguration present, Consumer<UpdateDestinationRequest.Builder> what, String message) {
        assertThatExceptionOfType(AwsException.class)
                .isThrownBy(() -> DestinationRules.updated(present, update(what), REGION, TABLES))
                .withMessage(message);
    }

    private static Destinations.Update update(Consumer<UpdateDestinationRequest.Builder> what) {
        var request = UpdateDestinationRequest.builder();
        what.accept(request);
        return Destinations.given(request.build());
    }
}
