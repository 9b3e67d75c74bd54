package io.millrace.firehose.http;

import io.millrace.firehose.delivery.DeliveryRecord;
import io.millrace.firehose.delivery.StreamIdentity;
import java.nio.charset.StandardCharsets;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.WeekFields;
import java.util.Optional;
import java.util.UUID;
import software.amazon.awssdk.services.firehose.model.DefaultDocumentIdFormat;

/**
 * Where in a search service documents go: the index, whose name may change with the record's arrival in UTC, and the
 * document's id.
 *
 * @param type the document type that servers before version 7 want; empty for none
 */
record SearchIndex(String name, Rotation rotation, String type, DefaultDocumentIdFormat documentIds) {
    /** Weeks begin on Sunday, and the first of a year is the one with its first Saturday: the one that holds January 1. */
    private static final WeekFields WEEKS = WeekFields.of(DayOfWeek.SUNDAY, 1);

    /** How often a new index begins. */
    enum Rotation {
        NONE,
        HOUR,
        DAY,
        WEEK,
        MONTH;

        private static final DateTimeFormatter HOURS = DateTimeFormatter.ofPattern("-uuuu-MM-dd-HH");
        private static final DateTimeFormatter DAYS = DateTimeFormatter.ofPattern("-uuuu-MM-dd");
        private static final DateTimeFormatter MONTHS = DateTimeFormatter.ofPattern("-uuuu-MM");

        /** @param configured one of the model's words, or null for the default */
        static Rotation of(@org.jspecify.annotations.Nullable String configured) {
            return switch (configured) {
                case "NoRotation" -> NONE;
                case "OneHour" -> HOUR;
                case "OneWeek" -> WEEK;
                case "OneMonth" -> MONTH;
                case null, default -> DAY;
            };
        }

        private String suffix(Instant arrival) {
            var time = arrival.atOffset(ZoneOffset.UTC);
            return switch (this) {
                case NONE -> "";
                case HOUR -> HOURS.format(time);
                case DAY -> DAYS.format(time);
                case WEEK ->
                    String.format("-%d-w%02d", time.get(WEEKS.weekBasedYear()), time.get(WEEKS.weekOfWeekBasedYear()));
                case MONTH -> MONTHS.format(time);
            };
        }
    }

    String nameFor(DeliveryRecord record) {
        return name + rotation.suffix(record.arrival());
    }

    /**
     * The same on each delivery of the same record, so that a repeated one overwrites; the arrival tells a record from one at
     * the same place of a delivery stream that had the name before. Empty where the service is to make one up.
     */
    Optional<String> documentId(StreamIdentity stream, DeliveryRecord record) {
        if (documentIds == DefaultDocumentIdFormat.NO_DOCUMENT_ID) {
            return Optional.empty();
        }
        var position = record.position();
        var place = stream.arn() + "/" + position.shard() + "/" + position.offset() + "/" + position.sub() + "/"
                + record.arrival().toEpochMilli();
        return Optional.of(
                UUID.nameUUIDFromBytes(place.getBytes(StandardCharsets.UTF_8)).toString());
    }
}
