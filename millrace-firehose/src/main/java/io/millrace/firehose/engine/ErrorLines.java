package io.millrace.firehose.engine;

import io.millrace.firehose.delivery.DeliveryRecord;
import io.millrace.firehose.delivery.Failure;
import io.millrace.firehose.processing.Processed;
import io.millrace.firehose.source.Origin;
import io.millrace.firehose.source.SourceRecord;
import java.time.Instant;
import java.util.Map;

/** The lines of the error output. Which members they have, and in which order, depends on what went wrong. */
final class ErrorLines {
    static final String PROCESSING_FAILED = "processing-failed";
    static final String CONVERSION_FAILED = "format-conversion-failed";
    private static final String TABLE = "dataCatalogTable.";

    private ErrorLines() {}

    /** The line of a record that could not be processed. */
    static DeliveryRecord of(Processed.Failed failed) {
        return line(failed.source(), ofProcessing(failed).bytes());
    }

    private static JsonLine ofProcessing(Processed.Failed failed) {
        var line = new JsonLine()
                .base64("rawData", failed.rawData())
                .text("errorCode", failed.errorCode())
                .text("errorMessage", failed.errorMessage())
                .number("attemptsMade", failed.attempts())
                .number("arrivalTimestamp", failed.source().arrival().toEpochMilli())
                .number("attemptEndingTimestamp", failed.attemptEnding().toEpochMilli());
        return failed.lambdaArn().isEmpty() ? line : line.text("lambdaARN", failed.lambdaArn());
    }

    /** The line of a record whose partition there was no room for. */
    static DeliveryRecord ofPartitionsLimit(SourceRecord source, int limit, Instant now) {
        return of(new Processed.Failed(
                source,
                PROCESSING_FAILED,
                "DynamicPartitioning.ActivePartitionsLimitExceeded",
                "The delivery stream has reached its limit of " + limit + " active partitions.",
                source.data(),
                1,
                now,
                ""));
    }

    private static DeliveryRecord line(SourceRecord source, byte[] line) {
        return new DeliveryRecord(source.position(), source.arrival(), line, source.origin(), Map.of());
    }

    /** The line of a record that the destination did not take. */
    static DeliveryRecord of(
            String outputType,
            DeliveryRecord record,
            Failure failure,
            Map<String, String> details,
            int attempts,
            Instant now) {
        var line = switch (outputType) {
            case CONVERSION_FAILED -> ofConversion(record, failure, details, attempts, now);
            case PROCESSING_FAILED ->
                new JsonLine()
                        .base64("rawData", record.data())
                        .text("errorCode", failure.code())
                        .text("errorMessage", failure.message())
                        .number("attemptsMade", attempts)
                        .number("arrivalTimestamp", record.arrival().toEpochMilli())
                        .number("attemptEndingTimestamp", now.toEpochMilli());
            default -> ofDelivery(outputType, record, failure, details, attempts, now);
        };
        return new DeliveryRecord(record.position(), record.arrival(), line.bytes(), record.origin(), Map.of());
    }

    private static JsonLine ofDelivery(
            String outputType,
            DeliveryRecord record,
            Failure failure,
            Map<String, String> details,
            int attempts,
            Instant now) {
        var line = new JsonLine()
                .number("attemptsMade", attempts)
                .number("arrivalTimestamp", record.arrival().toEpochMilli())
                .text("errorCode", failure.code())
                .text("errorMessage", failure.message())
                .number("attemptEndingTimestamp", now.toEpochMilli());
        // The documents' ids and indexes stand before the data, everything else behind it.
        boolean detailsFirst = switch (outputType) {
            case "elasticsearch-failed", "AmazonOpenSearchService_failed", "AmazonOpenSearchServerless_failed" -> true;
            default -> false;
        };
        if (!detailsFirst) {
            line.base64("rawData", record.data());
        }
        details.forEach(line::text);
        return detailsFirst ? line.base64("rawData", record.data()) : line;
    }

    private static JsonLine ofConversion(
            DeliveryRecord record, Failure failure, Map<String, String> details, int attempts, Instant now) {
        var line = new JsonLine()
                .number("attemptsMade", attempts)
                .number("arrivalTimestamp", record.arrival().toEpochMilli())
                .text("lastErrorCode", failure.code())
                .text("lastErrorMessage", failure.message())
                .number("attemptEndingTimestamp", now.toEpochMilli())
                .base64("rawData", record.data())
                .text("sequenceNumber", sequenceNumber(record))
                .number("subSequenceNumber", subsequenceNumber(record))
                .begin("dataCatalogTable");
        details.forEach((name, value) -> {
            if (name.startsWith(TABLE)) {
                line.text(name.substring(TABLE.length()), value);
            }
        });
        return line.end();
    }

    private static String sequenceNumber(DeliveryRecord record) {
        return record.origin() instanceof Origin.KinesisStream stream
                ? stream.sequenceNumber()
                : Long.toString(record.position().offset());
    }

    private static long subsequenceNumber(DeliveryRecord record) {
        return record.origin() instanceof Origin.KinesisStream stream && stream.subsequenceNumber() > 0
                ? stream.subsequenceNumber()
                : record.position().sub();
    }
}
