package io.millrace.firehose.processing;

import io.millrace.firehose.delivery.DeliveryRecord;
import io.millrace.firehose.source.RecordPosition;
import io.millrace.firehose.source.SourceRecord;
import java.util.Map;

/**
 * A record on its way through a pipeline: a source record, or a part of one.
 *
 * @param sub its place in the source record, as {@link RecordPosition#sub()}
 * @param original the data before a function had it: what error output holds, so that it can be put again
 * @param fromLambda the partition keys that the function gave it
 * @param table what is known of the table it is a row of
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Fragment(
        SourceRecord source,
        int sub,
        byte[] original,
        byte[] data,
        Map<String, String> fromLambda,
        Map<String, String> table)
        implements Step {

    static Fragment of(SourceRecord source, int sub, byte[] data) {
        return new Fragment(source, sub, data, data, Map.of(), Map.of());
    }

    Fragment transformed(byte[] data, Map<String, String> partitionKeys, Map<String, String> table) {
        return new Fragment(source, sub, original, data, partitionKeys, table);
    }

    Fragment inTable(Map<String, String> table) {
        return new Fragment(source, sub, original, data, fromLambda, table);
    }

    Processed.Ready ready(byte[] data, Map<String, String> partitionKeys) {
        var position = source.position();
        return new Processed.Ready(
                source,
                new DeliveryRecord(
                        new RecordPosition(position.shard(), position.offset(), sub),
                        source.arrival(),
                        data,
                        source.origin(),
                        table),
                partitionKeys);
    }
}
