package io.millrace.firehose.processing;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What processing has to know of the rest of a delivery stream's configuration.
 *
 * @param metadata what metadata is extracted for
 * @param keysFromQuery the partition keys that the prefix takes from the query
 * @param keysFromLambda the partition keys that the prefix takes from the function's answers
 * @param outstanding how many calls of the function a source shard may have under way
 * @param output what follows processing
 */
public record PipelineOptions(
        Metadata metadata, Set<String> keysFromQuery, Set<String> keysFromLambda, int outstanding, Output output) {

    private static final Pattern KEY = Pattern.compile("!\\{(partitionKeyFromQuery|partitionKeyFromLambda):([^}]*)}");
    private static final int OUTSTANDING_DEFAULT = 5;
    private static final int OUTSTANDING_SPLUNK = 10;

    public PipelineOptions {
        keysFromQuery = Set.copyOf(keysFromQuery);
        keysFromLambda = Set.copyOf(keysFromLambda);
    }

    /** What metadata is for. */
    public enum Metadata {
        /** For nothing. */
        UNUSED,
        /** For dynamic partitioning: a record without its keys fails. */
        PARTITION_KEYS,
        /** For finding each record's table. */
        TABLES
    }

    /** What becomes of processed records. */
    public enum Output {
        /** They are delivered as they are: a delimiter that was asked for is added. */
        RECORDS,
        /** They are converted to a columnar format, which has no place for delimiters. */
        CONVERTED
    }

    /** Records go on as they are. */
    public static PipelineOptions plain() {
        return new PipelineOptions(Metadata.UNUSED, Set.of(), Set.of(), OUTSTANDING_DEFAULT, Output.RECORDS);
    }

    /** The same for Splunk, which the service calls functions for with smaller batches, but more of them. */
    public static PipelineOptions splunk() {
        return new PipelineOptions(Metadata.UNUSED, Set.of(), Set.of(), OUTSTANDING_SPLUNK, Output.RECORDS);
    }

    /** Records are told apart by the partition keys that this prefix has expressions of. */
    public static PipelineOptions partitioned(String prefix) {
        var fromQuery = new HashSet<String>();
        var fromLambda = new HashSet<String>();
        var expressions = KEY.matcher(prefix);
        while (expressions.find()) {
            var keys = expressions.group(1).equals("partitionKeyFromQuery") ? fromQuery : fromLambda;
            keys.add(expressions.group(2));
        }
        return new PipelineOptions(Metadata.PARTITION_KEYS, fromQuery, fromLambda, OUTSTANDING_DEFAULT, Output.RECORDS);
    }

    /** Records may say which table they are rows of. */
    public static PipelineOptions tables() {
        return new PipelineOptions(Metadata.TABLES, Set.of(), Set.of(), OUTSTANDING_DEFAULT, Output.RECORDS);
    }

    /** The same with conversion to a columnar format after it. */
    public PipelineOptions converted() {
        return new PipelineOptions(metadata, keysFromQuery, keysFromLambda, outstanding, Output.CONVERTED);
    }
}
