package io.millrace.firehose.redshift;

import io.millrace.objects.ObjectName;
import software.amazon.awssdk.services.firehose.model.RedshiftDestinationConfiguration;

/** The statement that has Redshift fetch what was staged. */
final class RedshiftCopy {
    private RedshiftCopy() {}

    static String statement(TargetTable table, ObjectName manifest, RedshiftDestinationConfiguration configuration) {
        var options = configuration.copyCommand().copyOptions();
        return "COPY " + table.sql() + TargetTable.list(table.named()) + " FROM "
                + literal("s3://" + manifest.bucket() + "/" + manifest.key()) + " CREDENTIALS "
                + literal("aws_iam_role=" + configuration.roleARN()) + " MANIFEST"
                + (options == null ? "" : " " + options);
    }

    private static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
