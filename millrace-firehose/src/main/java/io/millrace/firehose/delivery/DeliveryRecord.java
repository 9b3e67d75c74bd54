package io.millrace.firehose.delivery;

import io.millrace.firehose.source.Origin;
import io.millrace.firehose.source.RecordPosition;
import io.millrace.firehose.source.SourceRecord;
import java.time.Instant;
import java.util.Map;

/**
 * One processed record. The array is the record's own and is never changed.
 *
 * @param arrival when its source record arrived
 * @param table what processing said about the table row this is: {@code destinationDatabaseName}, {@code
 *     destinationTableName}, {@code operation}; empty where it said nothing
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record DeliveryRecord(
        RecordPosition position, Instant arrival, byte[] data, Origin origin, Map<String, String> table) {
    /** The record as it came: nothing has processed it. */
    public static DeliveryRecord of(SourceRecord source) {
        return new DeliveryRecord(source.position(), source.arrival(), source.data(), source.origin(), Map.of());
    }
}
