package io.millrace.cli;

import java.time.InstantSource;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Where a command begins to read. */
final class StartOptions {
    enum From {
        TRIM_HORIZON,
        LATEST,
        TIMESTAMP;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        static final class Converter implements ITypeConverter<From> {
            @Override
            public From convert(String text) {
                return Arrays.stream(From.values())
                        .filter(from -> from.toString().equalsIgnoreCase(text.replace('_', '-')))
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
            description = "Begin with the oldest record, with what comes from now on, or at --timestamp."
                    + " Default: ${DEFAULT-VALUE}.")
    private From from;

    @Option(
            names = "--timestamp",
            paramLabel = "T",
            description = "2026-01-31T08:30:00Z, 2026-01-31, seconds or milliseconds since 1970, or -10m.")
    private @Nullable String timestamp;

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    StartOptions(From otherwise) {
        this.from = otherwise;
    }

    /** Whether the command line says anything about it. */
    boolean isGiven() {
        return isFromGiven() || timestamp != null;
    }

    private boolean isFromGiven() {
        return Objects.requireNonNull(command).commandLine().getParseResult().hasMatchedOption("--from");
    }

    /** @throws UsageError if the options do not go together, or the time is none */
    StartingPoint start(InstantSource clock) {
        var asked = isFromGiven() || timestamp == null ? from : From.TIMESTAMP;
        if ((asked == From.TIMESTAMP) != (timestamp != null)) {
            throw new UsageError(
                    timestamp == null
                            ? "--from timestamp needs --timestamp."
                            : "--timestamp does not go with --from " + asked + ".");
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
