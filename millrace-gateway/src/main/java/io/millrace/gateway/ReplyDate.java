package io.millrace.gateway;

import io.netty.util.AsciiString;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The {@code Date} of replies, written anew once a second. One per event loop. */
final class ReplyDate {
    // Not RFC_1123_DATE_TIME, which writes the day of the month with one digit.
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);
    private static final long MILLIS_PER_SECOND = 1000;

    private final InstantSource clock;
    private long second = Long.MIN_VALUE;
    private AsciiString text = AsciiString.EMPTY_STRING;

    ReplyDate(InstantSource clock) {
        this.clock = clock;
    }

    AsciiString now() {
        long current = Math.floorDiv(clock.millis(), MILLIS_PER_SECOND);
        if (current != second) {
            second = current;
            text = AsciiString.cached(HTTP_DATE.format(Instant.ofEpochSecond(current)));
        }
        return text;
    }
}
