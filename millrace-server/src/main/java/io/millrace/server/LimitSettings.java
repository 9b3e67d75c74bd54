package io.millrace.server;

import io.millrace.server.settings.Settings;
import io.millrace.streams.limits.ThroughputLimits;
import java.util.List;

/** Reads which limits a server has. */
final class LimitSettings {
    private static final String WRITE_BYTES = "streams.custom-limits.write-bytes-per-second";
    private static final String WRITE_RECORDS = "streams.custom-limits.write-records-per-second";
    private static final String READ_BYTES = "streams.custom-limits.read-bytes-per-second";
    private static final String READ_CALLS = "streams.custom-limits.read-calls-per-second";
    private static final String FAN_OUT_BYTES = "streams.custom-limits.fan-out-bytes-per-second";
    private static final List<String> CUSTOM =
            List.of(WRITE_BYTES, WRITE_RECORDS, READ_BYTES, READ_CALLS, FAN_OUT_BYTES);

    private LimitSettings() {}

    /** @throws IllegalArgumentException if numbers are given that would have no effect, or that make no sense */
    static ThroughputLimits throughput(Settings settings) {
        var choice = settings.choice("streams.limits", ThroughputLimits.Choice.class);
        var given = CUSTOM.stream()
                .filter(key -> settings.optionalText(key).isPresent())
                .toList();
        if (choice != ThroughputLimits.Choice.CUSTOM && !given.isEmpty()) {
            throw new IllegalArgumentException(String.join(", ", given) + " needs streams.limits = custom");
        }
        return switch (choice) {
            case OFF -> ThroughputLimits.OFF;
            case AWS -> ThroughputLimits.AWS;
            case CUSTOM ->
                ThroughputLimits.custom(
                        settings.optionalBytes(WRITE_BYTES),
                        settings.optionalCount(WRITE_RECORDS),
                        settings.optionalBytes(READ_BYTES),
                        settings.optionalCount(READ_CALLS),
                        settings.optionalBytes(FAN_OUT_BYTES));
        };
    }
}
