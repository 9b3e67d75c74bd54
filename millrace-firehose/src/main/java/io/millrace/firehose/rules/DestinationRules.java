package io.millrace.firehose.rules;

import io.millrace.firehose.definition.DestinationConfiguration;
import io.millrace.firehose.definition.DestinationKind;
import io.millrace.firehose.definition.Destinations;
import io.millrace.model.InvalidArgumentException;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.firehose.model.CompressionFormat;
import software.amazon.awssdk.services.firehose.model.ExtendedS3DestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.HttpEndpointDestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.IcebergDestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.IcebergS3BackupMode;
import software.amazon.awssdk.services.firehose.model.ProcessorType;
import software.amazon.awssdk.services.firehose.model.RedshiftDestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.RedshiftS3BackupMode;
import software.amazon.awssdk.services.firehose.model.S3BackupMode;
import software.amazon.awssdk.services.firehose.model.SnowflakeDestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.SplunkDestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.SplunkS3BackupMode;

/** Decides whether a destination may be as it was asked for. */
public final class DestinationRules {
    /** The two kinds that a destination may be changed between. */
    private static final Set<DestinationKind> CHANGEABLE = EnumSet.of(DestinationKind.S3, DestinationKind.REDSHIFT);

    /** As AWS has it, with http beside https for receivers on one's own machines. */
    private static final Pattern HEC_ENDPOINT = Pattern.compile("https?://[^/:\\s]+:\\d{1,5}/?");

    private DestinationRules() {}

    /**
     * Checks a destination as a creation gives it.
     *
     * @param region the delivery stream's
     */
    public static void require(DestinationConfiguration given, String region, ConversionTables tables) {
        ProcessingRules.require(given);
        switch (given.withDefaults()) {
            case DestinationConfiguration.S3(var s3) -> requireS3(s3, tables);
            case DestinationConfiguration.Redshift(var redshift) -> requireRedshift(redshift, region);
            case DestinationConfiguration.Elasticsearch(var it) -> {
                requireOneAddress(it.domainARN(), it.clusterEndpoint());
                BufferingRules.require(it.bufferingHints());
                S3Rules.requireBeside(it.s3Configuration());
                S3Rules.requireLogging(it.cloudWatchLoggingOptions());
            }
            case DestinationConfiguration.OpenSearch(var it) -> {
                requireOneAddress(it.domainARN(), it.clusterEndpoint());
                requireNoType(it.typeName());
                BufferingRules.require(it.bufferingHints());
                S3Rules.requireBeside(it.s3Configuration());
                S3Rules.requireLogging(it.cloudWatchLoggingOptions());
            }
            case DestinationConfiguration.OpenSearchServerless(var it) -> {
                if (it.collectionEndpoint() == null) {
                    throw new InvalidArgumentException(
                            "Must specify collection endpoint for delivery to OpenSearch serverless.");
                }
                BufferingRules.require(it.bufferingHints());
                S3Rules.requireBeside(it.s3Configuration());
                S3Rules.requireLogging(it.cloudWatchLoggingOptions());
            }
            case DestinationConfiguration.Splunk(var splunk) -> requireSplunk(splunk, region);
            case DestinationConfiguration.HttpEndpoint(var http) -> requireHttpEndpoint(http, region);
            case DestinationConfiguration.Snowflake(var snowflake) -> requireSnowflake(snowflake, region);
            case DestinationConfiguration.Iceberg(var iceberg) -> requireIceberg(iceberg);
        }
    }

    /** Checks an update and returns the destination with it. */
    public static DestinationConfiguration updated(
            DestinationConfiguration present, Destinations.Update update, String region, ConversionTables tables) {
        DestinationConfiguration next;
        if (present.kind() == update.kind()) {
            next = update.appliedTo(present);
        } else {
            requireChangeable(present.kind(), update.kind());
            next = update.alone();
        }
        RequiredMembers.require(next);
        requireUnchanged(present, next);
        require(next, region, tables);
        return next;
    }

    private static void requireChangeable(DestinationKind from, DestinationKind to) {
        Stream.of(from, to)
                .filter(kind -> !CHANGEABLE.contains(kind))
                .findFirst()
                .ifPresent(kind -> {
                    throw new InvalidArgumentException("Changing the destination type to or from " + kind.token()
                            + " is not supported at this time.");
                });
    }

    /** What was decided at creation, or can only be turned on. */
    private static void requireUnchanged(DestinationConfiguration present, DestinationConfiguration next) {
        if (next.withDefaults() instanceof DestinationConfiguration.S3(var after)
                && S3Rules.isPartitioned(after)
                && !(present instanceof DestinationConfiguration.S3)) {
            throw partitioningIsOfCreation();
        }
        if (present.withDefaults() instanceof DestinationConfiguration.S3(var before)
                && next.withDefaults() instanceof DestinationConfiguration.S3(var after)) {
            if (S3Rules.isPartitioned(before) != S3Rules.isPartitioned(after)) {
                throw partitioningIsOfCreation();
            }
            requireBackupStays(
                    before.s3BackupMode() == S3BackupMode.ENABLED, after.s3BackupMode() == S3BackupMode.ENABLED);
        }
        if (present instanceof DestinationConfiguration.Redshift(var before)
                && next instanceof DestinationConfiguration.Redshift(var after)) {
            requireBackupStays(
                    before.s3BackupMode() == RedshiftS3BackupMode.ENABLED,
                    after.s3BackupMode() == RedshiftS3BackupMode.ENABLED);
        }
        if (present instanceof DestinationConfiguration.Splunk(var before)
                && next instanceof DestinationConfiguration.Splunk(var after)
                && before.s3BackupMode() == SplunkS3BackupMode.ALL_EVENTS
                && after.s3BackupMode() != SplunkS3BackupMode.ALL_EVENTS) {
            throw new InvalidArgumentException("S3BackupMode can not be changed from AllEvents to FailedEventsOnly.");
        }
    }

    private static InvalidArgumentException partitioningIsOfCreation() {
        return new InvalidArgumentException(
                "Dynamic Partitioning can only be enabled or disabled when the Firehose is created.");
    }

    private static void requireBackupStays(boolean before, boolean after) {
        if (before && !after) {
            throw new InvalidArgumentException("S3 backup can not be disabled once it is enabled.");
        }
    }

    private static void requireS3(ExtendedS3DestinationConfiguration s3, ConversionTables tables) {
        BufferingRules.require(s3.bufferingHints());
        S3Rules.requireLogging(s3.cloudWatchLoggingOptions());
        S3Rules.requireTimeZone(s3.customTimeZone());
        S3Rules.requireBackup(s3.s3BackupMode() == S3BackupMode.ENABLED, s3.s3BackupConfiguration());
        boolean partitioned = S3Rules.isPartitioned(s3);
        if (partitioned) {
            BufferingRules.requireForPartitions(s3.bufferingHints());
        }
        PrefixRules.require(
                s3.prefix(),
                s3.errorOutputPrefix(),
                partitioned ? PrefixRules.Partitioning.ON : PrefixRules.Partitioning.OFF);
        if (partitioned) {
            PrefixRules.requireQueriedKeys(s3.prefix(), s3.processingConfiguration());
        }
        ConversionRules.require(s3, tables);
    }

    private static void requireRedshift(RedshiftDestinationConfiguration redshift, String region) {
        var staging = redshift.s3Configuration();
        if (staging.compressionFormat() != CompressionFormat.UNCOMPRESSED
                && staging.compressionFormat() != CompressionFormat.GZIP) {
            throw new InvalidArgumentException(
                    "Only the following compression formats are allowed when using Redshift: [UNCOMPRESSED, GZIP]");
        }
        if (PrefixRules.hasExpressions(staging.prefix()) || !isEmpty(staging.errorOutputPrefix())) {
            throw new InvalidArgumentException(
                    "Prefix Expressions or ErrorOutputPrefix is currently not supported for this destination");
        }
        if (!SecretRules.isUsed(redshift.secretsManagerConfiguration(), region)) {
            if (redshift.username() == null) {
                throw new InvalidArgumentException("Redshift Database Username is required for Redshift Destination");
            }
            if (redshift.password() == null) {
                throw new InvalidArgumentException("Redshift Database Password is required for Redshift Destination");
            }
        }
        BufferingRules.require(staging.bufferingHints());
        S3Rules.requireLogging(staging.cloudWatchLoggingOptions());
        S3Rules.requireLogging(redshift.cloudWatchLoggingOptions());
        S3Rules.requireBackup(
                redshift.s3BackupMode() == RedshiftS3BackupMode.ENABLED, redshift.s3BackupConfiguration());
    }

    private static void requireSplunk(SplunkDestinationConfiguration splunk, String region) {
        if (!HEC_ENDPOINT.matcher(splunk.hecEndpoint()).matches()) {
            throw new InvalidArgumentException(
                    "Invalid HECEndpoint. Supported endpoint format is https://<domain>:<port>.");
        }
        SecretRules.isUsed(splunk.secretsManagerConfiguration(), region);
        BufferingRules.require(splunk.bufferingHints());
        S3Rules.requireBeside(splunk.s3Configuration());
        S3Rules.requireLogging(splunk.cloudWatchLoggingOptions());
    }

    private static void requireHttpEndpoint(HttpEndpointDestinationConfiguration http, String region) {
        var names = new HashSet<String>();
        for (var attribute : http.requestConfiguration().commonAttributes()) {
            if (!names.add(attribute.attributeName())) {
                throw new InvalidArgumentException(
                        "Http Endpoint Common Attributes have duplicate name " + attribute.attributeName());
            }
        }
        SecretRules.isUsed(http.secretsManagerConfiguration(), region);
        BufferingRules.require(http.bufferingHints());
        S3Rules.requireBeside(http.s3Configuration());
        S3Rules.requireLogging(http.cloudWatchLoggingOptions());
    }

    private static void requireSnowflake(SnowflakeDestinationConfiguration snowflake, String region) {
        if (!SecretRules.isUsed(snowflake.secretsManagerConfiguration(), region)) {
            if (snowflake.user() == null) {
                throw new InvalidArgumentException("User must be provided.");
            }
            if (snowflake.privateKey() == null) {
                throw new InvalidArgumentException("PrivateKey must be provided.");
            }
        }
        var role = snowflake.snowflakeRoleConfiguration();
        if (role != null && Objects.requireNonNullElse(role.enabled(), false) && role.snowflakeRole() == null) {
            throw new InvalidArgumentException(
                    "Must provide SnowflakeRole when SnowflakeRoleConfiguration is enabled.");
        }
        switch (snowflake.dataLoadingOption()) {
            case VARIANT_CONTENT_AND_METADATA_MAPPING -> {
                if (snowflake.contentColumnName() == null || snowflake.metaDataColumnName() == null) {
                    throw new InvalidArgumentException("Must provide ContentColumnName and MetadataColumnName when Data"
                            + " Loading Option is VARIANT_CONTENT_AND_METADATA_MAPPING.");
                }
            }
            case VARIANT_CONTENT_MAPPING -> {
                if (snowflake.contentColumnName() == null) {
                    throw new InvalidArgumentException(
                            "Must provide ContentColumnName when Data Loading Option is VARIANT_CONTENT_MAPPING.");
                }
            }
            case JSON_MAPPING, UNKNOWN_TO_SDK_VERSION -> {}
        }
        BufferingRules.require(snowflake.bufferingHints());
        S3Rules.requireBeside(snowflake.s3Configuration());
        S3Rules.requireLogging(snowflake.cloudWatchLoggingOptions());
    }

    private static void requireIceberg(IcebergDestinationConfiguration iceberg) {
        if (iceberg.s3BackupMode() != IcebergS3BackupMode.FAILED_DATA_ONLY) {
            throw new InvalidArgumentException(
                    "S3BackupMode." + iceberg.s3BackupMode() + " is not supported for Iceberg as destination.");
        }
        BufferingRules.require(iceberg.bufferingHints());
        S3Rules.requireBeside(iceberg.s3Configuration());
        iceberg.destinationTableConfigurationList()
                .forEach(table -> S3Rules.requireErrorPrefix(table.s3ErrorOutputPrefix()));
        S3Rules.requireLogging(iceberg.cloudWatchLoggingOptions());
        boolean routed = iceberg.processingConfiguration().enabled()
                && iceberg.processingConfiguration().processors().stream()
                        .anyMatch(processor -> processor.type() == ProcessorType.LAMBDA
                                || processor.type() == ProcessorType.METADATA_EXTRACTION);
        if (!routed && iceberg.destinationTableConfigurationList().size() != 1) {
            throw new InvalidArgumentException("A single default destination table configuration must be provided when"
                    + " both Lambda and MetadataExtraction processors are not provided");
        }
    }

    private static void requireOneAddress(@Nullable String domainArn, @Nullable String clusterEndpoint) {
        if (domainArn == null && clusterEndpoint == null) {
            throw new InvalidArgumentException("Provide either the Elasticsearch cluster endpoint or domain arn.");
        }
        if (domainArn != null && clusterEndpoint != null) {
            throw new InvalidArgumentException("Cannot provide both Elasticsearch cluster endpoint and domain ARN."
                    + " Provide either the cluster endpoint or domain arn.");
        }
    }

    private static void requireNoType(@Nullable String typeName) {
        if (!isEmpty(typeName)) {
            throw new InvalidArgumentException(
                    "Types are deprecated in Elasticsearch version 7+ and all OpenSearch versions. TypeName must be"
                            + " empty.");
        }
    }

    private static boolean isEmpty(@Nullable String text) {
        return text == null || text.isEmpty();
    }
}
