package io.millrace.formats;

import java.util.List;
import java.util.Optional;
import org.joda.time.format.DateTimeFormat;
import org.joda.time.format.DateTimeFormatter;
import org.joda.time.format.DateTimeFormatterBuilder;
import org.joda.time.format.DateTimeParser;
import org.jspecify.annotations.Nullable;

/**
 * Timestamps by the patterns that {@code TimestampFormats} lists, in UTC. Text that none of them takes is read as
 * {@code java.sql.Timestamp.valueOf} would read it, as Hive does.
 */
public final class HiveTimestamps {
    private static final String MILLIS = "millis";
    private static final int NANOS_PER_MILLI = 1_000_000;

    private final boolean millis;
    private final @Nullable DateTimeFormatter formatter;

    HiveTimestamps(List<String> formats) {
        millis = formats.contains(MILLIS);
        var parsers = formats.stream()
                .filter(format -> !format.equals(MILLIS))
                .map(format -> DateTimeFormat.forPattern(format).getParser())
                .toArray(DateTimeParser[]::new);
        formatter = parsers.length == 0
                ? null
                : new DateTimeFormatterBuilder()
                        .append(null, parsers)
                        .toFormatter()
                        .withZoneUTC();
    }

    /** Returns the first of these formats that is neither {@code millis} nor a pattern of Joda-Time's. */
    public static Optional<String> firstInvalid(List<String> formats) {
        return formats.stream().filter(format -> !isValid(format)).findFirst();
    }

    private static boolean isValid(String format) {
        if (format.equals(MILLIS)) {
            return true;
        }
        try {
            return DateTimeFormat.forPattern(format).isParser();
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    void parse(String text, Rows rows, int cell) {
        if (millis && isNumber(text)) {
            set(wholeMillis(text.strip()), rows, cell);
        } else if (formatter == null) {
            TimeText.jdbc(text, rows, cell);
        } else {
            long instant;
            try {
                instant = formatter.parseMillis(text);
            } catch (IllegalArgumentException _) {
                TimeText.jdbc(text, rows, cell);
                return;
            }
            set(instant, rows, cell);
        }
    }

    private static void set(long epochMillis, Rows rows, int cell) {
        TimeText.set(
                Math.floorDiv(epochMillis, 1000L),
                (int) Math.floorMod(epochMillis, 1000L) * NANOS_PER_MILLI,
                rows,
                cell);
    }

    private static long wholeMillis(String text) {
        int point = text.indexOf('.');
        return Long.parseLong(point < 0 ? text : text.substring(0, point));
    }

    /** Digits, perhaps with a fraction, which is less than a millisecond and dropped. */
    private static boolean isNumber(String text) {
        return text.matches("\\s*-?[0-9]{1,18}(\\.[0-9]*)?\\s*");
    }
}
