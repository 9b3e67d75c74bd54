package io.millrace.cli;

import java.time.Duration;
import java.util.Locale;

/** Numbers as a person reads them. Sizes are decimal: 1 MB is 1,000,000 bytes. */
final class Quantity {
    private static final long[] UNIT_BYTES = {1_000_000_000_000L, 1_000_000_000L, 1_000_000L, 1_000L};
    private static final String[] UNITS = {"TB", "GB", "MB", "kB"};

    private Quantity() {}

    static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    static String count(long count, String noun) {
        return count(count) + " " + noun + (count == 1 ? "" : "s");
    }

    static String bytes(long bytes) {
        for (int i = 0; i < UNITS.length; i++) {
            if (bytes >= UNIT_BYTES[i]) {
                return String.format(Locale.ROOT, "%.1f %s", (double) bytes / UNIT_BYTES[i], UNITS[i]);
            }
        }
        return bytes + " B";
    }

    static String perSecond(long count, Duration elapsed) {
        long millis = Math.max(1, elapsed.toMillis());
        return count(count * 1000 / millis) + "/s";
    }

    static String seconds(Duration elapsed) {
        return String.format(Locale.ROOT, "%.1f s", elapsed.toMillis() / 1000.0);
    }
}
