package io.millrace.formats;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Days and instants out of text, without a formatter's garbage. Every field is checked: there is no 30th of February. */
final class TimeText {
    private static final String TIMESTAMP_FORM = "Timestamp format must be yyyy-mm-dd hh:mm:ss[.fffffffff]";
    private static final long FIRST_SECOND = -62_135_596_800L;
    private static final long LAST_SECOND = 253_402_300_799L;
    private static final BigDecimal FIRST_MILLIS = BigDecimal.TEN.pow(12);
    private static final int NUMBER_MAX_CHARS = 40;
    private static final int NANO_DIGITS = 9;
    private static final int SECONDS_PER_DAY = 86_400;

    private final String text;
    private final int end;
    private int at;

    private TimeText(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && text.charAt(from) <= ' ') {
            from++;
        }
        while (to > from && text.charAt(to - 1) <= ' ') {
            to--;
        }
        this.text = text;
        at = from;
        end = to;
    }

    /** {@code yyyy-M-d} to the days since the epoch. */
    static long day(String text) {
        var scan = new TimeText(text);
        long day = scan.day(1);
        if (scan.at != scan.end) {
            throw Mismatch.ofText(text);
        }
        return day;
    }

    /** OpenX: ISO text that ends in Z, text as java.sql.Timestamp has it, or a number of seconds or milliseconds. */
    static void openX(String text, Rows rows, int cell) {
        var scan = new TimeText(text);
        if (text.indexOf('-', scan.at + 1) > 0 && !scan.hasExponent()) {
            boolean iso = text.indexOf('T', scan.at) > 0;
            scan.dayAndTime(iso ? 'T' : ' ', iso ? 2 : 1, rows, cell);
        } else {
            number(text.substring(scan.at, scan.end), rows, cell);
        }
    }

    /** As {@code java.sql.Timestamp.valueOf} takes it. */
    static void jdbc(String text, Rows rows, int cell) {
        new TimeText(text).dayAndTime(' ', 1, rows, cell);
    }

    static void set(long seconds, int nanos, Rows rows, int cell) {
        if (seconds < FIRST_SECOND || seconds > LAST_SECOND) {
            throw Mismatch.withSchema("The timestamp is not of the years 1 to 9999.");
        }
        rows.set(cell, seconds, nanos);
    }

    /** Numbers below 10^12 are seconds, others milliseconds. */
    static void openX(long number, Rows rows, int cell) {
        if (Math.abs(number) < FIRST_MILLIS.longValue() && number != Long.MIN_VALUE) {
            set(number, 0, rows, cell);
        } else {
            set(Math.floorDiv(number, 1000L), (int) Math.floorMod(number, 1000L) * 1_000_000, rows, cell);
        }
    }

    private static void number(String text, Rows rows, int cell) {
        if (text.isEmpty() || text.length() > NUMBER_MAX_CHARS) {
            throw Mismatch.withSchema(TIMESTAMP_FORM);
        }
        BigDecimal number;
        try {
            number = new BigDecimal(text);
        } catch (NumberFormatException _) {
            throw Mismatch.withSchema(TIMESTAMP_FORM);
        }
        // An exponent could ask for more digits than there is memory; no instant needs thirty.
        if (Math.abs((long) number.precision() - number.scale()) > NUMBER_MAX_CHARS) {
            throw Mismatch.withSchema(TIMESTAMP_FORM);
        }
        var seconds = number.abs().compareTo(FIRST_MILLIS) < 0 ? number : number.movePointLeft(3);
        var whole = seconds.setScale(0, RoundingMode.FLOOR);
        if (whole.precision() > 18) {
            throw Mismatch.withSchema(TIMESTAMP_FORM);
        }
        int nanos = seconds.subtract(whole).movePointRight(NANO_DIGITS).intValue();
        set(whole.longValue(), nanos, rows, cell);
    }

    private boolean hasExponent() {
        int e = Math.max(text.indexOf('e', at), text.indexOf('E', at));
        return e > 0 && e < end;
    }

    private void dayAndTime(char between, int minDigits, Rows rows, int cell) {
        try {
            long day = day(minDigits);
            expect(between);
            long hour = digits(minDigits, 2);
            expect(':');
            long minute = digits(minDigits, 2);
            expect(':');
            long second = digits(minDigits, 2);
            int nanos = fraction();
            if (between == 'T') {
                expect('Z');
            }
            if (at != end || hour > 23 || minute > 59 || second > 59) {
                throw Mismatch.withSchema(TIMESTAMP_FORM);
            }
            set(day * SECONDS_PER_DAY + hour * 3600 + minute * 60 + second, nanos, rows, cell);
        } catch (Mismatch mismatch) {
            throw mismatch.failure().message().contains("years") ? mismatch : Mismatch.withSchema(TIMESTAMP_FORM);
        }
    }

    private long day(int minDigits) {
        int year = digits(4, 4);
        expect('-');
        int month = digits(minDigits, 2);
        expect('-');
        int day = digits(minDigits, 2);
        if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysOf(year, month)) {
            throw Mismatch.ofText(text);
        }
        return epochDay(year, month, day);
    }

    private int fraction() {
        if (at == end || text.charAt(at) != '.') {
            return 0;
        }
        int from = ++at;
        int nanos = digits(1, NANO_DIGITS);
        for (int digits = at - from; digits < NANO_DIGITS; digits++) {
            nanos *= 10;
        }
        return nanos;
    }

    private int digits(int min, int max) {
        int from = at;
        int number = 0;
        while (at < end && at - from < max && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            number = number * 10 + text.charAt(at++) - '0';
        }
        if (at - from < min) {
            throw Mismatch.ofText(text);
        }
        return number;
    }

    private void expect(char wanted) {
        if (at == end || text.charAt(at) != wanted) {
            throw Mismatch.ofText(text);
        }
        at++;
    }

    private static int daysOf(int year, int month) {
        return switch (month) {
            case 2 -> year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
            case 4, 6, 9, 11 -> 30;
            default -> 31;
        };
    }

    /** Counts years from March on, so that the leap day is the last of its year. */
    private static long epochDay(int year, int month, int day) {
        long y = month <= 2 ? year - 1 : year;
        long era = Math.floorDiv(y, 400);
        long yearOfEra = y - era * 400;
        long dayOfYear = (153L * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468;
    }
}
