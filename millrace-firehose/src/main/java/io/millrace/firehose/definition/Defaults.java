package io.millrace.firehose.definition;

import static java.util.Objects.requireNonNullElse;

import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.firehose.model.AmazonOpenSearchServerlessDestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.AmazonOpenSearchServerlessS3BackupMode;
import software.amazon.awssdk.services.firehose.model.AmazonopensearchserviceDestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.AmazonopensearchserviceIndexRotationPeriod;
import software.amazon.awssdk.services.firehose.model.AmazonopensearchserviceS3BackupMode;
import software.amazon.awssdk.services.firehose.model.BufferingHints;
import software.amazon.awssdk.services.firehose.model.CloudWatchLoggingOptions;
import software.amazon.awssdk.services.firehose.model.CompressionFormat;
import software.amazon.awssdk.services.firehose.model.ContentEncoding;
import software.amazon.awssdk.services.firehose.model.DataFormatConversionConfiguration;
import software.amazon.awssdk.services.firehose.model.DefaultDocumentIdFormat;
import software.amazon.awssdk.services.firehose.model.DynamicPartitioningConfiguration;
import software.amazon.awssdk.services.firehose.model.ElasticsearchDestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.ElasticsearchIndexRotationPeriod;
import software.amazon.awssdk.services.firehose.model.ElasticsearchS3BackupMode;
import software.amazon.awssdk.services.firehose.model.EncryptionConfiguration;
import software.amazon.awssdk.services.firehose.model.ExtendedS3DestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.HttpEndpointDestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.HttpEndpointRequestConfiguration;
import software.amazon.awssdk.services.firehose.model.HttpEndpointS3BackupMode;
import software.amazon.awssdk.services.firehose.model.IcebergDestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.IcebergS3BackupMode;
import software.amazon.awssdk.services.firehose.model.NoEncryptionConfig;
import software.amazon.awssdk.services.firehose.model.ProcessingConfiguration;
import software.amazon.awssdk.services.firehose.model.Processor;
import software.amazon.awssdk.services.firehose.model.ProcessorParameter;
import software.amazon.awssdk.services.firehose.model.ProcessorParameterName;
import software.amazon.awssdk.services.firehose.model.ProcessorType;
import software.amazon.awssdk.services.firehose.model.RedshiftDestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.RedshiftS3BackupMode;
import software.amazon.awssdk.services.firehose.model.S3BackupMode;
import software.amazon.awssdk.services.firehose.model.S3DestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.SnowflakeDataLoadingOption;
import software.amazon.awssdk.services.firehose.model.SnowflakeDestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.SnowflakeS3BackupMode;
import software.amazon.awssdk.services.firehose.model.SplunkDestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.SplunkS3BackupMode;

/** Fills in what clients left to the service. */
final class Defaults {
    private static final int SIZE_MIB = 5;
    private static final int INTERVAL_SECONDS = 300;
    /** Columnar files and partitions want to be large. */
    private static final int LARGE_SIZE_MIB = 128;

    private static final int SPLUNK_INTERVAL_SECONDS = 60;
    private static final int SPLUNK_ACKNOWLEDGMENT_SECONDS = 180;
    private static final int RETRY_SECONDS = 300;
    private static final int REDSHIFT_RETRY_SECONDS = 3_600;
    private static final int SNOWFLAKE_RETRY_SECONDS = 60;

    private static final String LAMBDA_RETRIES = "3";
    private static final String LAMBDA_SIZE_MIB = "1";
    private static final String SPLUNK_LAMBDA_SIZE_MIB = "0.25";
    private static final String LAMBDA_INTERVAL_SECONDS = "60";

    private Defaults() {}

    static DestinationConfiguration filled(DestinationConfiguration given) {
        return switch (given) {
            case DestinationConfiguration.S3(var it) -> new DestinationConfiguration.S3(extendedS3(it));
            case DestinationConfiguration.Redshift(var it) -> new DestinationConfiguration.Redshift(redshift(it));
            case DestinationConfiguration.Elasticsearch(var it) ->
                new DestinationConfiguration.Elasticsearch(elasticsearch(it));
            case DestinationConfiguration.OpenSearch(var it) -> new DestinationConfiguration.OpenSearch(openSearch(it));
            case DestinationConfiguration.OpenSearchServerless(var it) ->
                new DestinationConfiguration.OpenSearchServerless(openSearchServerless(it));
            case DestinationConfiguration.Splunk(var it) -> new DestinationConfiguration.Splunk(splunk(it));
            case DestinationConfiguration.HttpEndpoint(var it) ->
                new DestinationConfiguration.HttpEndpoint(httpEndpoint(it));
            case DestinationConfiguration.Snowflake(var it) -> new DestinationConfiguration.Snowflake(snowflake(it));
            case DestinationConfiguration.Iceberg(var it) -> new DestinationConfiguration.Iceberg(iceberg(it));
        };
    }

    private static ExtendedS3DestinationConfiguration extendedS3(ExtendedS3DestinationConfiguration given) {
        var conversion = given.dataFormatConversionConfiguration();
        var partitioning = given.dynamicPartitioningConfiguration();
        boolean large = isOn(conversion) || isOn(partitioning);
        var filled = given.toBuilder()
                .bufferingHints(requireNonNullElse(
                        given.bufferingHints(), hints(large ? LARGE_SIZE_MIB : SIZE_MIB, INTERVAL_SECONDS)))
                .compressionFormat(requireNonNullElse(given.compressionFormat(), CompressionFormat.UNCOMPRESSED))
                .encryptionConfiguration(encryption(given.encryptionConfiguration()))
                .cloudWatchLoggingOptions(logging(given.cloudWatchLoggingOptions()))
                .processingConfiguration(processing(given.processingConfiguration(), given.roleARN(), LAMBDA_SIZE_MIB))
                .s3BackupMode(requireNonNullElse(given.s3BackupMode(), S3BackupMode.DISABLED))
                .s3BackupConfiguration(optionalS3(given.s3BackupConfiguration()))
                .dataFormatConversionConfiguration(
                        conversion == null
                                ? DataFormatConversionConfiguration.builder()
                                        .enabled(false)
                                        .build()
                                : conversion.toBuilder()
                                        .enabled(isOn(conversion))
                                        .build());
        if (partitioning != null) {
            filled.dynamicPartitioningConfiguration(partitioning(partitioning));
        }
        return filled.build();
    }

    /** Given without a word on it, conversion is meant to happen. */
    static boolean isOn(@Nullable DataFormatConversionConfiguration conversion) {
        return conversion != null && requireNonNullElse(conversion.enabled(), true);
    }

    static boolean isOn(@Nullable DynamicPartitioningConfiguration partitioning) {
        return partitioning != null && requireNonNullElse(partitioning.enabled(), false);
    }

    private static DynamicPartitioningConfiguration partitioning(DynamicPartitioningConfiguration given) {
        var filled = given.toBuilder().enabled(isOn(given));
        if (isOn(given) && (given.retryOptions() == null || given.retryOptions().durationInSeconds() == null)) {
            filled.retryOptions(retry -> retry.durationInSeconds(RETRY_SECONDS));
        }
        return filled.build();
    }

    private static RedshiftDestinationConfiguration redshift(RedshiftDestinationConfiguration given) {
        var retry = given.retryOptions();
        int seconds = duration(retry == null ? null : retry.durationInSeconds(), REDSHIFT_RETRY_SECONDS);
        return given.toBuilder()
                .retryOptions(options -> options.durationInSeconds(seconds))
                .s3Configuration(s3(given.s3Configuration()))
                .processingConfiguration(processing(given.processingConfiguration(), given.roleARN(), LAMBDA_SIZE_MIB))
                .s3BackupMode(requireNonNullElse(given.s3BackupMode(), RedshiftS3BackupMode.DISABLED))
                .s3BackupConfiguration(optionalS3(given.s3BackupConfiguration()))
                .cloudWatchLoggingOptions(logging(given.cloudWatchLoggingOptions()))
                .build();
    }

    private static ElasticsearchDestinationConfiguration elasticsearch(ElasticsearchDestinationConfiguration given) {
        var retry = given.retryOptions();
        int seconds = duration(retry == null ? null : retry.durationInSeconds(), RETRY_SECONDS);
        var filled = given.toBuilder()
                .indexRotationPeriod(
                        requireNonNullElse(given.indexRotationPeriod(), ElasticsearchIndexRotationPeriod.ONE_DAY))
                .retryOptions(options -> options.durationInSeconds(seconds))
                .s3BackupMode(requireNonNullElse(given.s3BackupMode(), ElasticsearchS3BackupMode.FAILED_DOCUMENTS_ONLY))
                .s3Configuration(s3(given.s3Configuration()))
                .processingConfiguration(processing(given.processingConfiguration(), given.roleARN(), LAMBDA_SIZE_MIB))
                .cloudWatchLoggingOptions(logging(given.cloudWatchLoggingOptions()));
        if (given.bufferingHints() == null) {
            filled.bufferingHints(
                    hints -> hints.intervalInSeconds(INTERVAL_SECONDS).sizeInMBs(SIZE_MIB));
        }
        if (given.documentIdOptions() == null) {
            filled.documentIdOptions(
                    options -> options.defaultDocumentIdFormat(DefaultDocumentIdFormat.FIREHOSE_DEFAULT));
        }
        return filled.build();
    }

    private static AmazonopensearchserviceDestinationConfiguration openSearch(
            AmazonopensearchserviceDestinationConfiguration given) {
        var retry = given.retryOptions();
        int seconds = duration(retry == null ? null : retry.durationInSeconds(), RETRY_SECONDS);
        var filled = given.toBuilder()
                .indexRotationPeriod(requireNonNullElse(
                        given.indexRotationPeriod(), AmazonopensearchserviceIndexRotationPeriod.ONE_DAY))
                .retryOptions(options -> options.durationInSeconds(seconds))
                .s3BackupMode(requireNonNullElse(
                        given.s3BackupMode(), AmazonopensearchserviceS3BackupMode.FAILED_DOCUMENTS_ONLY))
                .s3Configuration(s3(given.s3Configuration()))
                .processingConfiguration(processing(given.processingConfiguration(), given.roleARN(), LAMBDA_SIZE_MIB))
                .cloudWatchLoggingOptions(logging(given.cloudWatchLoggingOptions()));
        if (given.bufferingHints() == null) {
            filled.bufferingHints(
                    hints -> hints.intervalInSeconds(INTERVAL_SECONDS).sizeInMBs(SIZE_MIB));
        }
        if (given.documentIdOptions() == null) {
            filled.documentIdOptions(
                    options -> options.defaultDocumentIdFormat(DefaultDocumentIdFormat.FIREHOSE_DEFAULT));
        }
        return filled.build();
    }

    private static AmazonOpenSearchServerlessDestinationConfiguration openSearchServerless(
            AmazonOpenSearchServerlessDestinationConfiguration given) {
        var retry = given.retryOptions();
        int seconds = duration(retry == null ? null : retry.durationInSeconds(), RETRY_SECONDS);
        var filled = given.toBuilder()
                .retryOptions(options -> options.durationInSeconds(seconds))
                .s3BackupMode(requireNonNullElse(
                        given.s3BackupMode(), AmazonOpenSearchServerlessS3BackupMode.FAILED_DOCUMENTS_ONLY))
                .s3Configuration(s3(given.s3Configuration()))
                .processingConfiguration(processing(given.processingConfiguration(), given.roleARN(), LAMBDA_SIZE_MIB))
                .cloudWatchLoggingOptions(logging(given.cloudWatchLoggingOptions()));
        if (given.bufferingHints() == null) {
            filled.bufferingHints(
                    hints -> hints.intervalInSeconds(INTERVAL_SECONDS).sizeInMBs(SIZE_MIB));
        }
        return filled.build();
    }

    private static SplunkDestinationConfiguration splunk(SplunkDestinationConfiguration given) {
        var retry = given.retryOptions();
        int seconds = duration(retry == null ? null : retry.durationInSeconds(), RETRY_SECONDS);
        var filled = given.toBuilder()
                .hecAcknowledgmentTimeoutInSeconds(
                        requireNonNullElse(given.hecAcknowledgmentTimeoutInSeconds(), SPLUNK_ACKNOWLEDGMENT_SECONDS))
                .retryOptions(options -> options.durationInSeconds(seconds))
                .s3BackupMode(requireNonNullElse(given.s3BackupMode(), SplunkS3BackupMode.FAILED_EVENTS_ONLY))
                .s3Configuration(s3(given.s3Configuration()))
                .processingConfiguration(processing(
                        given.processingConfiguration(), given.s3Configuration().roleARN(), SPLUNK_LAMBDA_SIZE_MIB))
                .cloudWatchLoggingOptions(logging(given.cloudWatchLoggingOptions()));
        if (given.bufferingHints() == null) {
            filled.bufferingHints(
                    hints -> hints.intervalInSeconds(SPLUNK_INTERVAL_SECONDS).sizeInMBs(SIZE_MIB));
        }
        return filled.build();
    }

    private static HttpEndpointDestinationConfiguration httpEndpoint(HttpEndpointDestinationConfiguration given) {
        var retry = given.retryOptions();
        int seconds = duration(retry == null ? null : retry.durationInSeconds(), RETRY_SECONDS);
        var role = requireNonNullElse(given.roleARN(), given.s3Configuration().roleARN());
        var filled = given.toBuilder()
                .requestConfiguration(request(given.requestConfiguration()))
                .retryOptions(options -> options.durationInSeconds(seconds))
                .s3BackupMode(requireNonNullElse(given.s3BackupMode(), HttpEndpointS3BackupMode.FAILED_DATA_ONLY))
                .s3Configuration(s3(given.s3Configuration()))
                .processingConfiguration(processing(given.processingConfiguration(), role, LAMBDA_SIZE_MIB))
                .cloudWatchLoggingOptions(logging(given.cloudWatchLoggingOptions()));
        if (given.bufferingHints() == null) {
            filled.bufferingHints(
                    hints -> hints.intervalInSeconds(INTERVAL_SECONDS).sizeInMBs(SIZE_MIB));
        }
        return filled.build();
    }

    private static HttpEndpointRequestConfiguration request(@Nullable HttpEndpointRequestConfiguration given) {
        var known = given == null ? HttpEndpointRequestConfiguration.builder().build() : given;
        return known.toBuilder()
                .contentEncoding(requireNonNullElse(known.contentEncoding(), ContentEncoding.NONE))
                .commonAttributes(List.copyOf(known.commonAttributes()))
                .build();
    }

    private static SnowflakeDestinationConfiguration snowflake(SnowflakeDestinationConfiguration given) {
        var retry = given.retryOptions();
        int seconds = duration(retry == null ? null : retry.durationInSeconds(), SNOWFLAKE_RETRY_SECONDS);
        var filled = given.toBuilder()
                .dataLoadingOption(
                        requireNonNullElse(given.dataLoadingOption(), SnowflakeDataLoadingOption.JSON_MAPPING))
                .retryOptions(options -> options.durationInSeconds(seconds))
                .s3BackupMode(requireNonNullElse(given.s3BackupMode(), SnowflakeS3BackupMode.FAILED_DATA_ONLY))
                .s3Configuration(s3(given.s3Configuration()))
                .processingConfiguration(processing(given.processingConfiguration(), given.roleARN(), LAMBDA_SIZE_MIB))
                .cloudWatchLoggingOptions(logging(given.cloudWatchLoggingOptions()));
        if (given.bufferingHints() == null) {
            filled.bufferingHints(hints -> hints.intervalInSeconds(0).sizeInMBs(LARGE_SIZE_MIB));
        }
        return filled.build();
    }

    private static IcebergDestinationConfiguration iceberg(IcebergDestinationConfiguration given) {
        var retry = given.retryOptions();
        int seconds = duration(retry == null ? null : retry.durationInSeconds(), RETRY_SECONDS);
        return given.toBuilder()
                .bufferingHints(requireNonNullElse(given.bufferingHints(), hints(SIZE_MIB, INTERVAL_SECONDS)))
                .retryOptions(options -> options.durationInSeconds(seconds))
                .s3BackupMode(requireNonNullElse(given.s3BackupMode(), IcebergS3BackupMode.FAILED_DATA_ONLY))
                .appendOnly(requireNonNullElse(given.appendOnly(), false))
                .s3Configuration(s3(given.s3Configuration()))
                .processingConfiguration(processing(given.processingConfiguration(), given.roleARN(), LAMBDA_SIZE_MIB))
                .cloudWatchLoggingOptions(logging(given.cloudWatchLoggingOptions()))
                .build();
    }

    private static S3DestinationConfiguration s3(S3DestinationConfiguration given) {
        return given.toBuilder()
                .bufferingHints(requireNonNullElse(given.bufferingHints(), hints(SIZE_MIB, INTERVAL_SECONDS)))
                .compressionFormat(requireNonNullElse(given.compressionFormat(), CompressionFormat.UNCOMPRESSED))
                .encryptionConfiguration(encryption(given.encryptionConfiguration()))
                .cloudWatchLoggingOptions(logging(given.cloudWatchLoggingOptions()))
                .build();
    }

    private static @Nullable S3DestinationConfiguration optionalS3(@Nullable S3DestinationConfiguration given) {
        return given == null ? null : s3(given);
    }

    private static BufferingHints hints(int sizeMib, int intervalSeconds) {
        return BufferingHints.builder()
                .sizeInMBs(sizeMib)
                .intervalInSeconds(intervalSeconds)
                .build();
    }

    private static int duration(@Nullable Integer given, int fallback) {
        return given == null ? fallback : given;
    }

    private static EncryptionConfiguration encryption(@Nullable EncryptionConfiguration given) {
        return given != null && (given.noEncryptionConfig() != null || given.kmsEncryptionConfig() != null)
                ? given
                : EncryptionConfiguration.builder()
                        .noEncryptionConfig(NoEncryptionConfig.NO_ENCRYPTION)
                        .build();
    }

    private static CloudWatchLoggingOptions logging(@Nullable CloudWatchLoggingOptions given) {
        var known = given == null ? CloudWatchLoggingOptions.builder().build() : given;
        return known.toBuilder()
                .enabled(requireNonNullElse(known.enabled(), false))
                .build();
    }

    /** @param role what a Lambda function is invoked with unless it has a role of its own */
    private static ProcessingConfiguration processing(
            @Nullable ProcessingConfiguration given, String role, String lambdaSizeMib) {
        var known = given == null ? ProcessingConfiguration.builder().build() : given;
        return ProcessingConfiguration.builder()
                .enabled(requireNonNullElse(known.enabled(), false))
                .processors(known.processors().stream()
                        .map(processor -> processor.type() == ProcessorType.LAMBDA
                                ? lambda(processor, role, lambdaSizeMib)
                                : processor)
                        .toList())
                .build();
    }

    /** All parameters of a function, in the order in which the service shows them. */
    private static Processor lambda(Processor given, String role, String sizeMib) {
        var values = new LinkedHashMap<ProcessorParameterName, String>();
        values.put(ProcessorParameterName.LAMBDA_ARN, "");
        values.put(ProcessorParameterName.NUMBER_OF_RETRIES, LAMBDA_RETRIES);
        values.put(ProcessorParameterName.ROLE_ARN, role);
        values.put(ProcessorParameterName.BUFFER_SIZE_IN_M_BS, sizeMib);
        values.put(ProcessorParameterName.BUFFER_INTERVAL_IN_SECONDS, LAMBDA_INTERVAL_SECONDS);
        given.parameters().forEach(parameter -> values.put(parameter.parameterName(), parameter.parameterValue()));
        return given.toBuilder()
                .parameters(values.entrySet().stream()
                        .map(value -> ProcessorParameter.builder()
                                .parameterName(value.getKey())
                                .parameterValue(value.getValue())
                                .build())
                        .toList())
                .build();
    }
}
