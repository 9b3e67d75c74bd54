package io.millrace.firehose.rules;

import io.millrace.firehose.definition.DestinationConfiguration;
import io.millrace.model.ValidationException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.firehose.model.S3DestinationConfiguration;

/**
 * Members that an update may leave out where the destination has them already, but that must be there in the end: after a
 * change of the destination's type, or with a backup that was not there before.
 */
final class RequiredMembers {
    private final String update;

    private RequiredMembers(String update) {
        this.update = update;
    }

    static void require(DestinationConfiguration destination) {
        switch (destination) {
            case DestinationConfiguration.S3(var s3) -> {
                var members = new RequiredMembers("extendedS3DestinationUpdate");
                members.require(s3.roleARN(), ".roleARN");
                members.require(s3.bucketARN(), ".bucketARN");
                members.requireIfGiven(s3.s3BackupConfiguration());
            }
            case DestinationConfiguration.Redshift(var redshift) -> {
                var members = new RequiredMembers("redshiftDestinationUpdate");
                members.require(redshift.roleARN(), ".roleARN");
                members.require(redshift.clusterJDBCURL(), ".clusterJDBCURL");
                members.require(redshift.copyCommand(), ".copyCommand");
                var staging = redshift.s3Configuration();
                members.require(staging, ".s3Update");
                members.require(staging.roleARN(), ".s3Update.roleARN");
                members.require(staging.bucketARN(), ".s3Update.bucketARN");
                members.requireIfGiven(redshift.s3BackupConfiguration());
            }
            // An update of any other merges into what a creation was made to give whole.
            case DestinationConfiguration.Elasticsearch _,
                    DestinationConfiguration.OpenSearch _,
                    DestinationConfiguration.OpenSearchServerless _,
                    DestinationConfiguration.Splunk _,
                    DestinationConfiguration.HttpEndpoint _,
                    DestinationConfiguration.Snowflake _,
                    DestinationConfiguration.Iceberg _ -> {}
        }
    }

    private void requireIfGiven(@Nullable S3DestinationConfiguration backup) {
        if (backup != null) {
            require(backup.roleARN(), ".s3BackupUpdate.roleARN");
            require(backup.bucketARN(), ".s3BackupUpdate.bucketARN");
        }
    }

    private void require(@Nullable Object value, String member) {
        if (value == null) {
            throw new ValidationException("1 validation error detected: Value null at '" + update + member
                    + "' failed to satisfy constraint: Member must not be null");
        }
    }
}
