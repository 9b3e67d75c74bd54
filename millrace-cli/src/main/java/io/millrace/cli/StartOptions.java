package io.millrace.cli;

import java.time.InstantSource;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Where a command begins to read. */
final class StartOptions {
    enum From {
        TRIM_HORIZON,
        LATEST,
        TIMESTAMP;

        static final class Converter implements ITypeConverter<From> {
            @Override
            public From convert(String text) {
                return Arrays.stream(From.values())
                        .filter(from -> from.name().equalsIgnoreCase(text.replace('-', '_')))
                        .findFirst()
                        .orElseThrow(() -> new TypeConversionException(
                                "'" + text + "' is not one of trim-horizon, latest and timestamp"));
            }
        }
    }

    @Option(
            names = "--from",
            paramLabel = "trim-horizon|latest|timestamp",
            converter = From.Converter.class,
            description = "Begin with the oldest record, with what comes from now on, or at --timestamp.")
    private @Nullable From from;

    @Option(
            names = "--timestamp",
            paramLabel = "T",
            description = "2026-01-31T08:30:00Z, 2026-01-31, seconds or milliseconds since 1970, or -10m.")
    private @Nullable String timestamp;

    /** Whether the command line says anything about it. */
    boolean isGiven() {
        return from != null || timestamp != null;
    }

    /** @throws UsageError if the options do not go together, or the time is none */
    StartingPoint start(From otherwise, InstantSource clock) {
        var asked = from == null ? (timestamp == null ? otherwise : From.TIMESTAMP) : from;
        if ((asked == From.TIMESTAMP) != (timestamp != null)) {
            throw new UsageError(
                    timestamp == null
                            ? "--from timestamp needs --timestamp."
                            : "--timestamp does not go with --from "
                                    + asked.name().toLowerCase(Locale.ROOT).replace('_', '-') + ".");
        }
        return switch (asked) {
            case TRIM_HORIZON -> new StartingPoint.TrimHorizon();
            case LATEST -> new StartingPoint.Latest();
            case TIMESTAMP -> atTimestamp(String.valueOf(timestamp), clock);
        };
    }

    private static StartingPoint atTimestamp(String text, InstantSource clock) {
        try {
            return new StartingPoint.AtTimestamp(TimeText.parse(text, clock));
        } catch (IllegalArgumentException | TypeConversionException e) {
            throw new UsageError(String.valueOf(e.getMessage()));
        }
    }
}
