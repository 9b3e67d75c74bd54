package io.millrace.firehose.processing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.SignStyle;
import java.time.format.TextStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import java.util.Map;
import net.thisptr.jackson.jq.Function;
import net.thisptr.jackson.jq.Scope;
import net.thisptr.jackson.jq.exception.JsonQueryException;

/**
 * The functions of time that jq 1.6 has and the library has not; date parts as partition keys are made with them. All in
 * UTC, as in the service. A broken down time is jq's array: year, month from 0, day, hours, minutes, seconds with their
 * fraction, day of the week from Sunday, day of the year from 0.
 */
final class JqTime {
    private static final String ISO = "%Y-%m-%dT%H:%M:%SZ";
    private static final int PARTS = 6;
    private static final double MILLIS_PER_SECOND = 1_000;
    private static final Map<Long, String> SUNDAY_IS_0 =
            Map.of(1L, "1", 2L, "2", 3L, "3", 4L, "4", 5L, "5", 6L, "6", 7L, "0");

    private JqTime() {}

    /** Makes one value of one value. */
    @FunctionalInterface
    private interface Conversion {
        JsonNode of(JsonNode in) throws JsonQueryException;
    }

    static void addTo(Scope scope) {
        scope.addFunction("now", 0, conversion(_ -> now()));
        scope.addFunction("gmtime", 0, conversion(in -> brokenDown(seconds(in))));
        scope.addFunction("localtime", 0, conversion(in -> brokenDown(seconds(in))));
        scope.addFunction("mktime", 0, conversion(in -> new LongNode(time(in).toEpochSecond(ZoneOffset.UTC))));
        scope.addFunction("strftime", 1, strftime());
        scope.addFunction("strflocaltime", 1, strftime());
        scope.addFunction("strptime", 1, strptime());
        scope.addFunction("todate", 0, conversion(in -> formatted(in, ISO)));
        scope.addFunction("date", 0, conversion(in -> formatted(in, ISO)));
        scope.addFunction("fromdate", 0, conversion(JqTime::fromDate));
    }

    private static Function conversion(Conversion conversion) {
        return (_, _, in, _, output, _) -> output.emit(conversion.of(in), null);
    }

    private static Function strftime() {
        return (scope, args, in, _, output, _) -> args.getFirst()
                .apply(scope, in, format -> output.emit(formatted(in, text(format, "strftime/1")), null));
    }

    private static Function strptime() {
        return (scope, args, in, _, output, _) -> args.getFirst().apply(scope, in, format -> {
            var parsed = parsed(text(in, "strptime/1"), text(format, "strptime/1"));
            output.emit(brokenDown((double) parsed.toEpochSecond(ZoneOffset.UTC)), null);
        });
    }

    private static JsonNode fromDate(JsonNode in) throws JsonQueryException {
        return new LongNode(parsed(text(in, "fromdate/0"), ISO).toEpochSecond(ZoneOffset.UTC));
    }

    private static String text(JsonNode node, String function) throws JsonQueryException {
        if (!node.isTextual()) {
            throw new JsonQueryException(function + " requires a string");
        }
        return node.textValue();
    }

    /** Not the clock's: a record that is read again after a crash must find the same. */
    private static JsonNode now() {
        return DoubleNode.valueOf(JqAllowance.CURRENT.get().now().toEpochMilli() / MILLIS_PER_SECOND);
    }

    private static double seconds(JsonNode in) throws JsonQueryException {
        if (!in.isNumber()) {
            throw new JsonQueryException("gmtime() requires a number");
        }
        return in.asDouble();
    }

    private static JsonNode brokenDown(double seconds) throws JsonQueryException {
        long whole = (long) Math.floor(seconds);
        var time = ofEpochSecond(whole);
        double fraction = time.getSecond() + (seconds - (double) whole);
        return JsonNodeFactory.instance
                .arrayNode()
                .add(time.getYear())
                .add(time.getMonthValue() - 1)
                .add(time.getDayOfMonth())
                .add(time.getHour())
                .add(time.getMinute())
                .add(fraction == Math.rint(fraction) ? LongNode.valueOf((long) fraction) : DoubleNode.valueOf(fraction))
                .add(time.getDayOfWeek().getValue() % 7)
                .add(time.getDayOfYear() - 1);
    }

    private static LocalDateTime ofEpochSecond(long seconds) throws JsonQueryException {
        try {
            return LocalDateTime.ofEpochSecond(seconds, 0, ZoneOffset.UTC);
        } catch (DateTimeException _) {
            throw new JsonQueryException("error converting number of seconds since epoch to datetime");
        }
    }

    /** Seconds since the epoch, or a broken down time. */
    private static LocalDateTime time(JsonNode in) throws JsonQueryException {
        if (in.isNumber()) {
            return ofEpochSecond((long) Math.floor(in.asDouble()));
        }
        if (!in.isArray() || in.size() < PARTS) {
            throw new JsonQueryException("strftime/1 requires parsed datetime inputs");
        }
        for (var part : in) {
            if (!part.isNumber()) {
                throw new JsonQueryException("strftime/1 requires parsed datetime inputs");
            }
        }
        try {
            return LocalDateTime.of(in.get(0).asInt(), 1, 1, 0, 0)
                    .plusMonths(in.get(1).asInt())
                    .plusDays(in.get(2).asInt() - 1L)
                    .plusHours(in.get(3).asInt())
                    .plusMinutes(in.get(4).asInt())
                    .plusSeconds((long) Math.floor(in.get(5).asDouble()));
        } catch (DateTimeException _) {
            throw new JsonQueryException("invalid gmtime representation");
        }
    }

    private static JsonNode formatted(JsonNode in, String format) throws JsonQueryException {
        try {
            return new TextNode(formatter(format).format(time(in).atOffset(ZoneOffset.UTC)));
        } catch (DateTimeException e) {
            throw new JsonQueryException("strftime/1: " + e.getMessage());
        }
    }

    private static LocalDateTime parsed(String text, String format) throws JsonQueryException {
        try {
            var found = formatter(format).parse(text);
            if (found.isSupported(ChronoField.INSTANT_SECONDS)) {
                return ofEpochSecond(found.getLong(ChronoField.INSTANT_SECONDS));
            }
            return LocalDateTime.of(
                            found.isSupported(ChronoField.YEAR) ? found.get(ChronoField.YEAR) : 1900, 1, 1, 0, 0)
                    .plusMonths(part(found, ChronoField.MONTH_OF_YEAR, 1) - 1)
                    .plusDays(part(found, ChronoField.DAY_OF_MONTH, 1) - 1)
                    .plusHours(part(found, ChronoField.HOUR_OF_DAY, 0))
                    .plusMinutes(part(found, ChronoField.MINUTE_OF_HOUR, 0))
                    .plusSeconds(part(found, ChronoField.SECOND_OF_MINUTE, 0));
        } catch (DateTimeException _) {
            throw new JsonQueryException("date \"" + text + "\" does not match format \"" + format + "\"");
        }
    }

    private static long part(TemporalAccessor found, ChronoField field, long absent) {
        return found.isSupported(field) ? found.getLong(field) : absent;
    }

    private static DateTimeFormatter formatter(String format) throws JsonQueryException {
        var builder = new DateTimeFormatterBuilder().parseCaseInsensitive();
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c != '%') {
                builder.appendLiteral(c);
            } else if (++i == format.length()) {
                builder.appendLiteral('%');
            } else {
                append(builder, format.charAt(i));
            }
        }
        return builder.toFormatter(Locale.ENGLISH);
    }

    /** The conversions of strftime(3) in the C locale. */
    private static void append(DateTimeFormatterBuilder builder, char conversion) throws JsonQueryException {
        switch (conversion) {
            case 'Y' -> builder.appendValue(ChronoField.YEAR, 4, 10, SignStyle.NORMAL);
            case 'y' -> builder.appendPattern("uu");
            case 'G' -> builder.appendValue(IsoFields.WEEK_BASED_YEAR, 4);
            case 'm' -> builder.appendValue(ChronoField.MONTH_OF_YEAR, 2);
            case 'd' -> builder.appendValue(ChronoField.DAY_OF_MONTH, 2);
            case 'e' -> builder.padNext(2).appendValue(ChronoField.DAY_OF_MONTH);
            case 'j' -> builder.appendValue(ChronoField.DAY_OF_YEAR, 3);
            case 'H' -> builder.appendValue(ChronoField.HOUR_OF_DAY, 2);
            case 'k' -> builder.padNext(2).appendValue(ChronoField.HOUR_OF_DAY);
            case 'I' -> builder.appendValue(ChronoField.CLOCK_HOUR_OF_AMPM, 2);
            case 'l' -> builder.padNext(2).appendValue(ChronoField.CLOCK_HOUR_OF_AMPM);
            case 'M' -> builder.appendValue(ChronoField.MINUTE_OF_HOUR, 2);
            case 'S' -> builder.appendValue(ChronoField.SECOND_OF_MINUTE, 2);
            case 'p' -> builder.appendPattern("a");
            case 's' -> builder.appendValue(ChronoField.INSTANT_SECONDS);
            case 'u' -> builder.appendValue(ChronoField.DAY_OF_WEEK, 1);
            case 'w' -> builder.appendText(ChronoField.DAY_OF_WEEK, SUNDAY_IS_0);
            case 'V' -> builder.appendValue(IsoFields.WEEK_OF_WEEK_BASED_YEAR, 2);
            case 'a' -> builder.appendText(ChronoField.DAY_OF_WEEK, TextStyle.SHORT);
            case 'A' -> builder.appendText(ChronoField.DAY_OF_WEEK, TextStyle.FULL);
            case 'b', 'h' -> builder.appendText(ChronoField.MONTH_OF_YEAR, TextStyle.SHORT);
            case 'B' -> builder.appendText(ChronoField.MONTH_OF_YEAR, TextStyle.FULL);
            case 'z' -> builder.appendOffset("+HHMM", "+0000");
            case 'Z' -> builder.appendLiteral("UTC");
            case 'n' -> builder.appendLiteral('\n');
            case 't' -> builder.appendLiteral('\t');
            case '%' -> builder.appendLiteral('%');
            case 'F' -> append(builder, "Y-m-d");
            case 'T' -> append(builder, "H:M:S");
            case 'R' -> append(builder, "H:M");
            case 'D', 'x' -> append(builder, "m/d/y");
            case 'X' -> append(builder, "H:M:S");
            case 'r' -> append(builder, "I:M:S p");
            case 'c' -> append(builder, "a b e H:M:S Y");
            default -> throw new JsonQueryException("strftime/1: unknown conversion %" + conversion);
        }
    }

    private static void append(DateTimeFormatterBuilder builder, String conversions) throws JsonQueryException {
        for (int i = 0; i < conversions.length(); i++) {
            char c = conversions.charAt(i);
            if (Character.isLetter(c)) {
                append(builder, c);
            } else {
                builder.appendLiteral(c);
            }
        }
    }
}
