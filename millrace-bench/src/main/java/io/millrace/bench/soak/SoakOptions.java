package io.millrace.bench.soak;

import io.millrace.bench.arguments.Arguments;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What a soak is asked for.
 *
 * @param dataDir where a folder of its own is made
 * @param lifeMax how long the server is let live at most; at least a third of that
 * @param bytesPerSecond what all writers offer together
 */
record SoakOptions(
        Path launcher,
        Path dataDir,
        Duration duration,
        long seed,
        Duration lifeMax,
        double bytesPerSecond,
        int streams) {
    static final String USAGE = """
            Soak --launcher FILE --data-dir DIR [options]
              --launcher FILE         what starts the server: millrace
              --data-dir DIR          a folder of its own is made there, and kept if something is wrong
              --minutes N             of load; what is checked after it takes up to a minute more  (60)
              --seed N                repeats the choices of a run, though not its timing       (the time)
              --life-seconds N        the server is ended after so long at most, a third of it at least  (60)
              --megabytes-per-second N  that all writers offer together                            (8)
              --streams N             at the same time                                           (3)
            bench/soak gives the first two, and with --write adds the summary to docs/benchmarks/soak.md.
            """;

    /** @throws IllegalArgumentException if it does not make sense */
    static SoakOptions parse(String... words) {
        var arguments = new Arguments(words);
        var options = new SoakOptions(
                Path.of(required(arguments, "--launcher")).toAbsolutePath(),
                Path.of(required(arguments, "--data-dir")).toAbsolutePath(),
                Duration.ofMillis(Math.round(number(arguments, "--minutes", 60) * 60_000)),
                seed(arguments),
                Duration.ofSeconds(arguments.takeInt("--life-seconds").orElse(60)),
                number(arguments, "--megabytes-per-second", 8) * 1e6,
                arguments.takeInt("--streams").orElse(3));
        arguments.refuseTheRest();
        if (options.duration.isZero() || options.lifeMax.toSeconds() < 3 || options.streams < 1) {
            throw new IllegalArgumentException("a soak needs time, lives of 3 seconds and a stream");
        }
        return options;
    }

    private static String required(Arguments arguments, String name) {
        return arguments.take(name).orElseThrow(() -> new IllegalArgumentException(name + " is missing"));
    }

    private static long seed(Arguments arguments) {
        var given = arguments.take("--seed");
        try {
            return given.isPresent() ? Long.parseLong(given.get()) : System.currentTimeMillis();
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("--seed must be a whole number, not " + given.orElse(""), e);
        }
    }

    private static double number(Arguments arguments, String name, double otherwise) {
        var given = arguments.take(name);
        try {
            double value = given.isPresent() ? Double.parseDouble(given.get()) : otherwise;
            if (value > 0 && value < 1e6) {
                return value;
            }
        } catch (NumberFormatException _) {
            // Said below.
        }
        throw new IllegalArgumentException(name + " must be a number above 0, not " + given.orElse(""));
    }
}
