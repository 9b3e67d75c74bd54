package io.millrace.firehose.rules;

import io.millrace.model.InvalidArgumentException;
import java.time.DateTimeException;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.firehose.model.CloudWatchLoggingOptions;
import software.amazon.awssdk.services.firehose.model.ExtendedS3DestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.S3DestinationConfiguration;

/** Objects in S3: where most deliveries go, and what all others have beside them. */
final class S3Rules {
    private S3Rules() {}

    static boolean isPartitioned(ExtendedS3DestinationConfiguration s3) {
        var partitioning = s3.dynamicPartitioningConfiguration();
        return partitioning != null && Boolean.TRUE.equals(partitioning.enabled());
    }

    /** Where a destination that is not S3 leaves what it can't deliver. */
    static void requireBeside(S3DestinationConfiguration s3) {
        BufferingRules.require(s3.bufferingHints());
        requireLogging(s3.cloudWatchLoggingOptions());
        PrefixRules.require(s3.prefix(), s3.errorOutputPrefix(), PrefixRules.Partitioning.OFF);
    }

    /** One that stands in the place of the destination's own. */
    static void requireErrorPrefix(@Nullable String prefix) {
        PrefixRules.require(null, prefix, PrefixRules.Partitioning.OFF);
    }

    static void requireBackup(boolean enabled, @Nullable S3DestinationConfiguration backup) {
        if (enabled && backup == null) {
            throw new InvalidArgumentException(
                    "S3 backup destination configuration is required when enabling S3 backup.");
        }
        if (backup != null) {
            BufferingRules.require(backup.bufferingHints());
            requireLogging(backup.cloudWatchLoggingOptions());
            PrefixRules.requireOfBackup(backup.prefix());
        }
    }

    static void requireLogging(CloudWatchLoggingOptions logging) {
        if (Boolean.TRUE.equals(logging.enabled())) {
            requireName(logging.logGroupName(), "Group");
            requireName(logging.logStreamName(), "Stream");
        }
    }

    private static void requireName(@Nullable String name, String what) {
        if (name == null || name.isEmpty()) {
            throw new InvalidArgumentException(
                    "CloudWatch Log " + what + " Name is required if CloudWatch Logging is enabled");
        }
    }

    static void requireTimeZone(@Nullable String id) {
        if (id == null || id.isEmpty()) {
            return;
        }
        try {
            ZoneId.of(id);
        } catch (DateTimeException _) {
            throw new InvalidArgumentException("CustomTimeZone " + id + " is not the name of a time zone.");
        }
    }
}
