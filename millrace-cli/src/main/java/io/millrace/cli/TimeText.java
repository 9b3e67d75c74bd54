package io.millrace.cli;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Points in time as people write them: an ISO-8601 instant, a date or date and time (both UTC), seconds or milliseconds
 * since 1970, or how long ago, as {@code -10m}.
 */
final class TimeText {
    private static final Pattern EPOCH = Pattern.compile("\\d{1,13}(\\.\\d{1,3})?");
    // Eleven digits of seconds end in the year 5138; eleven digits of milliseconds end in 1973.
    private static final double EPOCH_SECONDS_MAX = 99_999_999_999d;
    private static final List<Function<String, Instant>> CALENDAR_FORMS = List.of(
            text -> OffsetDateTime.parse(text).toInstant(),
            text -> LocalDateTime.parse(text.replace(' ', 'T')).toInstant(ZoneOffset.UTC),
            text -> LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant());

    private TimeText() {}

    static Instant parse(String text, InstantSource clock) {
        if (text.startsWith("-")) {
            return clock.instant().minus(DurationText.parse(text.substring(1)));
        }
        if (EPOCH.matcher(text).matches()) {
            double number = Double.parseDouble(text);
            return Instant.ofEpochMilli(Math.round(number > EPOCH_SECONDS_MAX ? number : number * 1000));
        }
        for (var form : CALENDAR_FORMS) {
            try {
                return form.apply(text);
            } catch (DateTimeException _) {
                // The next form may fit.
            }
        }
        throw new IllegalArgumentException("'" + text + "' is not a time such as 2026-01-31T08:30:00Z, 2026-01-31,"
                + " 1767225600 (seconds or milliseconds since 1970) or -10m");
    }
}
